"""Hostile pages, notes, feeds and studies: markup without end, in each other without end, entities that stand elsewhere, text unseen."""

import base64
from functools import partial

from tests.hostile.case import SECRET, WORDS, Case, readable, refused
from tests.hostile.office_cases import LAUGHS, XXE
from tests.winnow.formats.samples import jats
from tests.winnow.formats.samples_tables import rss

MIB = 1024 * 1024

GOOD = f"<p>{WORDS} and looked at the figures of the first quarter.</p>"

BROKEN_XML = ("malformed", "damaged")


def page(body: str, head: str = "") -> bytes:
    """A page with a good paragraph before ``body``."""
    return f"<!DOCTYPE html><html><head><title>Spring</title>{head}</head><body>{GOOD}{body}</body></html>".encode()


def nested(tag: str, depth: int, inner: str = "x") -> str:
    """Elements in each other."""
    return f"<{tag}>" * depth + inner + f"</{tag}>" * depth


def note(body: str) -> bytes:
    """A note with a good paragraph before ``body``."""
    return f"{WORDS} and looked at the figures.\n\n{body}\n".encode()


def feed(*more: str, doctype: str = "") -> bytes:
    """A feed with a good entry."""
    made = rss(f"<title>Spring</title><guid>1</guid><description>{WORDS}.</description>", *more)
    return made.replace("<rss", f"{doctype}<rss", 1).encode()


def study(body: str, doctype: str = "") -> bytes:
    """A study with a good section before ``body``."""
    made = jats(f"<sec><title>Results</title><p>{WORDS}.</p></sec>{body}")
    if doctype:
        start, end = made.index(b"<!DOCTYPE"), made.index(b"<article>")
        made = made[:start] + doctype.replace("DOCTYPE x", "DOCTYPE article").encode() + made[end:]
    return made


RUNS = (
    " ",
    ">",
    "<",
    '"',
    "'",
    ":",
    "-",
    "=",
    "&",
    "*",
    "_",
    "`",
    "[",
    "]",
    "(",
    "!",
    "#",
    "|",
    "~",
    "\\",
    "\t",
    "1.",
    "- ",
    "> ",
    "<!--",
    "&#",
    "www.",
    "a@",
)
"""What patterns over text trip over when it is repeated."""


def runs(size: int) -> str:
    """Each of `RUNS` repeated on a line of its own."""
    return "\n\n".join(run * (size // len(run)) for run in RUNS)


UNSEEN = (
    f'<p style="display:none">{SECRET}</p><p hidden>{SECRET}</p><p style="visibility: hidden">{SECRET}</p>'
    f'<p style="font-size:0">{SECRET}</p><p style="position:absolute;left:-9999px">{SECRET}</p><template>{SECRET}</template>'
)

CASES: tuple[Case, ...] = (
    readable("html_80_deep", "depth", ".html", lambda: page(nested("div", 80))),
    readable("html_10000_deep", "depth", ".html", lambda: page(nested("div", 10_000))),
    readable("html_lists_10000_deep", "depth", ".html", lambda: page("<ul><li>a" * 10_000)),
    readable("html_tables_3000_deep", "depth", ".html", lambda: page("<table><tr><td>" * 3000 + "x")),
    readable(
        "html_300000_deep", "depth", ".html", lambda: page(nested("b", 300_000)), reasons={"too_large", "malformed"}, heavy=True
    ),
    refused("html_3_million_tags", "many", ".html", lambda: page("<i>" * 3_000_000), "too_large", "bomb"),
    refused(
        "html_20000_attributes",
        "many",
        ".html",
        lambda: page("<p " + " ".join(f"a{n}=1" for n in range(50_000)) + ">x</p>"),
        "bomb",
    ),
    readable("html_runs", "regex", ".html", lambda: page(runs(30_000)), heavy=True),
    readable("html_half_a_million_angles", "regex", ".html", lambda: page("< " * 500_000)),
    readable("html_comments_never_closed", "regex", ".html", lambda: page("<!--" * 200_000), reasons={"malformed"}),
    readable(
        "html_picture_inside",
        "many",
        ".html",
        lambda: page(f'<img src="data:image/png;base64,{base64.b64encode(bytes(6 * MIB)).decode()}">'),
    ),
    readable("html_unseen_text", "hidden", ".html", lambda: page(UNSEEN), notes=("hidden_text",)),
    readable(
        "html_declares_utf7",
        "encoding",
        ".html",
        lambda: page("<p>+ADw-script+AD4-</p>", '<meta charset="utf-7">'),
        WORDS,
        "+ADw-",
    ),
    readable(
        "html_declares_rubbish", "encoding", ".html", lambda: page("", '<meta charset="' + "x" * 5000 + '"><meta charset=idna>')
    ),
    readable("html_utf16_without_a_mark", "encoding", ".html", lambda: page("").decode().encode("utf-16-le")),
    readable("html_nuls", "encoding", ".html", lambda: page("<p>a\0b</p>")),
    readable(
        "html_billion_laughs",
        "entities",
        ".html",
        lambda: page("&j;").replace(b"<!DOCTYPE html>", LAUGHS.encode()),
        lacks=("lollol",),
    ),
    readable(
        "html_foreign_entities",
        "entities",
        ".xhtml",
        lambda: page("&a;&b;").replace(b"<!DOCTYPE html>", b'<?xml version="1.0"?>' + XXE.encode()),
        lacks=("root:",),
    ),
    readable(
        "html_frames_and_links_out",
        "path",
        ".html",
        lambda: page(
            '<iframe src="file:///etc/passwd"></iframe><object data="file:///etc/passwd"></object><base href="file:///etc/">'
            '<link rel="import" href="passwd"><meta http-equiv="refresh" content="0;url=file:///etc/passwd">'
        ),
        lacks=("root:",),
    ),
    refused(
        "html_scripts_alone", "empty", ".html", lambda: b"<html><script>var a = 1;</script><style>p {}</style></html>", "empty"
    ),
    refused("html_unseen_alone", "hidden", ".html", f"<html><body>{UNSEEN}</body></html>".encode, "empty"),
    readable(
        "html_text_of_12_megabytes",
        "long line",
        ".html",
        lambda: page("<p>" + "word " * (12 * MIB // 5) + "</p>"),
        reasons={"too_large"},
        heavy=True,
    ),
    readable("md_quotes_10000_deep", "depth", ".md", lambda: note("> " * 10_000 + "x")),
    readable("md_lists_3000_deep", "depth", ".md", lambda: note("\n".join("  " * at + "- x" for at in range(1000)))),
    readable("md_runs", "regex", ".md", lambda: note(runs(20_000))),
    readable("md_brackets", "regex", ".md", lambda: note("[" * 50_000 + "](" * 50_000 + "![" * 50_000)),
    readable("md_emphasis", "regex", ".md", lambda: note("*a **a " * 40_000 + "_a __a " * 40_000)),
    readable(
        "md_table_of_20000_columns",
        "many",
        ".md",
        lambda: note("|a" * 20_000 + "|\n" + "|-" * 20_000 + "|\n" + "|b" * 20_000 + "|"),
    ),
    readable(
        "md_links_to_links",
        "loop",
        ".md",
        lambda: note(
            "\n".join(f"[a{n}]: b{n}" for n in range(20_000)) + "\n\n" + "".join(f"[a{n}][a{n + 1}] " for n in range(20_000))
        ),
    ),
    readable("md_html_never_closed", "regex", ".md", lambda: note("<div><!--\n" * 20_000)),
    readable("md_utf16_without_a_mark", "encoding", ".md", lambda: note("").decode().encode("utf-16-be")),
    refused("md_blank", "empty", ".md", lambda: b" \n\t\n" * 500, "empty"),
    readable(
        "feed_billion_laughs",
        "entities",
        ".rss",
        lambda: feed("<title>&j;</title>", doctype=LAUGHS),
        reasons=BROKEN_XML,
        beside={"empty"},
        lacks=("lollol",),
    ),
    readable(
        "feed_foreign_entities",
        "entities",
        ".rss",
        lambda: feed("<title>&a;</title>", doctype=XXE),
        reasons=BROKEN_XML,
        beside={"empty"},
        lacks=("root:",),
    ),
    readable(
        "feed_elements_10000_deep",
        "depth",
        ".rss",
        lambda: feed(nested("a", 10_000)),
        reasons={*BROKEN_XML, "bomb"},
        beside={"empty"},
    ),
    readable(
        "feed_page_10000_deep",
        "depth",
        ".rss",
        lambda: feed(f"<guid>2</guid><description><![CDATA[{nested('div', 10_000)}]]></description>"),
    ),
    readable(
        "feed_20000_entries",
        "many",
        ".rss",
        lambda: feed(*[f"<guid>{n}</guid><title>t</title>" for n in range(2, 20_000)]),
        beside={"empty"},
        heavy=True,
    ),
    readable(
        "feed_equal_ids",
        "lie",
        ".rss",
        lambda: feed(*["<guid>1</guid><description>Another entry.</description>"] * 50),
        WORDS,
        "Another entry",
    ),
    refused("feed_cut", "cut", ".rss", lambda: feed()[:-30], "truncated", "malformed"),
    refused("feed_without_entries", "empty", ".rss", lambda: rss().encode(), "empty"),
    refused(
        "xml_of_another_kind",
        "suffix",
        ".xml",
        lambda: b'<?xml version="1.0"?><invoice><line>1</line></invoice>',
        "wrong_type",
        "unsupported",
    ),
    readable(
        "jats_billion_laughs", "entities", ".xml", lambda: study("<p>&j;</p>", LAUGHS), reasons=BROKEN_XML, lacks=("lollol",)
    ),
    readable(
        "jats_foreign_entities", "entities", ".nxml", lambda: study("<p>&a;&b;</p>", XXE), reasons=BROKEN_XML, lacks=("root:",)
    ),
    readable("jats_sections_80_deep", "depth", ".xml", lambda: study(nested("sec", 80, "<p>deep</p>")), WORDS, "deep"),
    refused("jats_sections_10000_deep", "depth", ".xml", lambda: study(nested("sec", 10_000, "<p>x</p>")), *BROKEN_XML, "bomb"),
    refused("jats_cut", "cut", ".xml", lambda: study("<p>more</p>")[:-200], "truncated", *BROKEN_XML),
    readable(
        "mhtml_cut",
        "cut",
        ".mhtml",
        partial(
            lambda: (
                b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n"
                + page("")
            )
        ),
        reasons={"truncated"},
    ),
)
