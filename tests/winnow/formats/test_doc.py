import pytest

from tests.winnow.formats.samples import SAMPLES
from tests.winnow.formats.samples_tables import documents, refusal
from winnow.formats.doc import FORMAT

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ARCHIVE = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n%s\r\n--b--\r\n"
PAGE = b"<html><body><p>Sales rose in spring.</p></body></html>"


@pytest.mark.parametrize(
    "content",
    [
        SAMPLES["rtf"],
        SAMPLES["docx"],
        PAGE,
        ARCHIVE % PAGE,
    ],
)
def test_what_other_programs_call_doc_is_read_as_what_it_is(content: bytes) -> None:
    """RTF, renamed DOCX, web pages and web archives."""
    assert [block.text for block in documents(FORMAT, content)[0].blocks] == ["Sales rose in spring."]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (OLE2 + bytes(600), "unsupported"),
        (b"plain words", "wrong_type"),
        (b"%PDF-1.7", "wrong_type"),
        (b"MIME-Version: 1.0\r\nContent-Type: image/png\r\n\r\nx", "wrong_type"),
        (SAMPLES["zip"], "not_a_package"),
        (SAMPLES["rtf"][:-2], "truncated"),
    ],
)
def test_the_rest_has_its_reason(content: bytes, reason: str) -> None:
    """The binary format of old Word is not read, and nothing is taken for what it is not."""
    assert refusal(FORMAT, content) == reason
