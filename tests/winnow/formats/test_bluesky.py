from typing import Any

import pytest

from tests.winnow.formats.samples_tables import documents, refusal
from tests.winnow.formats.samples_talk import bluesky_post, encoded
from winnow.formats.bluesky import FORMAT

ROOT = "at://did:plc:a/app.bsky.feed.post/1"
REPLY = {"root": {"uri": ROOT, "cid": "c"}, "parent": {"uri": ROOT, "cid": "c"}}

POSTS = [bluesky_post("Prices rose.\n\nWhy?", ROOT, langs=["en"]), bluesky_post("Because.", ROOT[:-1] + "2", reply=REPLY)]


def view(post: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A post as a feed shows it."""
    return {"post": {"uri": post["uri"], "author": {"handle": "a.example"}, "record": post["value"]}, **more}


SHAPES = {
    "listRecords": encoded({"records": POSTS, "cursor": "x"}),
    "getAuthorFeed": encoded({"feed": [view(post) for post in POSTS]}),
    "getPosts": encoded({"posts": [view(post)["post"] for post in POSTS]}),
    "getPostThread": encoded({"thread": {**view(POSTS[0]), "replies": [view(POSTS[1])]}}),
    "pages": encoded([{"records": POSTS[:1]}, {"records": POSTS[1:]}]),
    "lines": b"\n".join(map(encoded, POSTS)),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_answers_of_the_protocol(shape: str) -> None:
    """However posts were fetched, each is a document with its address, its thread's link and its language."""
    first, second = documents(FORMAT, SHAPES[shape])
    assert FORMAT.sniff(SHAPES[shape])
    assert [block.text for block in first.blocks] == ["Prices rose.", "Why?"]
    assert (first.row_key, first.link, first.language) == (ROOT, ROOT, "en")
    assert (second.row_key, second.link, second.language) == (ROOT[:-1] + "2", ROOT, None)


def test_reposts_are_counted() -> None:
    """What an account only passed on is not its words."""
    repost = view(POSTS[1], reason={"$type": "app.bsky.feed.defs#reasonRepost"})
    (document,) = documents(FORMAT, encoded({"feed": [view(POSTS[0]), repost]}))
    assert document.notes == {"reposts": 1}


def test_records_without_an_address_are_known_by_their_words() -> None:
    """Bare records, as tools unpack a repository, get keys of their own even if they say the same."""
    bare = [post["value"] for post in (POSTS[0], POSTS[0])]
    first, second = documents(FORMAT, encoded(bare))
    assert first.row_key
    assert second.row_key
    assert first.row_key != second.row_key


def test_other_records_are_not_taken() -> None:
    """Likes and follows hold no words, and a word about posts makes no post."""
    like = {"uri": ROOT, "value": {"$type": "app.bsky.feed.like", "subject": {"uri": ROOT}}}
    assert not FORMAT.sniff(encoded({"records": [like]}))
    assert not FORMAT.sniff(encoded({"text": "app.bsky.feed.post"}))
    assert refusal(FORMAT, encoded({"records": [like]})) == "empty"


def test_broken_files_say_why() -> None:
    """A cut answer is truncated; a thread nested without end is malformed."""
    assert refusal(FORMAT, SHAPES["listRecords"][:-20]) == "truncated"
    assert refusal(FORMAT, b'{"thread":' * 50_000) == "malformed"
