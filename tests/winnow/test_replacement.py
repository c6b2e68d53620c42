"""An example in each of the three modes."""

from typing import Any

import pyarrow as pa
import pytest

from winnow.detect import build_detector
from winnow.detector_config import DetectorConfig
from winnow.documents import Document
from winnow.examples import ExampleConfig, examples_key, finish
from winnow.finished import finished
from winnow.known import Known
from winnow.placeholders import Mode, internal
from winnow.recipes._base import Candidate
from winnow.recipes.pairs import PairsTask
from winnow.schemas import EXAMPLES
from winnow.scrub import remaining
from winnow.shapes import placeholder
from winnow.surrogates import hide

SALT = "salt"
TASK = PairsTask(name="replies", sources=("mails",), input="mail", target="reply")
KELLER = placeholder("PERSON", "a" * 16, "Ms Maria Keller", SALT)
MAIL = placeholder("EMAIL_ADDRESS", "b" * 16, "maria.keller@corp.internal", SALT)
SECRET = internal("SECRET", "c" * 16)


def _row(source: str, target: str, mode: Mode) -> dict[str, Any]:
    document = Document(document_id="d", object_id="o", content_sha256="e", source="mails")
    config = ExampleConfig(SALT, (TASK,), mode)
    made = pa.Table.from_pylist(finish(Candidate((document,), "document", source, target), TASK, SALT, mode), EXAMPLES)
    (row,) = finished(made, Known((), SALT), config).to_pylist()
    found: dict[str, Any] = row
    return found


@pytest.mark.parametrize("mode", ["placeholder", "surrogate", "removal"])
def test_counts_do_not_depend_on_the_mode(mode: Mode) -> None:
    """What was replaced is counted alike in every mode, and no mark of the inside reaches a text."""
    row = _row(f"{KELLER} wrote from {MAIL}, key {SECRET}", f"The roof was mended, as {KELLER} had asked us", mode)
    assert row["pii"] == [
        {"name": name, "count": count} for name, count in (("EMAIL_ADDRESS", 1), ("PERSON", 2), ("SECRET", 1))
    ]
    assert not {"\ue000", "\ue001"} & set(row["input"] + row["target"])
    assert bool(row["surrogates"]) == (mode == "surrogate")


def test_a_surrogate_is_the_same_on_both_sides_and_is_remembered() -> None:
    """The name in the target is that of the input; secrets stay placeholders; with the surrogates hidden nothing is left."""
    row = _row(f"{KELLER} wrote from {MAIL}, key {SECRET}", f"The roof was mended, as {KELLER} had asked us", "surrogate")
    name = row["target"].removeprefix("The roof was mended, as ").removesuffix(" had asked us")
    assert row["input"].startswith(f"{name} wrote from ")
    assert row["input"].endswith("key <SECRET_1>")
    assert name in row["surrogates"]
    detect = build_detector(DetectorConfig())
    assert remaining([hide(text, row["surrogates"]) for text in (row["input"], row["target"])], detect) == [[], []]


def test_an_example_of_which_nothing_is_left_is_refused() -> None:
    """Where removal leaves no letter and no digit there is no example."""
    row = _row(f"{KELLER}, {MAIL}!", "The roof was mended yesterday", "removal")
    assert (row["reason"], row["input"], row["target"]) == ("empty", None, None)


def test_the_mode_is_part_of_the_stage_key() -> None:
    """Another mode makes the examples anew."""
    assert len({examples_key([TASK], mode) for mode in ("placeholder", "surrogate", "removal")}) == 3
