"""What a reader claims and what is made of it where the salt is known."""

from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest

from winnow.documents import Block, Document, to_batch
from winnow.extract import object_reader
from winnow.formats import ReadOptions, TableOptions
from winnow.ids import document_id, keyed_hash
from winnow.placeholders import internal
from winnow.schemas import DOCUMENTS
from winnow.sealed import ExtractConfig, SourceReading, require_claim, sealed

SALT = "a salt that no reader knows"

TABLE = ReadOptions(table=TableOptions(key=("id",), columns=("text", "age", "city"), customer="who"))

CONFIG = ExtractConfig(
    SALT, {"reports": SourceReading(audience="internal", licence="proprietary"), "tables": SourceReading(read=TABLE)}
)

ABOUT = {"object_id": "the object", "content_sha256": "0" * 64, "source": "reports", "key": "a/b.txt"}

PLAIN = Document(title="t", blocks=(Block("paragraph", "words"),), notes={"hidden_text": 2}, format="txt")


def test_a_reader_is_not_told_the_salt() -> None:
    """What crosses to the reader holds the sources' readings and nothing of the dataset's secret."""
    (claim,) = object_reader(CONFIG.sources)(
        {"source": "tables", "key": "t.jsonl"}, b'{"id": 1, "text": "x", "age": 4, "city": "y", "who": "Ann"}\n'
    )
    assert SALT not in repr(CONFIG.sources)
    (row,) = claim.to_pylist()
    assert (row["object_id"], row["content_sha256"], row["source"], row["alike"]) == ("", "", "", None)


def test_rows_are_the_objects_whoever_they_claim_to_be() -> None:
    """Object, content, source and audience are those of the object that was read, not those that were sent."""
    forged = replace(
        PLAIN, object_id="another", content_sha256="f" * 64, source="board", audience="public", alike="x", individual="y"
    )
    (row,) = sealed(to_batch([forged]), ABOUT, CONFIG).to_pylist()
    assert {name: row[name] for name in ABOUT if name != "key"} == {name: ABOUT[name] for name in ABOUT if name != "key"}
    assert (row["audience"], row["alike"], row["individual"]) == ("internal", None, None)
    assert row["document_id"] == document_id(SALT, "reports", "a/b.txt")


def test_a_claimed_id_is_only_ever_a_key_within_the_object() -> None:
    """A row cannot have the id of another object's document, whatever it claims as its key."""
    victim = document_id(SALT, "reports", "c.txt")
    for claimed in (victim, f"={victim}", "=c.txt", "=\x1f"):
        (row,) = sealed(to_batch([replace(PLAIN, document_id=claimed, row_number=0)]), ABOUT, CONFIG).to_pylist()
        assert row["document_id"] == document_id(SALT, "reports", "a/b.txt", claimed[1:])
        assert row["document_id"] != victim


def test_links_and_customers_are_hashed_here() -> None:
    """Plain values of a claim are keyed hashes behind it."""
    (row,) = sealed(to_batch([replace(PLAIN, link=" K7 ", customer="Ann")]), ABOUT, CONFIG).to_pylist()
    assert row["link"] == keyed_hash(SALT, "link", "K7")
    assert row["customer"] == keyed_hash(SALT, "customer", "Ann")


def test_who_is_alike_is_found_from_the_fields_themselves() -> None:
    """A reader cannot keep a row from the check that too few people are like it."""
    fields = {"text": "x", "age": "43", "city": "Leeds"}
    claim = to_batch([Document(fields=fields, row_number=number, document_id=f"={number}", alike=None) for number in range(2)])
    rows = sealed(claim, {**ABOUT, "source": "tables"}, CONFIG).to_pylist()
    assert rows[0]["alike"] == rows[1]["alike"] is not None
    assert rows[0]["individual"] != rows[1]["individual"]


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "stolen"},
        {"blocks": (Block("sermon", "x"),)},
        {"blocks": (Block("paragraph", f"x {internal('PERSON', '00ff')}"),)},
        {"title": internal("PERSON", "00ff")},
        {"fields": {"a": internal("PERSON", "00ff")}},
        {"notes": {"Ann Vogel called": 1}},
        {"notes": {"x" * 65: 1}},
        {"origin": "angel"},
        {"pii": {"PERSON": 3}},
        {"name": None},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_claim_that_no_reader_of_ours_makes_is_refused(change: dict[str, Any]) -> None:
    """Unknown words, forged placeholders and names that could be text are refused, and the error quotes none of them."""
    require_claim(to_batch([PLAIN]))
    with pytest.raises(ValueError, match=r"^a reader's rows are not what a reader sends$"):
        require_claim(to_batch([PLAIN, replace(PLAIN, **change)]))


def test_no_rows_are_no_forgery() -> None:
    """An empty claim passes and is sealed as no rows."""
    require_claim(to_batch([]))
    assert sealed(to_batch([]), ABOUT, CONFIG).equals(pa.RecordBatch.from_pylist([], DOCUMENTS))
