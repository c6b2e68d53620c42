"""Files of which every part is honest, and there is far too much of it: rows, runs, shapes, cues, messages, cells that span.

Belongs here: what a patient person could have written, times a hundred thousand. All of it is read, or the reason says that it is
too much; that a reader is stopped by the clock is right as well, since its owner is told to split the file.
"""

import io
import json
from collections.abc import Callable
from functools import partial

import pyarrow as pa
import pyarrow.parquet as pq

from tests.hostile.case import WORDS, Case, readable
from tests.hostile.mail_cases import BODY, box, mail
from tests.hostile.markup_cases import feed, note, page, study
from tests.hostile.office_cases import GOOD, rtf, text_odt, wiki, word
from tests.hostile.pdf_cases import SAID
from tests.hostile.talk_cases import channel, encoded, posts, srt, team, vtt
from tests.winnow.formats.samples import wordml
from tests.winnow.formats.samples_json import note as post
from tests.winnow.formats.samples_json import slack, teams
from tests.winnow.formats.samples_office import page as wiki_page
from tests.winnow.formats.samples_office import pptx, shape, slide_xml
from tests.winnow.formats.samples_pdf import PROSE, built, objects
from tests.winnow.formats.samples_tables import with_cells

TOO_MUCH = frozenset({"too_large", "timeout", "memory", "bomb"})


def much(name: str, suffix: str, make: Callable[[], bytes], *says: str, table: bool = False) -> Case:
    """A file of which there is too much."""
    return readable(name, "weight", suffix, make, *says, reasons=TOO_MUCH, table=table, heavy=True)


def scattered(count: int) -> bytes:
    """A page on which so many words stand anywhere."""
    shown = (b"1 0 0 1 %d %d Tm (w%d) Tj" % (at * 7919 % 590, at * 104_729 % 600, at) for at in range(count))
    return built(objects(PROSE + b"BT /F1 3 Tf " + b" ".join(shown) + b" ET", packed=True))


def letters(count: int) -> bytes:
    """A page of so many letters, each shown by itself."""
    return built(objects(PROSE + b"BT /F1 3 Tf 9 650 Td " + b"(a) Tj 2 0 Td " * count + b" ET", packed=True))


def crowded(count: int) -> bytes:
    """A slide of so many shapes, one over the other."""
    shapes = "".join(
        shape(f"{WORDS} {n}", (n * 7919 % 9_000_000, n * 104_729 % 6_000_000, 900_000, 300_000)) for n in range(count)
    )
    return pptx([slide_xml(shapes)])


def spanning() -> str:
    """A table whose cells say that they span everything."""
    return (
        '<table><tr><td colspan="1000000000" rowspan="1000000000">a</td><td rowspan="65534">b</td></tr>'
        + "<tr><td>c</td></tr>" * 3000
        + "</table>"
    )


def words(count: int) -> bytes:
    """A recogniser's file of so many words."""
    said = [
        {"word": "a", "start": n / 10, "end": n / 10 + 0.1, "punctuated_word": "A.", "speaker": n % 3} for n in range(count)
    ]
    words_of = [{"word": part, "start": 0.0, "end": 0.1, "punctuated_word": part, "speaker": 9} for part in WORDS.split()]
    return encoded(
        {
            "metadata": {"request_id": "r"},
            "results": {"channels": [{"alternatives": [{"transcript": "A.", "words": words_of + said}]}]},
        }
    )


def clock(seconds: int) -> str:
    """A time of day."""
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def styled_odt(count: int) -> bytes:
    """A paragraph of so many spans."""
    return text_odt("<text:p>" + '<text:span text:style-name="a">x</text:span>' * count + "</text:p>")


def deep_parquet(depth: int) -> bytes:
    """Lists in each other, beside good columns."""
    kind = pa.string()
    for _ in range(depth):
        kind = pa.list_(kind)
    stream = io.BytesIO()
    pq.write_table(pa.table({"id": ["1"], "text": [f"{WORDS}."], "deep": pa.array([None], kind)}), stream)
    return stream.getvalue()


def wide_parquet(columns: int) -> bytes:
    """So many columns, of which two are wanted."""
    stream = io.BytesIO()
    pq.write_table(pa.table({"id": ["1"], "text": [f"{WORDS}."], **{f"c{n}": [n] for n in range(columns)}}), stream)
    return stream.getvalue()


def sheet(rows: int) -> bytes:
    """A sheet of so many rows."""
    head = '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c><c r="B1" t="inlineStr"><is><t>text</t></is></c></row>'
    body = "".join(
        f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="B{n}" t="inlineStr"><is><t>{WORDS} {n}</t></is></c></row>'
        for n in range(2, rows)
    )
    return with_cells(head + body)


CASES: tuple[Case, ...] = (
    much("pdf_20000_scattered_words", ".pdf", partial(scattered, 20_000), SAID),
    much("pdf_100000_letters", ".pdf", partial(letters, 100_000), SAID),
    much("docx_300000_runs", ".docx", lambda: word(GOOD + "<w:p>" + "<w:r><w:t>a </w:t></w:r>" * 300_000 + "</w:p>")),
    much(
        "docx_100000_paragraphs",
        ".docx",
        lambda: word(GOOD + "<w:p><w:pPr><w:pStyle w:val='A'/></w:pPr><w:r><w:t>a</w:t></w:r></w:p>" * 100_000),
    ),
    much(
        "docx_cells_that_span",
        ".docx",
        lambda: word(
            GOOD
            + '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="1000000000"/></w:tcPr><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc></w:tr></w:tbl>'
            * 50
        ),
    ),
    much(
        "docx_5000_notes",
        ".docx",
        lambda: word(
            GOOD + "<w:p>" + "".join(f'<w:r><w:footnoteReference w:id="{n}"/></w:r>' for n in range(1, 5000)) + "</w:p>",
            footnotes=wordml(
                "footnotes",
                "".join(
                    f'<w:footnote w:id="{n}"><w:p><w:r><w:t>note {n}</w:t></w:r></w:p></w:footnote>' for n in range(1, 5000)
                ),
            ),
        ),
    ),
    much(
        "docx_style_chain_of_20000",
        ".docx",
        lambda: word(
            GOOD + "<w:p><w:pPr><w:pStyle w:val='s0'/></w:pPr><w:r><w:t>a</w:t></w:r></w:p>",
            styles=wordml(
                "styles",
                "".join(
                    f'<w:style w:type="paragraph" w:styleId="s{n}"><w:basedOn w:val="s{n + 1}"/></w:style>'
                    for n in range(20_000)
                ),
            ),
        ),
    ),
    much("pptx_5000_shapes", ".pptx", partial(crowded, 5000)),
    much("odt_200000_spans", ".odt", partial(styled_odt, 200_000)),
    much("rtf_12_megabytes", ".rtf", lambda: rtf(rb"{\b word} and \i more\i0\par " * 400_000)),
    much(
        "rtf_20000_fonts",
        ".rtf",
        lambda: rtf(rb"{\fonttbl " + b"".join(b"{\\f%d\\fcharset2 Font %d;}" % (n, n) for n in range(20_000)) + b"}"),
    ),
    much("html_50000_paragraphs", ".html", lambda: page("<p>Some words stand here, and more.</p>" * 25_000)),
    much("html_cells_that_span", ".html", lambda: page(spanning())),
    much("html_40000_links", ".html", lambda: page("<ul>" + '<li><a href="#x">link</a></li>' * 15_000 + "</ul>")),
    much(
        "md_4_megabytes",
        ".md",
        lambda: note("# Head\n\n- item *one* [a](b)\n- item `two`\n\n| a | b |\n| - | - |\n| c | d |\n\n" * 60_000),
    ),
    much(
        "feed_20_megabytes",
        ".rss",
        lambda: feed(
            *[f"<guid>{n}</guid><description><![CDATA[<p>{'word ' * 200}</p>]]></description>" for n in range(20_000)]
        ),
    ),
    much(
        "jats_100000_paragraphs",
        ".xml",
        lambda: study("<sec><title>x</title>" + "<p>Words <xref>1</xref> and more.</p>" * 100_000 + "</sec>"),
    ),
    much(
        "wiki_20000_pages",
        ".xml",
        lambda: wiki(*[wiki_page(n, f"Page {n}", "<p>Some words.</p>", parent=n - 1) for n in range(2, 20_000)]),
    ),
    much(
        "vtt_100000_cues",
        ".vtt",
        lambda: vtt(*[f"{clock(n)}.000 --> {clock(n)}.900\n<v P{n % 7}>words {n}" for n in range(100_000)]),
    ),
    much(
        "srt_100000_cues",
        ".srt",
        lambda: srt(*[f"{n}\n{clock(n)},000 --> {clock(n)},900\nBo Ray: words {n}" for n in range(100_000)]),
    ),
    much(
        "txt_500000_speakers",
        ".txt",
        lambda: f"{WORDS}.\n".encode() + b"".join(b"Person %d: hello there\n" % n for n in range(500_000)),
    ),
    much("json_300000_words", ".json", partial(words, 300_000)),
    much(
        "slack_60000_messages",
        ".json",
        lambda: channel(
            *[
                slack(f"{1_790_001_000 + n}.000100", f"Message <@U0ANN> {n}", thread_ts=f"{1_790_001_000 + n // 2 * 2}.000100")
                for n in range(60_000)
            ]
        ),
    ),
    much(
        "teams_20000_messages",
        ".json",
        lambda: team(
            *[teams(f"17{n:05}", f"<p>Message {n}</p>") | {"createdDateTime": "2026-10-01T10:00:00Z"} for n in range(20_000)]
        ),
    ),
    much("mastodon_20000_posts", ".json", lambda: posts(*[post(f"p{n}", f"<p>Post {n}</p>") for n in range(20_000)])),
    much("csv_3_million_rows", ".csv", lambda: f"id,text\n1,{WORDS}.\n".encode() + b"2,b\n" * 3_000_000, table=True),
    much(
        "jsonl_1_million_rows",
        ".jsonl",
        lambda: (json.dumps({"id": "1", "text": f"{WORDS}."}) + "\n").encode() + b'{"id": 2, "text": "b"}\n' * 1_000_000,
        table=True,
    ),
    much("xlsx_300000_rows", ".xlsx", partial(sheet, 300_000), table=True),
    much("parquet_lists_30_deep", ".parquet", partial(deep_parquet, 30), table=True),
    much("parquet_20000_columns", ".parquet", partial(wide_parquet, 20_000), table=True),
    much("eml_300000_lines", ".eml", lambda: mail(BODY + "".join(f"{'>' * (n % 5)} line {n}\r\n" for n in range(300_000)))),
    much(
        "eml_html_of_30000_cells",
        ".eml",
        lambda: mail(page("<table>" + "<tr><td>a</td><td>b</td></tr>" * 15_000 + "</table>").decode(), "text/html"),
    ),
    much("mbox_20000_mails", ".mbox", lambda: box(*[mail(f"Mail {n}.\r\n") for n in range(20_000)])),
)
