"""Singapore identity numbers of residents (NRIC) and foreigners (FIN): a letter, seven digits and a check letter."""

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import bare, weighted

_LETTERS = {"S": "JZIHGFEDCBA", "T": "JZIHGFEDCBA", "F": "XWUTRQPNMLK", "G": "XWUTRQPNMLK", "M": "KLJNPQRTUWX"}
_OFFSETS = {"T": 4, "G": 4, "M": 3}


def valid(number: str) -> bool:
    """Whether the last letter checks the digits (the algorithm that the Immigration & Checkpoints Authority uses)."""
    total = weighted(number[1:8], (2, 7, 6, 5, 4, 3, 2)) + _OFFSETS.get(number[0], 0)
    place = total % 11 if number[0] != "M" else 10 - total % 11
    return _LETTERS[number[0]][place] == number[8]


RECOGNIZER = Recognizer(
    name="sg_nric_fin",
    entities=("SG_NRIC_FIN",),
    rules=(bare(r"[STFGM][0-9]{7}[A-Z]", valid, "a letter, seven digits and the letter that checks them", digits=7),),
)
