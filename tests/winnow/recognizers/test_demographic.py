"""The recogniser `winnow.recognizers.demographic`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("by a Danish national, who", ["Danish"]),
        ("two Greek-Cypriot citizens", ["Greek-Cypriot"]),
        ("a Dutch and Belgian national", ["Dutch and Belgian"]),
        ("of Kurdish origin", ["Kurdish"]),
        ("of Polish descent", ["Polish"]),
        ("the Istanbul-born singer", ["Istanbul-born"]),
        ("the Warsaw-based office", ["Warsaw-based"]),
        ("He is Finnish.", ["Finnish"]),
        ("a Spaniard came", ["Spaniard"]),
        ("She was a Muslim, and", ["Muslim"]),
        ("a practising Catholic who", ["Catholic"]),
        ("Jehovah's Witnesses met", ["Jehovah's Witnesses"]),
        ("worked as a municipal parks officer.", ["municipal parks officer"]),
        ("she works as a nurse in", ["nurse"]),
        ("a plumber by trade", ["plumber"]),
        ("He was also the Chief Financial Officer of", ["Chief Financial Officer"]),
        ("The applicant is an assistant professor", ["assistant professor"]),
        ("the post of deputy headmaster", ["deputy headmaster"]),
        ("the applicant is divorced", ["divorced"]),
        ("who was widowed", ["widowed"]),
        ("she was three months pregnant", ["three months pregnant"]),
        ("Marital status: single", ["single"]),
        ("She was mayor of", ["mayor"]),
        ("He was examined by doctors", []),
        ("the Turkish Government", []),
        ("under Swedish law", []),
        ("the German language, a French restaurant", []),
        ("turkish delight, polish the table", []),
        ("a Python-based tool", []),
        ("The script works as a wrapper", []),
        ("it works as a whole", []),
        ("the Pole position", []),
        ("the Catholic Church", []),
        ("the two companies were married up", []),
        ("a single page", []),
        ("He is the driver of change", []),
        ("used as a container", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """What somebody is is found; nations' words before what is no person, and things that work as something, are not."""
    assert found("demographic", text) == expected
