"""Mails, chats, posts and recognisers' transcripts with a canary in each place that they have.

Belongs here: what people say to each other, in the shapes of the tools that keep it. Does not belong here: documents
(`tests.canaries.files`), packages (`tests.canaries.packages`), and which canary goes where (`tests.canaries.plan`).
"""

import json
from collections.abc import Callable
from html import escape
from typing import Any

from tests.canaries.files import SIGNATURE, Places, text_of
from tests.canaries.values import filler, sentence
from tests.winnow.formats.samples_json import note, slack, teams
from tests.winnow.formats.samples_talk import bluesky_post, listing

_BODY = ("body", "two lines", "disguised")


def _encoded(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _speaker(places: Places) -> str:
    return places["speaker"].value if "speaker" in places else "Speaker 1"


def _turns(places: Places, name: str) -> list[tuple[str, str]]:
    """Who says what: three people, of whom one is called by name."""
    speaker = _speaker(places)
    said = [sentence(places[place]) for place in _BODY if place in places]
    return [
        (speaker, filler(2, name, 1)),
        ("Speaker 2", f"{' '.join(said[:1])} {filler(2, name, 2)}"),
        (speaker, filler(3, name, 3)),
        ("Speaker 2", f"Thank you, {speaker}. {filler(2, name, 4)}"),
        ("Speaker 3", f"{' '.join(said[1:])} {filler(2, name, 5)}"),
    ]


def mail(places: Places, name: str) -> bytes:
    """A mail with a sender, a quotation, a signature and an attached text."""
    first, second = text_of(places, name)
    head = [
        f"From: {places['mail header'].value} <depot-office@example.org>"
        if "mail header" in places
        else "From: depot@example.org",
        "To: round@example.org",
        f"Subject: {sentence(places['title']) if 'title' in places else 'The shift'}",
        f"Message-ID: <{name}@example.org>",
        "MIME-Version: 1.0",
        'Content-Type: multipart/mixed; boundary="=cut"',
    ]
    body = [first, "", second]
    if "quote" in places:
        body += ["", "On Monday the depot wrote:", f"> {sentence(places['quote'])}"]
    if "signature" in places:
        body += ["", "-- ", *SIGNATURE.format(places["signature"].value).split("\n")]
    parts = ["Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + "\n".join(body)]
    if "attachment" in places:
        attached = f"{filler(4, name, 6)} {sentence(places['attachment'])}\n"
        parts.append(
            'Content-Type: text/plain; charset=utf-8; name="note.txt"\nContent-Disposition: attachment; filename="note.txt"\n'
            f"Content-Transfer-Encoding: 8bit\n\n{attached}"
        )
    content = "".join(f"--=cut\n{part}\n" for part in parts)
    return ("\n".join(head) + f"\n\n{content}--=cut--\n").encode()


def mailbox(places: Places, name: str) -> bytes:
    """A mailbox of one mail with canaries and one without."""
    quiet = f"From: depot@example.org\nSubject: The shift\nMessage-ID: <{name}-2@example.org>\n\n{filler(4, name, 7)}\n"
    mails = [mail(places, name), quiet.encode()]
    return b"".join(b"From depot@example.org Thu Oct  1 10:00:00 2026\n" + each.rstrip() + b"\n\n" for each in mails)


def slack_day(places: Places, name: str) -> bytes:
    """A channel's day: each speaker has a profile, and one is called by name."""
    messages = []
    for at, (who, what) in enumerate(_turns(places, name)):
        profile = {"real_name": who, "display_name": who, "name": "x"}
        number = len(who) if who == _speaker(places) else int(who[-1])
        messages.append(slack(f"17910000{at:02}.000100", what, f"U0{number:02}ABCDE", user_profile=profile))
    return _encoded(messages)


def teams_channel(places: Places, name: str) -> bytes:
    """A channel of Teams as Microsoft Graph gives it."""
    turns = enumerate(_turns(places, name))
    return _encoded({"value": [teams(f"16{at:02}", f"<p>{escape(what)}</p>", who) for at, (who, what) in turns]})


def zoom_chat(places: Places, name: str) -> bytes:
    """What was written beside a Zoom meeting."""
    lines = []
    for at, (who, what) in enumerate(_turns(places, name)):
        said = what.replace("\n", "\n\t")
        lines.append(f"10:02:{at:02}\t From {who} to Everyone:\n\t{said}\n")
    return "".join(lines).encode()


def recognised(places: Places, name: str) -> bytes:
    """A corpus's transcript in JSON."""
    turns = [{"speaker": who, "content": what} for who, what in _turns(places, name)]
    return _encoded({"topic_list": [], "meeting_transcripts": turns})


def mastodon(places: Places, name: str) -> bytes:
    """An archive of two posts, the first one behind a warning."""
    first, second = text_of(places, name)
    warning = sentence(places["title"]) if "title" in places else None
    posts = [note("1", f"<p>{escape(first)}</p>", summary=warning), note("2", f"<p>{escape(second)}</p>")]
    return _encoded({"type": "OrderedCollection", "totalItems": 2, "orderedItems": posts})


def bluesky(places: Places, name: str) -> bytes:
    """Two posts as a repository's records."""
    records = [bluesky_post(text, f"at://did:plc:a/app.bsky.feed.post/{at}") for at, text in enumerate(text_of(places, name))]
    return _encoded({"records": records})


def reddit(places: Places, name: str) -> bytes:
    """A post and a comment, with their author."""
    first, second = text_of(places, name)
    author = places["metadata"].value if "metadata" in places else "depot"
    title = sentence(places["title"]) if "title" in places else "The shift"
    post = {"name": "t3_a", "subreddit": "trams", "author": author, "title": title, "selftext": first}
    return _encoded(listing(("t3", post), ("t1", {"name": "t1_b", "link_id": "t3_a", "author": author, "body": second})))


_SAID = ("speaker", *_BODY, "file name")

MESSAGES: dict[str, tuple[Callable[[Places, str], bytes], tuple[str, ...]]] = {
    "eml": (mail, ("title", *_BODY, "mail header", "quote", "signature", "attachment", "file name")),
    "mbox": (mailbox, ("title", *_BODY, "mail header", "quote", "signature", "attachment", "file name")),
    "slack.json": (slack_day, _SAID),
    "teams.json": (teams_channel, _SAID),
    "chat.txt": (zoom_chat, _SAID),
    "turns.json": (recognised, _SAID),
    "mastodon.json": (mastodon, ("title", *_BODY, "file name")),
    "bluesky.json": (bluesky, (*_BODY, "file name")),
    "reddit.json": (reddit, ("title", *_BODY, "metadata", "file name")),
}
"""Suffix → what writes the file, and the places it has for canaries."""
