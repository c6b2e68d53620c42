"""The recogniser `winnow.recognizers.reference_number`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Employee No. E-12345", ["E-12345"]),
        ("customer ID: 4711-22", ["4711-22"]),
        ("case #2026/0815", ["2026/0815"]),
        ("Invoice no. 2024-00815 of", ["2024-00815"]),
        ("MRN #: 4455667", ["4455667"]),
        ("Patient ID\n12345678", ["12345678"]),
        ("Aktenzeichen Nr. 12-345/19", ["12-345/19"]),
        ("(application no. 36244/06)", ["36244/06"]),
        ("BGH, 5 StR 123/19", ["5 StR 123/19"]),
        ("Name | Employee ID\nA | E-10233\nB | 10234", ["E-10233", "10234"]),
        ("Name | Rank\nA | E-10233", []),
        ("file number of 12 files", []),
        ("no. 5/2", []),
        ("policy no 88123x is", ["88123x"]),
        ("Kundennummer: 445566", ["445566"]),
        ("case no. 2", []),
        ("customer satisfaction 12345", []),
        ("in case 12345 come", []),
        ("account number", []),
        ("nos. 11223/94, 44556/96 and 7788/07", ["11223/94", "44556/96", "7788/07"]),
        ("joined to 11223/94 later", ["11223/94"]),
        ("under 1995/417 and 1973:208", ["1995/417", "1973:208"]),
        ("case III K 512/98 and II SA/Gd 77/03", ["III K 512/98", "II SA/Gd 77/03"]),
        ("by T-1822/91", ["T-1822/91"]),
        ("entered under no. 874 of", ["874"]),
        ("Law no. 6543 and Decree no. 874", []),
        ("see 7 WLR 313 and [1998] 2 AC 415", ["7 WLR 313", "[1998] 2 AC 415"]),
        ("NJA 1999 p. 412, [2004] EWCA Civ 519", ["NJA 1999 p. 412", "[2004] EWCA Civ 519"]),
        ("on 24/05/1999", []),
        ("3/4 of it, 24/7", []),
        ("10.0.0.0/24 and 192.168.100.0/16", []),
        ("/var/1234/06/x and http://x.org/12345/06", []),
        ("blood pressure 120/80 mmHg", []),
        ("in 2004/05 and 2005/2006", []),
        ("1920/1080 at 4500/50 rpm", []),
        ("pp. 1234/56, pages 1234-1256", []),
        ("Protocol No. 11, Article 6", []),
        ("employee count 1470", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """A number beside the word for a person's file is found; small and other numbers are not."""
    assert found("reference_number", text) == expected
