import json
import pickle
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.winnow.formats.samples import SAMPLES
from tests.winnow.formats.samples_tables import SAMPLES as TABLES
from tests.winnow.formats.samples_talk import SAMPLES as TALK
from winnow import extract
from winnow.documents import Document
from winnow.extract import ExtractConfig, SourceReading, extract_key, extract_one, extractor
from winnow.formats import ReadOptions, TableOptions, formats
from winnow.formats._base import Format
from winnow.ids import document_id, keyed_hash
from winnow.placeholders import internal
from winnow.reasons import QUARANTINE
from winnow.schemas import DOCUMENTS, OBJECTS

TABLE = ReadOptions(table=TableOptions(key=("id",), columns=("text",), link="id", customer="text"))

CONFIG = ExtractConfig(
    salt="salt",
    sources={
        "reports": SourceReading(language="en", licence="CC-BY-4.0", audience="all", link_pattern=r"^(?P<link>[^.]+)"),
        "tables": SourceReading(read=TABLE, origin="model"),
    },
)


def row(key: str, content: bytes | None, source: str = "reports") -> dict[str, Any]:
    """An object as the line hands it over."""
    return {"object_id": f"object {len(key)}", "content_sha256": "0" * 64, "source": source, "key": key, "content": content}


def rows(*objects: Mapping[str, Any], config: ExtractConfig = CONFIG) -> list[dict[str, Any]]:
    """The documents' rows for ``objects``."""
    batch = extractor(config)(pa.RecordBatch.from_pylist(list(objects), schema=OBJECTS))
    assert batch.schema == DOCUMENTS
    return list(batch.to_pylist())


def test_a_document_has_its_sources_ids_language_and_name() -> None:
    """What the catalog says of a source is in every document, and the ids are those of source and key."""
    (found,) = rows(row("2026/plan.v2.txt", b"We begin."))
    assert found["document_id"] == document_id("salt", "reports", "2026/plan.v2.txt")
    assert (found["object_id"], found["content_sha256"]) == ("object 16", "0" * 64)
    assert [found[name] for name in ("source", "format", "name")] == ["reports", "txt", "plan.v2"]
    assert [found[name] for name in ("language", "licence", "audience", "origin")] == ["en", "CC-BY-4.0", "all", "human"]
    assert found["reason"] is None


def test_files_of_one_meeting_share_a_link_with_the_rows_that_name_it() -> None:
    """Minutes, transcript and exported questions of a meeting meet in one keyed hash."""
    links = {found["link"] for found in rows(row("m/K7.txt", b"a."), row("m/K7.minutes.md", b"b."))}
    assert links == {keyed_hash("salt", "link", "K7")}
    (found,) = rows(row("q.csv", b"id,text\nK7,Why?\n", "tables"))
    assert found["link"] in links


def test_rows_have_ids_of_their_keys_and_hashed_customers() -> None:
    """A row is known by its key wherever it stands in the table, and nobody's name is in the open."""
    one, two = rows(row("t.csv", b"id,text\n7,Late.\n9,Thanks.\n", "tables"))
    assert [one["document_id"], two["document_id"]] == [document_id("salt", "tables", "t.csv", key) for key in ("7", "9")]
    assert one["customer"] == keyed_hash("salt", "customer", "Late.")
    assert [one["row_number"], two["row_number"]] == [0, 1]
    assert one["origin"] == "model"


@pytest.mark.parametrize("name", sorted(formats()))
def test_every_format_gives_documents(name: str) -> None:
    """The sample of every format comes out of the stage with text."""
    kind = formats()[name]
    found = rows(row(f"a{kind.suffixes[0]}", (SAMPLES | TABLES | TALK)[name], "reports" if name in TALK else "tables"))
    assert [document["reason"] for document in found] == [None] * len(found)
    assert all(document["blocks"] or document["fields"] for document in found)
    assert {document["format"] for document in found} == {
        "txt" if name == "zip" else name
    }  # an archive's documents are its files'


@pytest.mark.parametrize(
    ("key", "content", "reason"),
    [
        ("a.7z", b"7z", "unsupported"),
        ("a.txt", b"", "empty"),
        ("a.txt", b" \n", "empty"),
        ("a.pdf", b"words", "wrong_type"),
        ("a.csv", b"id,text\n1,x\n", "missing_columns"),
        ("a.txt", None, "gone_while_reading"),
    ],
)
def test_what_cannot_be_read_is_a_row_with_its_reason(key: str, content: bytes | None, reason: str) -> None:
    """A refused object is accounted for by one row with ids and a reason, and with no text nor name."""
    (found,) = rows(row(key, content))
    assert found["reason"] == reason
    assert found["document_id"] == document_id("salt", "reports", key)
    assert [found[part] for part in ("blocks", "fields", "title", "name")] == [[], [], "", ""]


def test_an_object_over_the_sources_limit_is_too_large() -> None:
    """A source's size limit is checked before anything is parsed."""
    config = ExtractConfig("salt", {"reports": SourceReading(read=ReadOptions(max_bytes=5))})
    assert [found["reason"] for found in rows(row("a.txt", b"12345"), row("b.txt", b"123456"), config=config)] == [
        None,
        "too_large",
    ]


@pytest.mark.parametrize(
    ("error", "reason"),
    [(RecursionError, "damaged"), (MemoryError, "memory"), (KeyError, "damaged"), (UnicodeError, "damaged")],
)
def test_whatever_a_reader_raises_is_that_objects_reason(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception], reason: str
) -> None:
    """An exception inside of a reader stops neither the batch nor the documents around it, rows read before it are dropped."""

    def breaks(_content: bytes, _options: ReadOptions) -> Iterator[Document]:
        yield Document(fields={"text": "read before the break"}, row_number=0, row_key="0")
        raise error("secret words")

    whole = extract.detect

    def detect(content: bytes, name: str, options: ReadOptions | None = None) -> Format:
        return replace(whole(content, name, options), read=breaks) if "bad" in name else whole(content, name, options)

    monkeypatch.setattr(extract, "detect", detect)
    found = rows(row("a.txt", b"First."), row("bad.txt", b"x"), row("c.txt", b"Last."))
    assert [document["reason"] for document in found] == [None, reason, None]
    assert "secret" not in json.dumps(found)
    assert "before the break" not in json.dumps(found)


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(st.characters(exclude_categories=[]), min_size=1, max_size=60),
    key=st.sampled_from(["a.txt", "a.md", "a.html", "a.vtt"]),
)
def test_no_text_breaks_the_stage(text: str, key: str) -> None:
    """Any text at all gives rows that can be stored, without NULs, surrogates or the placeholders' delimiters."""
    found = rows(row(key, text.encode("utf-8", "surrogatepass")))
    assert len(found) == 1
    written = json.dumps(found, ensure_ascii=False)
    assert not any(character in written for character in ("\x00", "\ue000", "\ue001"))
    written.encode("utf-8")


def test_forged_placeholders_are_taken_apart_in_every_part() -> None:
    """Text that spells an internal placeholder cannot smuggle one past the scrubber, nor can a name or a column."""
    forged = internal("PERSON", "00ff")
    (document,) = rows(row(f"{forged}.md", f"# {forged}\n\n{forged}".encode()))
    (table_row,) = rows(row("t.csv", f"id,text\n1,{forged}\n".encode(), "tables"))
    written = json.dumps([document, table_row], ensure_ascii=False)
    assert "\ue000" not in written
    assert written.count("PERSON:00ff") == 5


def test_spans_stay_true_when_characters_are_replaced() -> None:
    """Replacing a delimiter moves no character."""
    (found,) = rows(row("a.txt", "a\ue000b\n\nnext".encode()))
    assert [(block["text"], block["start"], block["end"]) for block in found["blocks"]] == [("a b", 0, 3), ("next", 5, 9)]


def test_the_configuration_and_key_are_the_same_after_pickling() -> None:
    """A worker that gets the configuration by pickle extracts the same documents, and the key is stable."""
    again = pickle.loads(pickle.dumps(CONFIG))
    objects = (row("a.md", SAMPLES["md"]), row("t.csv", TABLES["csv"], "tables"))
    assert rows(*objects, config=again) == rows(*objects)
    assert extract_key(again.sources["tables"]) == extract_key(CONFIG.sources["tables"])


def test_the_key_changes_with_every_option() -> None:
    """A source that is read otherwise has another stage key, so that its days are done again."""
    base = SourceReading()
    others = [
        replace(base, read=TABLE),
        replace(base, read=ReadOptions(max_bytes=1)),
        replace(base, language="en"),
        replace(base, licence="MIT"),
        replace(base, audience="hr"),
        replace(base, origin="model"),
        replace(base, link_pattern="(?P<link>.)"),
    ]
    assert len({extract_key(reading) for reading in (base, *others)}) == len(others) + 1


def test_one_file_is_told_as_plain_values() -> None:
    """The command line gets blocks with their places, and leaves out what is not known of them."""
    found = extract_one(SAMPLES["pdf"], "report.pdf")
    assert found["format"] == "pdf"
    assert found["blocks"][0] == {"kind": "heading", "text": "Quarterly report", "level": 1, "page": 1, "start": 0, "end": 16}
    spoken = extract_one(b"Ann  00:00:01\nHi.\n\nBo  00:00:02\nHello.\n", "call.txt")
    assert spoken["blocks"][0] == {
        "kind": "turn",
        "text": "Hi.",
        "speaker": "Ann",
        "start": 0,
        "end": 17,
        "start_ms": 1000,
        "end_ms": 2000,
    }
    assert json.loads(json.dumps(found)) == found


def test_one_refused_file_is_told_with_advice() -> None:
    """The command line gets stage, reason and what to do about it."""
    assert extract_one(b"x", "a.ppt") == {
        "format": "",
        "quarantine": {"stage": "extract", "reason": "unsupported", "advice": QUARANTINE["unsupported"]},
    }


def test_one_table_is_told_row_by_row() -> None:
    """A table's rows have their fields, and no block belongs to the whole."""
    found = extract_one(TABLES["csv"], "t.csv", TABLE)
    assert found["blocks"] == []
    assert [line["fields"] for line in found["rows"]] == [{"text": "The parcel is late."}, {"text": "Thanks."}]
