"""Archives that stay one object."""

import gzip

import pytest

from tests.winnow.formats.archives import Raw, raw_zip, tarred, zipped
from tests.winnow.formats.samples import SAMPLES
from tests.winnow.formats.samples_tables import SAMPLES as TABLES
from winnow.documents import Document
from winnow.errors import UnreadableDocument
from winnow.formats import ReadOptions, TableOptions
from winnow.formats._table import KEY_SEPARATOR
from winnow.formats.zip import read

MIB = 1024 * 1024


def documents(content: bytes, **options: object) -> list[Document]:
    """What the reader gives."""
    return list(read(content, ReadOptions.model_validate(options)))


def reason(content: bytes) -> str:
    """Why there is nothing."""
    with pytest.raises(UnreadableDocument) as caught:
        documents(content)
    return caught.value.reason


@pytest.mark.parametrize("make", [zipped, tarred, lambda files: tarred(files, mode="w:gz")])
def test_every_file_is_a_document_of_its_own(make: object) -> None:
    """A file's document has its path for a key, its stem for a name, and the format that its suffix and bytes say."""
    content = make({"r/plan.md": SAMPLES["md"], "cut.pdf": SAMPLES["pdf"][:100], "b.xyz": b"?"})  # type: ignore[operator]
    found = {one.row_key: (one.format, one.name, one.reason) for one in documents(content)}
    assert found["r/plan.md"] == ("md", "plan", None)
    assert found["b.xyz"][2] == "unsupported"
    assert found["cut.pdf"][2] is not None


def test_rows_of_a_packed_table_have_keys_of_their_own() -> None:
    """Two tables in one archive may hold the same row."""
    table = b"id,text\n7,Late.\n"
    options = TableOptions(key=("id",), columns=("text",))
    found = documents(zipped({"a.csv": table, "b.csv": table}), table=options)
    assert [one.row_key for one in found] == [f"{name}{KEY_SEPARATOR}7" for name in ("a.csv", "b.csv")]
    assert [one.fields["text"] for one in found] == ["Late.", "Late."]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (raw_zip([Raw(b"a.txt", b"x", flags=1)]), "encrypted"),
        (zipped({"a.txt": b"x"})[:-5], "truncated"),
        (zipped({"a.txt": b"x" * 100})[:20] + zipped({"a.txt": b"x" * 100})[30:], "damaged"),
        (zipped({str(number): bytes(4 * MIB) for number in range(9)}), "bomb"),
        (raw_zip([Raw(str(number).encode(), b"", method=0) for number in range(10_001)]), "too_large"),
        (raw_zip([]), "empty"),
        (b"PK?", "wrong_type"),
        (gzip.compress(b"words", mtime=0), "unsupported"),
    ],
)
def test_an_archive_that_cannot_be_read_says_why(content: bytes, why: str) -> None:
    """The reason is of the archive as a whole."""
    assert reason(content) == why


def test_the_samples_of_all_formats_come_out_of_an_archive() -> None:
    """What is read by itself is read in an archive too."""
    names = {"md": "a.md", "txt": "b.txt", "pdf": "c.pdf", "docx": "d.docx", "html": "e.html"}
    files = {path: (SAMPLES | TABLES)[name] for name, path in names.items()}
    assert {one.format: one.reason for one in documents(zipped(files))} == dict.fromkeys(names)
