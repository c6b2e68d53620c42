from tests.winnow.formats.samples_json import OUTBOX, note
from tests.winnow.formats.samples_tables import documents, refusal
from tests.winnow.formats.samples_talk import encoded
from winnow.documents import Document
from winnow.formats.mastodon import FORMAT


def read(*activities: object) -> list[Document]:
    """The documents of an outbox."""
    return documents(FORMAT, encoded({**OUTBOX, "orderedItems": list(activities)}))


def test_a_post_is_a_document_and_a_boost_is_not() -> None:
    """A note has its paragraphs, its id, its language and its conversation; a boost is counted."""
    (document,) = documents(FORMAT, encoded(OUTBOX))
    assert [block.text for block in document.blocks] == ["Prices rose", "in spring.", "Why?"]
    assert (document.row_number, document.language) == (0, "en")
    assert document.row_key == "https://example.social/users/ann/statuses/1"
    assert document.link == "tag:example.social,2026-10-01:objectId=1:objectType=Conversation"
    assert document.notes == {"boosts": 1}


def test_a_content_warning_is_the_title() -> None:
    """What a post is hidden behind says what it is about."""
    assert read(note("1", "<p>Long text.</p>", summary="Steel prices"))[0].title == "Steel prices"


def test_links_and_mentions_keep_their_words() -> None:
    """An address cut for display is whole, and a mention is what people read."""
    html = (
        '<p><span class="h-card"><a href="https://b.example/@bo" class="u-url mention">@<span>bo</span></a></span> see '
        '<a href="https://example.com/long/way"><span class="invisible">https://</span><span class="ellipsis">example.com/long</span>'
        '<span class="invisible">/way</span></a> &amp; <a href="x">#<span>steel</span></a></p>'
    )
    assert read(note("1", html))[0].blocks[0].text == "@bo see https://example.com/long/way & #steel"


def test_posts_that_were_not_for_everybody_are_left_out() -> None:
    """Followers' and direct messages are counted, unlisted posts are public."""
    followers = note("2", "<p>For friends.</p>", to=["https://example.social/users/ann/followers"], cc=[])
    unlisted = note("3", "<p>Quietly.</p>", "de", to=["x"], cc=["as:Public"])
    (document,) = read(followers, unlisted)
    assert (document.blocks[0].text, document.language) == ("Quietly.", "de")
    assert document.notes == {"private_posts": 1}


def test_others_words_are_left_out() -> None:
    """Deletions, polls and notes by somebody else are no posts of the account."""
    other = note("2", "<p>Not mine.</p>", attributedTo="https://b.example/users/bo")
    found = read(note("1", "<p>Mine.</p>"), other, {"type": "Delete", "actor": "a", "object": "x"})
    assert [document.blocks[0].text for document in found] == ["Mine."]
    assert found[0].notes == {"other_activities": 2}


def test_a_picture_without_words_is_an_empty_row() -> None:
    """A post of nothing but a picture keeps its place with a reason."""
    words, picture = read(note("1", "<p>Words.</p>"), note("2", ""))
    assert (words.reason, picture.reason, picture.row_number) == (None, "empty", 1)


def test_other_collections_are_not_taken() -> None:
    """Likes and bookmarks are lists of addresses, no outbox; an outbox of boosts is empty."""
    assert not FORMAT.sniff(encoded({"type": "OrderedCollection", "orderedItems": ["https://a.example/1"], "actor": "x"}))
    assert refusal(FORMAT, encoded({**OUTBOX, "orderedItems": OUTBOX["orderedItems"][1:]})) == "empty"
