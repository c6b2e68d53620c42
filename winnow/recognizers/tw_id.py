"""Taiwanese identity numbers: a letter for the place, sex, seven digits and a check digit, beside their name."""

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import bare, named, weighted

_PLACES = "ABCDEFGHJKLMNPQRSTUVXYWZIO"  # 10 to 35, in this order (Ministry of the Interior)


def valid(number: str) -> bool:
    """Whether the last digit checks the letter and the digits before it."""
    place = _PLACES.index(number[0]) + 10
    total = place // 10 + place % 10 * 9 + weighted(number[1:9], (8, 7, 6, 5, 4, 3, 2, 1)) + int(number[9])
    return total % 10 == 0


RECOGNIZER = Recognizer(
    name="tw_id",
    entities=("TW_ID",),
    rules=(
        named(
            ("身分證", "身分證字號", "統一編號", "national id", "taiwan id", "arc no", "id number"),
            r"[A-Z][1289][0-9]{8}",
            valid,
            "a letter and nine digits with a correct check digit beside the words for an identity card",
        ),
        bare(r"[A-Z][1289][0-9]{8}", valid, "a letter and nine digits with a correct check digit", country="TW", score=0.6),
    ),
)
