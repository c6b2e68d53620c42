import pytest

from tests.winnow.formats.samples_tables import documents, refusal, turns
from tests.winnow.formats.samples_talk import ZOOM
from winnow.formats.chat import FORMAT

IPHONE = (
    "[01/10/2026, 10:15:30] Team: \u200eMessages and calls are end-to-end encrypted.\n"
    "[01/10/2026, 10:15:31] Ann Lee: Note: the\nsecond line\n"
    "\u200e[01/10/2026, 10:16:02] Bo Ray: \u200eimage omitted\n"
    "[01/10/2026, 10:17:02] ~\u202fBo Ray: Yes. \u200e<This message was edited>\n"
    "[02/10/2026, 08:00:00] Ann Lee: \u200eThis message was deleted.\n"
    "[02/10/2026, 08:00:10] Ann Lee: Morning.\n"
)

ANDROID = (
    "10/1/26, 10:15 AM - Messages and calls are end-to-end encrypted. Tap to learn more.\n"
    "10/1/26, 10:15\u202fAM - Ann Lee: Hello\n10/1/26, 10:16\u202fAM - Bo Ray: <Media omitted>\n"
    "10/1/26, 10:17\u202fAM - Bo Ray: Fine: thanks\n10/1/26, 10:18 AM - Bo Ray left\n"
)


def test_a_zoom_chat_is_one_document() -> None:
    """Messages to everyone are turns; private ones, reactions and quoted lines are left out and counted."""
    (document,) = documents(FORMAT, ZOOM)
    assert turns(document) == [("Ann Lee", "Hello, is this on?"), ("Bo Ray", "Yes, it is.")]
    assert document.notes == {"private_messages": 1, "reactions": 1, "quoted_messages": 1}
    assert (document.row_number, document.blocks[0].start_ms) == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        "00:12:34\t From  Ann Lee : Hello\n00:12:40\t From  Bo Ray : Hi: yes\n",
        "2026-10-01 09:36:34 From Ann Lee to Everyone:\n Hello\n2026-10-01 09:36:40 From Bo Ray to Everyone:\n Hi: yes\n",
        "09:36:34 From Ann Lee to Everyone : Hello\r\n09:36:40 From Bo Ray to Everyone : Hi: yes\r\n",
    ],
)
def test_older_shapes_of_zoom(text: str) -> None:
    """Chats that older versions saved are the same chats."""
    assert FORMAT.sniff(text.encode())
    assert turns(documents(FORMAT, text)[0]) == [("Ann Lee", "Hello"), ("Bo Ray", "Hi: yes")]


def test_whatsapp_is_a_document_a_day() -> None:
    """Of a chat of two days each is a document, known by the date as it stands there."""
    first, second = documents(FORMAT, IPHONE)
    assert turns(first) == [("Ann Lee", "Note: the\nsecond line"), ("Bo Ray", "Yes.")]
    assert turns(second) == [("Ann Lee", "Morning.")]
    assert (first.row_key, second.row_key) == ("01/10/2026", "02/10/2026")
    assert first.notes == {"system_messages": 1, "media_messages": 1, "edited_messages": 1, "deleted_messages": 1}


def test_whatsapp_of_android() -> None:
    """A dash instead of brackets, a narrow space before AM, and lines of nobody."""
    (document,) = documents(FORMAT, ANDROID)
    assert FORMAT.sniff(ANDROID.encode())
    assert FORMAT.sniff(ANDROID.encode("utf-16"))
    assert turns(document) == [("Ann Lee", "Hello"), ("Bo Ray", "Fine: thanks")]
    assert document.notes == {"system_messages": 2, "media_messages": 1}


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-01 10:15:30 INFO: started\n2026-10-01 10:15:31 ERROR: failed\n",
        "[2026-10-01, 10:15:30] web: started\n[2026-10-01, 10:15:31] web: ready\n",
        "[01/10/2026 10:15:30] INFO: started\n[01/10/2026 10:15:31] ERROR: failed\n",
        "12:00:00 From York to Hull\n13:00:00 From Hull to York\n",
        "[00:01] Ann: We start.\n[00:02] Bo: Good.\n",
        "1. first\n2. second\n",
    ],
)
def test_logs_timetables_and_transcripts_are_no_chats(text: str) -> None:
    """Lines that begin with a time are not enough."""
    assert not FORMAT.sniff(text.encode())


def test_a_chat_without_words_is_empty() -> None:
    """Media and notices alone hold no text."""
    assert refusal(FORMAT, "10:02:33 From Ann Lee to Bo(Direct Message): secret\n") == "empty"


def test_a_million_characters_of_heads_take_linear_time() -> None:
    """Neither a line without an end nor heads without words stop the reader."""
    assert refusal(FORMAT, "10:02:33 From " + "Ann to " * 200_000) in {"empty", "malformed"}
    assert documents(FORMAT, "10:02:33 From Ann to Everyone: a\n" * 30_000)
