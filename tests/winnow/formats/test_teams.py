from typing import Any

from tests.winnow.formats.samples_json import TEAMS_CHANNEL, teams
from tests.winnow.formats.samples_tables import documents, refusal, turns
from tests.winnow.formats.samples_talk import encoded
from winnow.formats.teams import FORMAT


def chat(identity: str, html: str, name: str | None = "Ann Lee", **more: Any) -> dict[str, Any]:
    """A message of a chat."""
    return teams(identity, html, name, channelIdentity=None, chatId="19:x@unq.gbl.spaces", **more)


def own(kind: str, content: str, when: str, name: str | None = "Ann Lee", **more: Any) -> dict[str, Any]:
    """A message of an export of one's own data."""
    return {"id": when, "displayName": name, "originalarrivaltime": when, "messagetype": kind, "content": content, **more}


def test_a_post_and_its_replies_are_a_document() -> None:
    """A channel's post has its subject for a title, its replies for turns, and its id for a link."""
    (document,) = documents(FORMAT, encoded(TEAMS_CHANNEL))
    assert turns(document) == [("Ann Lee", "The build is red."), ("Bo Ray", "Ann Lee I'll look.")]
    assert (document.title, document.row_key, document.link) == ("Build", "1601", "1601")
    assert document.notes == {"system_messages": 1}


def test_replies_may_stand_inside_of_their_post() -> None:
    """Expanded replies are the same as replies beside it."""
    first, second, third = TEAMS_CHANNEL["value"]
    assert documents(FORMAT, encoded([{**first, "replies": [second, third]}])) == documents(FORMAT, encoded(TEAMS_CHANNEL))


def test_a_chat_is_a_document_a_day() -> None:
    """Messages of a chat are turns of their day, in the order of time, without a link."""
    messages = [chat("1702", "Fine."), chat("1701", "Well?"), chat("1803", "Next.", createdDateTime="2026-10-02T09:00:00Z")]
    first, second = documents(FORMAT, encoded({"value": messages}))
    assert [text for _, text in turns(first)] == ["Well?", "Fine."]
    assert [text for _, text in turns(second)] == ["Next."]
    assert {first.link, second.link} == {None}


def test_bodies_become_lines_of_words() -> None:
    """Paragraphs, entries and code are lines; emoji are characters; cards and quoted messages go."""
    html = (
        '<blockquote itemscope itemtype="http://schema.skype.com/Reply" itemid="1"><strong>Bo</strong><p>Old words</p></blockquote>'
        '<p>One&nbsp;<emoji alt="👍" title="Yes"></emoji></p><ul><li>two</li></ul><codeblock><code>a = 1<br>b = 2</code></codeblock>'
        '<attachment id="x"></attachment>'
    )
    (document,) = documents(FORMAT, encoded([chat("1701", html, attachments=[{"id": "x"}])]))
    assert turns(document) == [("Ann Lee", "One 👍\ntwo\na = 1\nb = 2")]
    assert document.notes == {"attachments": 1, "quoted_messages": 1}


def test_what_no_person_wrote_is_left_out_and_counted() -> None:
    """Bots, deleted messages and messages of nobody are counted."""
    bot = {**chat("1702", "Deployed."), "from": {"application": {"id": "b", "displayName": "Bot"}, "user": None}}
    gone = chat("1703", "x", deletedDateTime="2026-10-01T11:00:00Z")
    (document,) = documents(FORMAT, encoded([chat("1701", "Hi."), bot, gone, chat("1704", "x", None)]))
    assert turns(document) == [("Ann Lee", "Hi.")]
    assert document.notes == {"bot_messages": 1, "deleted_messages": 1, "system_messages": 1}


def test_the_export_of_ones_own_data() -> None:
    """Conversations of a ``MessageList``, newest first, are documents by day; calls and pictures are counted."""
    messages = [
        own("Event/Call", "<partlist/>", "2026-10-01T12:00:00.1Z"),
        own("RichText/UriObject", "<URIObject>photo</URIObject>", "2026-10-01T11:30:00.1Z"),
        own("RichText/Html", "<p>Yes &amp; no</p>", "2026-10-01T11:00:00.1Z", None, **{"from": "8:live:bo"}),
        own("RichText", '<quote authorname="Bo"><legacyquote>x</legacyquote>old</quote>Sure?', "2026-10-01T10:00:00.1Z"),
        own("Text", "a < b", "2026-10-01T09:00:00.1Z"),
    ]
    (document,) = documents(FORMAT, encoded({"userId": "8:a", "conversations": [{"id": "19:c", "MessageList": messages}]}))
    assert turns(document) == [("Ann Lee", "a < b"), ("Ann Lee", "Sure?"), ("8:live:bo", "Yes & no")]
    assert document.row_key == "19:c/2026-10-01"
    assert document.notes == {"system_messages": 1, "media_messages": 1, "quoted_messages": 1}


def test_other_json_and_empty_chats() -> None:
    """What is no message of Teams is not taken; a chat of nothing but events is empty."""
    assert not FORMAT.sniff(encoded({"value": [{"messageType": "message"}]}))
    assert refusal(FORMAT, encoded([chat("1701", "<systemEventMessage/>", None, messageType="systemEventMessage")])) == "empty"
    assert refusal(FORMAT, b'{"value": [{"messageType": "message", "createdDateTime": "2026') == "truncated"


def test_markup_nested_beyond_reason_is_read() -> None:
    """A body of a hundred thousand open tags stops nothing."""
    (document,) = documents(FORMAT, encoded([chat("1701", "<div>" * 100_000 + "deep"), chat("1702", "After.")]))
    assert turns(document)[-1] == ("Ann Lee", "After.")
