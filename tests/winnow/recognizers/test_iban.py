"""The recogniser `winnow.recognizers.iban`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("IBAN DE89 3704 0044 0532 0130 00 2 days", ["DE89 3704 0044 0532 0130 00"]),
        ("DE89370400440532013000.", ["DE89370400440532013000"]),
        ("gb82west12345698765432", ["gb82west12345698765432"]),
        ("GB82-WEST-1234-5698-7654-32", ["GB82-WEST-1234-5698-7654-32"]),
        ("NO93 8601 1117 947", ["NO93 8601 1117 947"]),
        ("DE89 3704 0044\n0532 0130 00", ["DE89 3704 0044\n0532 0130 00"]),
        ("DE89\xa03704\xa00044\xa00532\xa00130\xa000", ["DE89\xa03704\xa00044\xa00532\xa00130\xa000"]),
        ("DE88 3704 0044 0532 0130 00", []),
        ("XX89370400440532013000", []),
        ("ADE89370400440532013000", []),
        ("DE893704004405320130001", []),
        ("AB12 is a room", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Account numbers with correct check digits are found, grouped or not; wrong digits and longer words are not."""
    assert found("iban", text) == expected
