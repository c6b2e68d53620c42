import io
import struct
import tracemalloc
import zipfile

import pytest

from tests.winnow.formats.samples import SAMPLES, paragraph, raw_docx
from tests.winnow.formats.samples_office import package
from tests.winnow.formats.samples_tables import refusal
from winnow.errors import UnreadableDocument
from winnow.formats import _package, docx
from winnow.formats._package import Package, tree_bytes

ENTRY = b"PK\x01\x02"  # an entry of a ZIP's directory; its declared size stands 24 bytes behind


def entry_names(content: bytes) -> list[str]:
    """The parts."""
    return Package(content).names


def outcome(content: bytes) -> str:
    """Why the package cannot be read; empty if it can."""
    try:
        Package(content).read("a.xml")
    except UnreadableDocument as error:
        return error.reason
    return ""


def reason(content: bytes, part: str = "a.xml") -> str:
    """Why the part cannot be read."""
    with pytest.raises(UnreadableDocument) as caught:
        Package(content).read(part)
    return caught.value.reason


def test_a_part_that_declares_too_little_does_not_inflate() -> None:
    """Inflating stops at the declared size, though zipfile, asked for a whole entry, inflates all there is before it cuts."""
    content = bytearray(package({"a.xml": b" " * 64_000_000}))
    at = content.index(ENTRY)
    content[at + 24 : at + 28] = struct.pack("<I", 100)
    tracemalloc.start()
    try:
        assert reason(bytes(content)) == "damaged"
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


def test_a_part_that_declares_too_much_is_a_bomb() -> None:
    """What a part says it inflates to is added up before anything inflates."""
    content = bytearray(package({"a.xml": b"<a/>"}))
    at = content.index(ENTRY)
    content[at + 24 : at + 28] = struct.pack("<I", 0xFFFFFFF0)
    assert reason(bytes(content)) == "bomb"


def test_entries_that_share_bytes_are_a_bomb() -> None:
    """One run of packed bytes under many names unpacks once for each of them."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("a.xml", b"<a/>" * 100)
        for name in ("b.xml", "c.xml"):
            copy = zipfile.ZipInfo(name)
            first = opened.getinfo("a.xml")
            copy.compress_type, copy.CRC = first.compress_type, first.CRC
            copy.compress_size, copy.file_size, copy.header_offset = first.compress_size, first.file_size, first.header_offset
            opened.filelist.append(copy)
    assert reason(stream.getvalue()) == "bomb"


def test_a_directory_of_a_million_entries_is_not_parsed() -> None:
    """Entries are counted in the bytes, since each takes half a kilobyte once it is listed."""
    assert reason(SAMPLES["docx"] + (ENTRY + bytes(42)) * 100_000) == "bomb"


def test_names_never_lead_out() -> None:
    """Whatever a part is called, it is only a name in the package, in one spelling."""
    content = package({"../../etc/passwd": b"x", "/abs.xml": b"x", "word\\Document.XML": b"x", "a\x00b": b"x"})
    assert entry_names(content) == ["a", "abs.xml", "etc/passwd", "word/document.xml"]
    assert Package(content).read("Word/document.xml") == b"x"


def test_parts_of_one_name_are_counted() -> None:
    """Of two parts with the same name the last is read, and that there were two is noted."""
    stream = io.BytesIO(raw_docx(paragraph("First.")))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(stream, "a") as opened:
        opened.writestr(
            "word/document.xml", zipfile.ZipFile(io.BytesIO(raw_docx(paragraph("Last.")))).read("word/document.xml")
        )
    found = next(docx.read(stream.getvalue(), docx.ReadOptions()))
    assert [block.text for block in found.blocks] == ["Last."]
    assert found.notes == {"repeated_parts": 1}


def test_an_encrypted_entry_says_so() -> None:
    """An entry with the mark of encryption is not tried."""
    content = bytearray(package({"a.xml": b"<a/>"}))
    content[content.index(ENTRY) + 8] |= 1
    assert reason(bytes(content)) == "encrypted"


@pytest.mark.parametrize(
    ("body", "expected"),
    [("<w:p/>" * 4_000_000, "bomb"), ("<w:p " + " ".join(f'a{n}="1"' for n in range(3_000_000)) + "/>", "too_large")],
)
def test_markup_is_counted_before_a_tree_is_built(body: str, expected: str) -> None:
    """Elements and attributes take far more memory than their bytes, so they are counted before they are parsed."""
    assert refusal(docx.FORMAT, raw_docx(body)) == expected


def test_the_estimate_of_a_tree_is_above_that_of_its_bytes() -> None:
    """Markup weighs more than text of the same length."""
    assert tree_bytes(b"<a b='c'/>" * 100) > 5 * tree_bytes(b"plain text" * 100)


def test_a_cut_entry_is_damaged() -> None:
    """Packed bytes that end too early are no text."""
    content = bytearray(package({"a.xml": bytes(range(256)) * 40}))
    content[60:200] = bytes(140)
    assert reason(bytes(content)) == "damaged"


def test_broken_directories_have_a_reason() -> None:
    """Any change of any byte of a small package gives a package or one of the closed reasons, and nothing else."""
    content = package({"a.xml": b"<a/>"})
    for at in range(len(content)):
        for value in (0, 255):
            changed = content[:at] + bytes([value]) + content[at + 1 :]
            assert outcome(changed) in {"", "damaged", "truncated", "not_a_package", "bomb", "encrypted"}


def test_an_odd_compression_is_refused() -> None:
    """Office packages are stored or deflated (part 2, annex B); anything else is not unpacked by chance."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_LZMA) as opened:
        opened.writestr("a.xml", b"<a/>")
    assert reason(stream.getvalue()) == "damaged"


def test_what_is_read_adds_up() -> None:
    """Parts that are no XML count too once they are read, however often."""
    content = package({"a.bin": b"x" * 1000})
    opened = Package(content, max_inflated_bytes=1500)
    assert opened.read("a.bin") is not None
    assert opened.read("a.bin") is not None
    assert opened.read("a.bin") is not None
    with pytest.raises(UnreadableDocument, match="bomb"):
        opened.read("a.bin")
    assert _package.MAX_PARTS < 100_000
