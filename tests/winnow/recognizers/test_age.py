"""The recogniser `winnow.recognizers.age`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the applicant, aged 43, said", ["43"]),
        ("Maria is 43 years old.", ["43 years old"]),
        ("a 43-year-old man", ["43-year-old"]),
        ("a forty-three-year-old engineer", ["forty-three-year-old"]),
        ("Age: 43", ["43"]),
        ("he was 17 years old", ["17 years old"]),
        ("name | age\nA B | 43\nC D | 51", ["43", "51"]),
        ("Maria Keller (43) said", ["43"]),
        ("Maria Keller, 43, said", ["43"]),
        ("she is 43 y/o", ["43 y/o"]),
        ("She turned 50 last week", ["50"]),
        ("the bridge is 43 years old", ["43 years old"]),
        ("sie ist, 1 Kind, im Alter von 43", ["43"]),
        ("and his age is 52", ["52"]),
        ("at the age of nineteen", ["age of nineteen"]),
        ("the page 43", []),
        ("Age of Empires", []),
        ("managed 43", []),
        ("Figure (43)", []),
        ("aged cheese", []),
        ("aged 12 days", []),
        ("damaged 43 cars", []),
        ("age group", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Ages are found beside a person or a label, and every age under the strict policy; other numbers are not."""
    assert found("age", text) == expected
