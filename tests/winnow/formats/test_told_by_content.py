"""Files whose names say nothing: told by their first bytes where these leave no doubt, and by nothing else."""

import pytest

from tests.winnow.formats.samples import SAMPLES
from winnow.errors import UnreadableDocument
from winnow.formats import ReadOptions, TableOptions, detect, told_by_content

MAIL = b"Received: from a\r\nFrom: office@example.com\r\nDate: Mon, 05 Oct 2026 10:00:00 +0000\r\nSubject: Depot\r\n\r\nIt is full.\r\n"

NAMES = ("report", "report.", "report.bak", "report.2026-10-05", ".report", "a.b/report")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["pdf", "docx", "vtt", "html"])
def test_a_file_without_a_telling_name_is_read_as_what_it_is(kind: str, name: str) -> None:
    """Neither no suffix nor an unknown one hides a file whose first bytes leave no doubt."""
    assert detect(b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello.\n" if kind == "vtt" else SAMPLES[kind], name).name == kind


def test_mails_are_kept_without_a_suffix() -> None:
    """Mail servers name mails by numbers: a header with a sender tells them."""
    assert told_by_content(MAIL) == ".eml"
    assert told_by_content(b"From: the beginning\nit was cold.\n\nSubject: none") is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"words",
        b"id,text\n1,x\n",
        b'{"a": 1}',
        b"#!/bin/sh\necho\n",
        b"\x7fELF\x02",
        b"PK\x03\x04 nothing",
        b"%PD",
        b"\x89PNG\r\n\x1a\n",
    ],
)
def test_what_could_be_anything_stays_unsupported(content: bytes) -> None:
    """A log, a program, a table without a name or a plain archive does not become a document unasked."""
    with pytest.raises(UnreadableDocument, match="unsupported"):
        detect(content, "something.xyz")


def test_a_telling_name_is_believed_before_the_bytes() -> None:
    """A known suffix on other bytes is a mistake that somebody should hear of, not one to guess around."""
    with pytest.raises(UnreadableDocument, match="wrong_type"):
        detect(SAMPLES["pdf"], "report.docx")


def test_no_text_is_read_unnamed_where_columns_are_named() -> None:
    """Of a source of tables only named columns may become text, so a page called .xls is not read as a page."""
    options = ReadOptions(table=TableOptions(columns=("text",)))
    page = b"<html><body><table><tr><td>Ann Vogel</td></tr></table></body></html>"
    with pytest.raises(UnreadableDocument, match="unsupported"):
        detect(page, "export.old", options)
    assert detect(page, "export.old").name == "html"


def test_hostile_bytes_are_told_in_a_moment() -> None:
    """A megabyte of what a pattern could stumble over costs no more than looking at it."""
    for piece in (b" ", b"\n", b"From: ", b"%PDF", b"<htm", b"\xef\xbb\xbf"):
        assert told_by_content(piece * (1_000_000 // len(piece))) is None
