from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.winnow.formats.samples_tables import documents, refusal
from tests.winnow.formats.samples_talk import encoded, listing
from winnow.documents import Document
from winnow.formats._reddit_text import markdown_blocks
from winnow.formats.reddit import FORMAT

POSTS = (
    "id,permalink,date,ip,subreddit,gildings,title,url,body\r\n"
    'abc,https://www.reddit.com/r/x/comments/abc/prices/,2026-10-01 10:00:00 UTC,,x,0,Prices,,"They rose.\r\n\r\nWhy, ""so""?"\r\n'
    "abd,https://www.reddit.com/r/x/comments/abd/gone/,2026-10-01 10:00:00 UTC,,x,0,Gone,,[removed]\r\n"
    "abe,https://www.reddit.com/r/x/comments/abe/pic/,2026-10-01 10:00:00 UTC,,x,0,A picture,https://i.redd.it/1.png,\r\n"
)

COMMENTS = (
    "id,permalink,date,ip,subreddit,gildings,link,parent,body,media\r\n"
    "c1,https://www.reddit.com/r/x/comments/abc/prices/c1/,2026-10-01 11:00:00 UTC,,x,0,https://www.reddit.com/r/x/,,Because.,\r\n"
)


def post(name: str = "t3_abc", **more: Any) -> tuple[str, dict[str, Any]]:
    """A submission of the API."""
    return "t3", {"name": name, "subreddit": "x", "author": "ann", "title": "Prices", "selftext": "They rose.", **more}


def comment(name: str, body: str, replies: Any = "", **more: Any) -> tuple[str, dict[str, Any]]:
    """A comment of the API."""
    return "t1", {"name": name, "link_id": "t3_abc", "subreddit": "x", "author": "bo", "body": body, "replies": replies, **more}


def texts(found: list[Document]) -> list[str]:
    """The words of each document's blocks."""
    return [" / ".join(block.text for block in document.blocks) for document in found]


def test_the_export_of_ones_own_data() -> None:
    """Posts and comments in CSV are documents with their full names; a comment has its post's link."""
    first, picture = documents(FORMAT, POSTS)
    (answer,) = documents(FORMAT, COMMENTS)
    assert FORMAT.sniff(POSTS.encode("utf-8-sig"))
    assert (first.title, texts([first]), first.row_key, first.link) == (
        "Prices",
        ['They rose. / Why, "so"?'],
        "t3_abc",
        "t3_abc",
    )
    assert first.notes == {"deleted_posts": 1}
    assert (texts([picture]), picture.reason) == (["A picture"], None)
    assert (texts([answer]), answer.row_key, answer.link) == (["Because."], "t1_c1", "t3_abc")


def test_a_thread_is_read_in_its_order() -> None:
    """A post and its comments, however deep, are documents of one link, in the order in which people read them."""
    inner = listing(comment("t1_b", "No, because."))
    thread = [
        listing(post()),
        listing(comment("t1_a", "Why?", inner), comment("t1_c", "Hm, well."), ("more", {"children": ["x"]})),
    ]
    found = documents(FORMAT, encoded(thread))
    assert texts(found) == ["They rose.", "Why?", "No, because.", "Hm, well."]
    assert {document.link for document in found} == {"t3_abc"}
    assert [document.row_number for document in found] == [0, 1, 2, 3]


def test_dumps_of_one_object_a_line() -> None:
    """Submissions and comments as lines are documents; a broken line keeps its place with a reason."""
    lines = [encoded({"id": "abc", "subreddit": "x", "author": "ann", "title": "Prices", "selftext": "They rose."})]
    lines += [b"{broken", encoded({"id": "c1", "link_id": "t3_abc", "subreddit": "x", "author": "bo", "body": "Why?"})]
    found = documents(FORMAT, b"\n".join(lines))
    assert FORMAT.sniff(b"\n".join(lines))
    assert [(document.row_key, document.reason) for document in (found[0], found[2])] == [("t3_abc", None), ("t1_c1", None)]
    assert (found[1].reason, found[2].link) == ("malformed", "t3_abc")


def test_what_is_gone_is_left_out_and_counted() -> None:
    """Deleted and removed posts, and AutoModerator's comments, are no documents."""
    found = documents(
        FORMAT,
        encoded(
            listing(
                post(),
                post("t3_d", selftext="[deleted]"),
                post("t3_e", title="[deleted by user]", selftext=""),
                post("t3_f", removed_by_category="moderator"),
                comment("t1_m", "Read the rules.", author="AutoModerator"),
            )
        ),
    )
    assert texts(found) == ["They rose."]
    assert found[0].notes == {"deleted_posts": 3, "bot_posts": 1}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("One\ntwo\n\n> said\n> so\n\n* a\n* b", ["paragraph One two", "quote said so", "list_item a", "list_item b"]),
        ("# Head #\n\n    x = 1\n    y", ["heading Head", "code     x = 1\n    y"]),
        ("**so** *it* __is__ ~~not~~ >!x!< a_b_c 2*3 \\*y\\*", ["paragraph so it is not x a_b_c 2*3 *y*"]),
        ('[the page](https://example.com/a_(b) "t") &amp; &#x200B;end', ["paragraph the page & end"]),
        ("---\n\n&nbsp;\n\n1. one", ["list_item one"]),
        ("|a|b|\n|:-|:-|\n|1|2|", ["paragraph |a|b| |1|2|"]),
    ],
)
def test_markdown_of_posts(raw: str, expected: list[str]) -> None:
    """Marks and addresses go, words and structure stay."""
    assert [f"{block.kind} {block.text}" for block in markdown_blocks(raw)] == expected


def test_escapes_of_the_api_are_undone() -> None:
    """The three signs that the API escapes are what people typed."""
    assert texts(documents(FORMAT, encoded(listing(post(selftext="a &lt; b &amp;amp; c\n\n&gt; quoted"))))) == [
        "a < b & c / quoted"
    ]


def test_other_tables_and_json_are_not_taken() -> None:
    """A CSV of headers without bodies, and rows that have a subreddit, are tables."""
    assert not FORMAT.sniff(b"id,permalink,date,ip,subreddit,gildings,url\na,b,c,d,e,f,g\n")
    assert not FORMAT.sniff(encoded([{"subreddit": "x", "members": 3}]))
    assert refusal(FORMAT, encoded(listing(post(selftext="[removed]")))) == "empty"
    assert refusal(FORMAT, POSTS.replace('""?"', '""?')) == "malformed"


@settings(max_examples=100, deadline=None)
@given(text=st.text(alphabet="a*_~^>!<[]()#-|`\\ \n&;", max_size=60))
def test_any_markdown_is_read(text: str) -> None:
    """No body stops the reader, and every letter in it comes out but for those of addresses."""
    words = "".join(block.text for block in markdown_blocks(text))
    assert words.count("a") <= text.count("a")


def test_a_body_of_openers_takes_linear_time() -> None:
    """Brackets and marks by the hundred thousand are read at once."""
    list(markdown_blocks("[a](b" * 40_000 + "*_~~" * 40_000))
    list(markdown_blocks("&gt;" * 100_000))


def test_signs_without_width_do_not_make_a_mark_of_an_underscore() -> None:
    """An underscore within a word stays one where a sign without width stands beside it."""
    assert [block.text for block in markdown_blocks("ghp\u200b_abc and _this_")] == ["ghp_abc and this"]
