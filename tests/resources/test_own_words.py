"""Taking our own texts out of what a service says."""

from pathlib import Path

import pytest

from resources.own_words import OwnWords

LINE = '{"messages":[{"role":"user","content":"My parcel from the blue shop never came, and nobody answers"}]}\n'


@pytest.fixture
def words(tmp_path: Path) -> OwnWords:
    """Those of one file with one line."""
    path = tmp_path / "train.jsonl"
    path.write_text(LINE + "not json\n")
    return OwnWords([path, tmp_path / "gone.jsonl"])


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Line 1: my parcel from the blue shop is too short", "Line 1: … is too short"),
        ('The value "never came" is not allowed', "The value … is not allowed"),
        ("MY PARCEL FROM there", "… there"),
        ("The file has 9 lines, at least 10 are needed", "The file has 9 lines, at least 10 are needed"),
        ("", ""),
    ],
)
def test_runs_of_our_words_are_taken_out(words: OwnWords, said: str, left: str) -> None:
    """Three words in a row that stand in our files, and quoted pieces of them, are hidden; the service's own words stay."""
    assert words.hide(said) == left
