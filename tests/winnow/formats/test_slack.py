from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.winnow.formats.samples_json import SLACK_DAY, slack
from tests.winnow.formats.samples_tables import documents, refusal, turns
from tests.winnow.formats.samples_talk import encoded
from winnow.documents import Document
from winnow.formats._slack_text import readable
from winnow.formats.slack import FORMAT

NAMES = {"U0ANN": "Ann Lee"}


def read(*messages: dict[str, Any]) -> list[Document]:
    """The documents of a channel's day."""
    return documents(FORMAT, encoded(list(messages)))


def said(text: str, **more: Any) -> str:
    """What becomes of one message's text."""
    return read(slack("1790000000.000100", text, **more))[0].blocks[0].text


def test_a_thread_is_a_document_and_the_rest_of_the_day_another() -> None:
    """Parent and replies are turns of one document, whatever was written between them, and share its link."""
    thread, rest = documents(FORMAT, encoded(SLACK_DAY))
    assert turns(thread) == [("Ann Lee", "The build is red."), ("Bo Ray", "I'll look, @Ann Lee.")]
    assert (thread.row_key, thread.link, thread.row_number) == ("1790000000.000100", "1790000000.000100", 0)
    assert turns(rest) == [("Ann Lee", "Good morning.")]
    assert (rest.row_key, rest.link) == ("channel", None)


def test_a_reply_of_another_day_has_its_threads_link() -> None:
    """Replies in the file of a later day are tied to the thread by its time stamp."""
    (late,) = read(slack("1790090000.000100", "Fixed.", "U00BO", thread_ts="1790000000.000100"))
    assert late.link == "1790000000.000100"


def test_what_no_person_wrote_is_left_out_and_counted() -> None:
    """Joins, topics, bots, Slackbot and deleted messages are counted on the file's first document."""
    (document,) = read(
        slack("1790000000.000100", "Hello."),
        slack("1790000001.000100", "set the topic", subtype="channel_topic"),
        slack("1790000002.000100", "Deployed.", None, subtype="bot_message", bot_id="B01"),
        slack("1790000003.000100", "Reminder.", "USLACKBOT"),
        slack("1790000004.000100", "This message was deleted.", subtype="tombstone", hidden=True),
    )
    assert turns(document) == [("Ann Lee", "Hello.")]
    assert document.notes == {"system_messages": 1, "bot_messages": 2, "deleted_messages": 1}


def test_an_edited_message_stands_in_its_last_version() -> None:
    """Of an export with all versions only the last one is read, and of a deleted message none."""
    new = slack("1790000000.000100", "Hello all.", edited={"user": "U0ANN", "ts": "1790000009.000000"})
    (document,) = read(
        slack("1790000000.000100", "Helo."),
        slack("1790000001.000100", "Secret.", "U00BO"),
        {"type": "message", "subtype": "message_changed", "ts": "1790000009.000200", "message": new},
        {"type": "message", "subtype": "message_deleted", "ts": "1790000010.000200", "deleted_ts": "1790000001.000100"},
    )
    assert turns(document) == [("Ann Lee", "Hello all.")]
    assert document.notes["edited_messages"] == 2


def test_a_user_without_a_profile_speaks_under_an_id_that_is_no_word() -> None:
    """An id is a speaker, and a mention of nobody known names nobody."""
    (document,) = read(slack("1790000000.000100", "Ask <@U0NOBODY>.", "U0OTHER"))
    assert turns(document) == [("U0OTHER", "Ask @someone.")]
    assert document.notes == {"mentions_without_a_name": 1}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("<@U0ANN> and <@U0ANN|ann>", "@Ann Lee and @Ann Lee"),
        ("<@U9|bo> in <#C1|general>, <#C2>", "@bo in #general, #channel"),
        ("<!here> <!subteam^S1|@ops> <!subteam^S2> <!date^1^{date}|1 May>", "@here @ops @group 1 May"),
        ("<https://example.com/a?b=1&amp;c=2>", "https://example.com/a?b=1&c=2"),
        ("<https://example.com|the page> <mailto:a@b.example|a@b.example>", "the page a@b.example"),
        ("1 &lt; 2 &amp;&amp; x &gt; y", "1 < 2 && x > y"),
        ("*bold* and _so_ ~not~, 2*3*4, a_b_c, *", "bold and so not, 2*3*4, a_b_c, *"),
        ("done :tada: :+1::skin-tone-3: at 10:30:45 :partyparrot:", "done 🎉 👍 at 10:30:45 "),
        ("run `a_b:c: *x*` now", "run `a_b:c: *x*` now"),
        ("```x = {&lt;a&gt;: 1}\n\n  y *= 2```", "```x = {<a>: 1}\n\n  y *= 2```"),
    ],
)
def test_text_is_read_as_people_see_it(raw: str, expected: str) -> None:
    """Mentions, links, escapes, emphasis and emoji become what Slack shows; code stays as it is."""
    assert readable(raw, NAMES, Counter()) == expected


def test_titles_of_files_are_words_and_their_names_are_not() -> None:
    """A title that somebody gave to a file is said; a file's name is not."""
    files = [{"name": "q3.pdf", "title": "Plan for the third quarter"}, {"name": "IMG_1.png", "title": "IMG_1.png"}]
    assert said("See this", files=files) == "See this\nPlan for the third quarter"
    assert read(slack("1790000000.000100", "See", files=files))[0].notes == {"shared_files": 2}
    upload = "<@U0ANN> uploaded a file: <https://x.slack.com/f/1|a.png> and commented: Look."
    assert said(upload, subtype="file_share") == "Look."


def test_a_channel_of_the_web_api_is_read_by_day() -> None:
    """A file of a whole channel gives a document a day, in UTC, in the order of time."""
    messages = [slack("1790086400.000100", "Second."), slack("1790000000.000100", "First.")]
    found = documents(FORMAT, encoded({"ok": True, "messages": messages, "has_more": False}))
    assert [(document.row_key, document.blocks[0].text) for document in found] == [
        ("2026-09-21", "First."),
        ("2026-09-22", "Second."),
    ]


def test_lists_of_users_are_unsupported() -> None:
    """The export's own lists hold no messages; their reason says to leave them out."""
    users = [{"id": "U0ANN12", "team_id": "T1", "name": "ann", "profile": {"real_name": "Ann Lee"}}]
    channels = [{"id": "C012345", "name": "general", "created": 1, "creator": "U1", "members": ["U1"]}]
    assert [refusal(FORMAT, encoded(value)) for value in (users, channels)] == ["unsupported"] * 2
    assert FORMAT.sniff(encoded(users))
    assert FORMAT.sniff(encoded(channels))


def test_a_day_on_which_nobody_wrote_is_empty() -> None:
    """Joins alone, and emoji alone, hold no text."""
    assert refusal(FORMAT, encoded([slack("1790000000.000100", "x", subtype="channel_join")])) == "empty"
    assert refusal(FORMAT, encoded([slack("1790000000.000100", ":shipit:")])) == "empty"


def test_other_json_with_times_is_not_slack() -> None:
    """Rows with a type and a ts that is no time stamp of Slack's belong to the table reader."""
    assert not FORMAT.sniff(encoded([{"type": "a", "ts": 12, "text": "x"}]))
    assert not FORMAT.sniff(encoded([{"type": "a", "ts": "2026-01-01", "text": "x"}]))
    assert not FORMAT.sniff(b'{"ts": "1", "type": "x"}')


@settings(max_examples=100, deadline=None)
@given(text=st.text(alphabet="<@#!U0ANN|>`*_~:&lt;a b\n", max_size=80))
def test_any_text_is_read(text: str) -> None:
    """No text of a message stops the reader, and no mention's id is left among the words."""
    found = readable(f"{text} <@U0NOBODY>", NAMES, Counter())
    assert "U0NOBODY" not in found or "`" in text or "<" in text


def test_a_message_of_openers_takes_linear_time() -> None:
    """A hundred thousand openers are read at once."""
    assert readable("<@<!<#*_`:a" * 20_000, {}, Counter())
