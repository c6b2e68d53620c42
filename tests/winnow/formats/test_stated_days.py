"""The day that a text gives itself, by format; whether it counts is told by tests/winnow/test_own_days.py."""

import datetime as dt
import json

import pytest

from tests.winnow.formats.samples import jats, mail, parts
from tests.winnow.formats.samples_json import note, slack, teams
from tests.winnow.formats.samples_office import entities, page
from tests.winnow.formats.samples_tables import documents, rss
from tests.winnow.formats.samples_talk import bluesky_post, encoded, listing
from winnow.formats import Format, bluesky, chat, confluence, eml, feed, html, mastodon, mbox, md, mhtml, reddit
from winnow.formats import jats as studies
from winnow.formats import slack as slacks
from winnow.formats import teams as meetings

DATE = "Mon, 05 Jan 2026 23:30:00 -0500"
DAY = dt.date(2026, 1, 6)  # of `DATE` in UTC
FIRST, SECOND = dt.date(2026, 10, 1), dt.date(2026, 10, 2)


def days(form: Format, content: str | bytes) -> list[dt.date | None]:
    """The stated day of each document that is there."""
    return [document.stated for document in documents(form, content) if document.reason is None]


def attached(name: str, content: str, kind: str = "text/plain") -> str:
    """A part with a file."""
    return f'Content-Type: {kind}; name="{name}"\nContent-Disposition: attachment; filename="{name}"\n\n{content}'


def test_a_mail_has_its_date_and_its_attachments_too() -> None:
    """The header's moment is a day in UTC; a file that came with the mail has it, an attached mail its own if it says one."""
    inner = mail("What was said.", Date="Thu, 1 Jan 2026 10:00:00 +0000", Subject="Before").decode()
    bare = mail("What was said then.", Subject="Before").decode()
    pieces = (
        "Content-Type: text/plain\n\nSee below.",
        attached("n.txt", "Some words in a file."),
        attached(
            "p.html", f"<meta property='article:published_time' content='2020-02-02'><p>{'A page. ' * 9}</p>", "text/html"
        ),
        attached("a.eml", inner, "message/rfc822"),
        attached("b.eml", bare, "message/rfc822"),
    )
    assert days(eml.FORMAT, parts(*pieces, Date=DATE)) == [DAY, DAY, DAY, dt.date(2026, 1, 1), DAY]


@pytest.mark.parametrize("said", ["", "soon", "31 Feb 2026 10:00:00 +0000", "Mon, 5 Jan 2026", "=?utf-8?q?", "1" * 5000])
def test_a_mail_without_a_date_has_no_day(said: str) -> None:
    """A header that is not there, or says no moment of the calendar, leaves the mail and what came with it without a day."""
    content = parts("Content-Type: text/plain\n\nHello.", attached("n.txt", "Words."), **({"Date": said} if said else {}))
    assert days(eml.FORMAT, content) == [None, None]


def test_every_mail_of_a_mailbox_has_its_own_day() -> None:
    """The line that parts mails tells of the mailbox and not of the mail."""
    mails = [
        mail("One.", Message_ID="<1@x>", Date=DATE),
        mail("Two.", Message_ID="<2@x>"),
        mail("Three.", Message_ID="<3@x>", Date="Thu Sep  4 13:22:01 2014"),
    ]
    content = b"\n\n".join(b"From a@example.com Thu Sep  4 13:22:01 2025\n" + one for one in mails)
    assert days(mbox.FORMAT, content) == [DAY, None, dt.date(2014, 9, 4)]


def test_an_entry_has_the_day_of_its_publication() -> None:
    """Of RSS, Atom and JSON Feed; without a publication that of the last change, and never a part of a date filled from the clock."""
    said = [
        f"<pubDate>{DATE}</pubDate>",
        "<pubDate>2026</pubDate>",
        "<pubDate>Jan 2026</pubDate>",
        "",
    ]
    entries = [f"<title>Steel {number}</title><guid>g{number}</guid>{date}" for number, date in enumerate(said)]
    assert days(feed.FORMAT, rss(*entries)) == [DAY, None, None, None]
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>N</title><entry><id>1</id><title>A</title>'
        "<published>2026-01-05T23:30:00-05:00</published><updated>2026-10-01T00:00:00Z</updated></entry>"
        "<entry><id>2</id><title>B</title><updated>2026-10-01T00:00:00Z</updated></entry></feed>"
    )
    assert days(feed.FORMAT, atom) == [DAY, FIRST]
    items = [{"id": "1", "content_text": "A.", "date_published": "2026-01-06T04:30:00Z"}, {"id": "2", "content_text": "B."}]
    assert days(feed.FORMAT, json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items})) == [DAY, None]


def test_messages_date_their_document_by_the_last_of_them() -> None:
    """A thread of several days is as late as its last message; a chat by day is of that day in UTC."""
    late = 1790000000 + 86_400
    thread = {"thread_ts": "1790000000.000100"}
    said = [
        slack("1790000000.000100", "Red.", **thread),
        slack("1790000050.000200", "Hi."),
        slack(f"{late}.0003", "I look.", **thread),
    ]
    start = dt.datetime.fromtimestamp(1790000000, dt.UTC).date()
    assert days(slacks.FORMAT, encoded(said)) == [start + dt.timedelta(1), start]
    posts = [
        teams("1601", "<p>Red.</p>"),
        teams("1602", "<p>Why?</p>", replyToId="1601", createdDateTime="2026-10-02T01:00:00.123Z"),
    ]
    assert days(meetings.FORMAT, encoded({"value": posts})) == [SECOND]
    undated = {**posts[1], "createdDateTime": "later"}
    assert days(meetings.FORMAT, encoded({"value": [posts[0], undated]})) == [None]


def test_posts_have_the_day_they_were_made() -> None:
    """By each network's own field, in UTC; one that is no moment is none."""
    post = note("1", "<p>Hello.</p>")
    outbox = {
        "type": "OrderedCollection",
        "orderedItems": [{**post, "object": {**post["object"], "published": "2026-10-01T09:00:00Z"}}],
    }
    assert days(mastodon.FORMAT, encoded(outbox)) == [FIRST]
    posts = [
        bluesky_post("One.", "at://1"),
        bluesky_post("Two.", "at://2", createdAt="1969"),
        bluesky_post("Three.", "at://3", createdAt=7),
    ]
    assert days(bluesky.FORMAT, encoded({"records": posts})) == [FIRST, None, None]
    things = [
        ("t3", {"name": f"t3_{place}", "subreddit": "x", "author": "a", "title": "T", "selftext": "S.", "created_utc": when})
        for place, when in enumerate([1790812800, 1790812800.5, "1790812800", True, 1e300, "soon", None])
    ]
    assert days(reddit.FORMAT, encoded(listing(*things))) == [FIRST, FIRST, FIRST, None, None, None, None]


CHAT = "[{}, 10:15:30] Team: \u200eMessages and calls are end-to-end encrypted.\n[{}, 10:16:00] Ann: Hello.\n"


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (["25/12/2025", "26/12/2025"], [dt.date(2025, 12, 25), dt.date(2025, 12, 26)]),
        (["12/25/25", "12/26/25"], [dt.date(2025, 12, 25), dt.date(2025, 12, 26)]),
        (["2025-12-25", "2026-01-02"], [dt.date(2025, 12, 25), dt.date(2026, 1, 2)]),
        (["01.02.2026", "02.01.2026"], [dt.date(2026, 1, 2), dt.date(2026, 2, 1)]),  # days first would go back in time
        (["01/02/2026", "02/02/2026"], [None, None]),
        (["02/02/2026", "02/02/2026"], [dt.date(2026, 2, 2)] * 2),
        (["13/13/2026", "01/01/2026"], [None, None]),
        ([], []),
    ],
)
def test_dates_of_a_chat_are_told_by_all_of_them(written: list[str], told: list[dt.date | None]) -> None:
    """Which field is the month is told where only one reading makes days of all dates, or days in order; else none is."""
    found = chat.told_days(written)
    assert [found[text] for text in written] == told


def test_chats_in_text_have_days() -> None:
    """A WhatsApp chat's documents have theirs where the file tells it, a Zoom chat's that of its last message where it is written."""
    assert days(chat.FORMAT, CHAT.format("25/12/2025", "25/12/2025") + "[26/12/2025, 08:00:00] Bo: Hi.\n") == [
        dt.date(2025, 12, 25),
        dt.date(2025, 12, 26),
    ]
    assert days(chat.FORMAT, CHAT.format("01/10/2026", "01/10/2026")) == [None]
    zoom = "2026-10-01 09:36:34 From Ann Lee to Everyone:\n Hello\n2026-10-02 00:01:40 From Bo Ray to Everyone:\n Hi\n"
    assert days(chat.FORMAT, zoom) == [SECOND]
    assert days(chat.FORMAT, "09:36:34 From Ann Lee to Everyone : Hello\n09:36:40 From Bo Ray to Everyone : Hi\n") == [None]


LINKED = '<script type="application/ld+json">{}</script>'

BORN = {"@type": "Person", "birthDate": "1980-05-05", "datePublished": "1980-05-05"}


@pytest.mark.parametrize(
    ("marks", "day"),
    [
        ('<meta property="article:published_time" content="2026-01-05T23:30:00-05:00">', DAY),
        ('<meta name="citation_publication_date" content="2026/01/06">', DAY),
        ('<meta property="x:y" itemprop="datePublished dateCreated" content="2026-01-06">', DAY),
        ('<meta name="date" content="0001-01-01"><time pubdate datetime="2026-01-06">', DAY),
        ('<meta name="DC.date" content="2026-01-06"><meta name="date" content="2026-01-06">', DAY),
        ('<meta name="date" content="2026-01-06"><meta name="dc.date" content="2026-01-07">', None),
        ('<meta name="date" content="2026"><time pubdate datetime="2026-01-06">', DAY),
        ('<meta property="article:modified_time" content="2026-01-06">', None),
        (LINKED.format(json.dumps({"@type": "NewsArticle", "datePublished": "2026-01-06T04:30:00Z"})), DAY),
        (LINKED.format(json.dumps({"@graph": [{"@type": ["WebPage"], "datePublished": "2026-01-06"}, BORN]})), DAY),
        (LINKED.format(json.dumps(BORN)), None),
        (LINKED.format(json.dumps({"@type": "ItemList", "item": [{"@type": "Article", "datePublished": "2026-01-06"}]})), None),
        (LINKED.format(json.dumps([{"@type": "Article", "datePublished": f"2026-01-0{n}"} for n in (1, 2)])), None),
        (LINKED.format("{" * 9), None),
        (LINKED.format("[" * 100_000), None),
        (LINKED.format('{"@type": "Article", "datePublished": 20260106, "@graph": 7}'), None),
        ('<time itemprop="datePublished" datetime="2026-01-06">', DAY),
        ('<time class="entry-date published" datetime="2026-01-06T08:00">', DAY),
        ('<span class="dt-published">2026-01-06</span>', None),
        ('<time itemprop="birthDate" datetime="2026-01-06"><time datetime="2026-01-06">', None),
        ('<meta name="date" content="2026-01-06"><time pubdate datetime="2020-01-01">', DAY),
        ("", None),
    ],
)
def test_a_page_has_the_day_that_its_own_marks_give(marks: str, day: dt.date | None) -> None:
    """Of its publication alone: not a change, an event or a birthday, and none where a mark gives several."""
    text = f"<html><head><title>Prices</title></head><body>{marks}<p>{'Prices of steel rose again. ' * 20}</p></body></html>"
    assert days(html.FORMAT, text) == [day]


def test_a_saved_page_has_its_page_s_day() -> None:
    """The mail that a browser wraps a page in is of the day it was saved on, which is none of the page's."""
    inner = "<meta name='date' content='2026-01-06'><p>Prices of steel rose again.</p>"
    for body, day in ((inner, DAY), ("<p>Prices of steel rose again.</p>", None)):
        content = parts(
            f"Content-Type: text/html; charset=utf-8\n\n{body}", kind="related", Date="Thu, 1 Oct 2026 10:00:00 +0000"
        )
        assert days(mhtml.FORMAT, content) == [day]


@pytest.mark.parametrize(
    ("dates", "day"),
    [
        ("<pub-date pub-type='epub'><day>6</day><month>01</month><year>2026</year></pub-date>", DAY),
        (
            (
                "<pub-date pub-type='collection'><year>2025</year></pub-date><pub-date><month>3</month><year>2025</year></pub-date>"
                "<pub-date date-type='pub' iso-8601-date='2026-01-06'><year>2026</year></pub-date>"
                "<pub-date pub-type='pmc-release'><day>1</day><month>10</month><year>2026</year></pub-date>"
            ),
            DAY,
        ),
        ("<pub-date><day>31</day><month>2</month><year>2026</year></pub-date>", None),
        ("<pub-date><day>1</day><month>Jan</month><year>2026</year></pub-date>", None),
        ("<history><date date-type='received'><day>1</day><month>1</month><year>2026</year></date></history>", None),
    ],
)
def test_a_study_has_the_day_of_its_first_publication(dates: str, day: dt.date | None) -> None:
    """The earliest whole date among those of publication; a year, a month or another event is none."""
    assert days(studies.FORMAT, jats("<p>Body.</p>", abstract=dates)) == [day]


def test_wikis_and_notes_say_when_they_were_written() -> None:
    """A wiki's page is of its last change, a Markdown file of the date in its front matter."""
    pages = [
        page(1, "A", "<p>x</p>", creationDate="2026-01-01 10:00:00.000", lastModificationDate="2026-10-01 10:00:00.000"),
        page(2, "B", "<p>x</p>", creationDate="2026-10-02 10:00:00.000"),
        page(3, "C", "<p>x</p>"),
    ]
    assert days(confluence.FORMAT, entities(*pages)) == [FIRST, SECOND, None]
    for line, day in (("date: 2026-10-01", FIRST), ('date: "2026-10-01T08:00:00Z"  # in UTC', FIRST), ("date: today", None)):
        assert days(md.FORMAT, f"---\ntitle: T\n{line}\n---\n\nText.\n\ndate: 2020-01-01\n") == [day]
    assert days(md.FORMAT, "Text.\n\ndate: 2020-01-01\n") == [None]
