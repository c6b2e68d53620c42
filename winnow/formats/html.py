"""Web pages: the main text, told by trafilatura with precision favoured over recall; title from the page.

Belongs here: pages to blocks. Does not belong here: fetching them, and feeds.

trafilatura says which words are the main text (`winnow.formats._maintext`). The blocks are read from the page itself
(`winnow.formats._dom`), so that lists, tables and code stay what they are, and every character is in a block or counted under a
reason (`winnow.formats._tally`). The headline is the document's title and none of its blocks. Where trafilatura finds next to
nothing (a page too short or too plain for its heuristics: an exported report, a saved note), or the page is too large for it, the
whole body is read instead, without navigation, and ``notes`` counts ``whole_pages``. Spans count characters of the blocks joined
by line ends.
"""

import re
from collections.abc import Container, Iterator, Sequence
from copy import deepcopy

import trafilatura
from lxml.etree import _Element, iterwalk

from winnow.documents import Block, Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import Format, Reading, ReadOptions, decode, is_textual, library_versions, placed, silence, squeeze
from winnow.formats._dom import MAX_CHARACTERS, Outline, Piece, outline, parse
from winnow.formats._furniture import is_furniture
from winnow.formats._hidden import hidden_elements, take_out
from winnow.formats._maintext import main_text
from winnow.formats._published import published_day
from winnow.formats._tally import Tally, weight

silence("trafilatura", "htmldate", "courlan", "justext", "readability")

_DECLARED = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE
)

_DECLARATION_BYTES = 4096  # the HTML standard looks at 1024; saved pages carry a comment of the browser before it

_PRECISE_SHARE = 0.25  # of the body's words: a plain page of which trafilatura keeps less is read whole

_PLAIN_WORDS = 400  # a page of fewer words has too little of anything for trafilatura to tell text from frame

_MOST_ELEMENTS = 60_000  # for trafilatura, whose rules take a second for 10,000; articles have some 3,000

_SET_APART = frozenset(
    {"p", "head", "item", "cell", "quote", "code", "list", "table", "row", "div", "lb", "body"}
)  # trafilatura's

_TITLE_SUFFIX = re.compile(r"\s+(?:[|·»]|[-–—])\s+([^|·»–—]{2,40})$")  # " | The Example Times": the site, not the page

_SEPARATOR = re.compile(r"\s+[|·»–—-]\s+")

_MIN_TITLE_WORDS = 3  # a title this short keeps its suffix: what is cut off might be the title itself

_WORD = re.compile(r"[^\W_]{4,}|[\u3040-\u9fff\uac00-\ud7a3]")  # shorter ones are in any headline

_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{2,8})*", re.IGNORECASE)


def read(content: bytes, options: ReadOptions) -> Iterator[Document]:
    """The one page in ``content``.

    Raises:
        UnreadableDocument: ``encoding_unknown``, ``malformed``, ``too_large``, ``empty``.
    """
    if len(content) > 2 * MAX_CHARACTERS:  # more characters than that in UTF-16 too
        raise UnreadableDocument("too_large")
    yield page(_decoded(content), options.reading)


def page(text: str, reading: Reading) -> Document:
    """The document of the page whose markup is ``text``.

    Raises:
        UnreadableDocument: ``malformed``, ``too_large``, ``empty``.
    """
    tree = parse(text)
    published = published_day(tree)
    language = _LANGUAGE.fullmatch(squeeze(tree.get("lang") or tree.get("xml:lang") or ""))
    hidden = hidden_elements(tree)
    tally = Tally()
    for words in tree.itertext():
        tally.held(words)
    if reading.hidden_text == "drop":
        tally.reasons["hidden_text"] = take_out(hidden)
    else:
        tally.notes["hidden_text_kept"] = sum(weight(words) for element in hidden for words in element.itertext())
    site = _site_names(tree)
    headline, title = _titles(tree, site)
    found = outline(tree)
    kept = _main(tree, found)
    if kept is None:
        tally.notes["whole_pages"] = 1
        blocks = [piece for piece in found.pieces if not is_furniture(piece.block.text)]
    else:
        blocks = [piece for piece in kept if not _is_frame(piece.block, site, headline, title)]
    _account(tally, found, kept, blocks)
    if not blocks:
        raise UnreadableDocument("empty")
    read_blocks = placed(piece.block for piece in blocks)
    return Document(
        title=title,
        blocks=read_blocks,
        notes=tally.settled(read_blocks),
        language=language[1].lower() if language else None,
        stated=published,
    )


def _main(tree: _Element, found: Outline) -> list[Piece] | None:
    """The pieces of ``found`` that are the page's main text; None for a page that is to be read whole."""
    if sum(1 for _ in tree.iter()) > _MOST_ELEMENTS:
        return None
    text = _main_words(tree)
    kept = [piece for piece, here in zip(found.pieces, main_text(found.pieces, text), strict=True) if here]
    words, whole = (sum(len(piece.block.text.split()) for piece in some) for some in (kept, found.pieces))
    plain = not _framed(tree) and (words < _PRECISE_SHARE * whole or whole < _PLAIN_WORDS)
    return None if not words or plain else kept


def _main_words(tree: _Element) -> str:
    """What trafilatura takes for the main text of ``tree``, a line a block of it."""
    found = trafilatura.bare_extraction(
        deepcopy(tree),
        favor_precision=True,
        include_comments=False,
        include_tables=True,
        with_metadata=False,
        deduplicate=False,
    )
    if found is None or found.body is None:
        return ""
    words: list[str] = []
    for event, element in iterwalk(found.body, events=("start", "end")):
        text = element.text if event == "start" else element.tail
        words += ["\n" if element.tag in _SET_APART else "", (text or "").replace("\n", " ")]
    return "".join(words)


def _is_frame(block: Block, site: Container[str], headline: str, title: str) -> bool:
    """Whether ``block`` of the main text says what the title says, or furnishes the page."""
    if block.kind == "heading" and (block.text in site or block.text in {headline, title}):
        return True
    return block.kind not in {"table", "code"} and is_furniture(block.text)


def _account(tally: Tally, found: Outline, kept: Sequence[Piece] | None, blocks: Sequence[Piece]) -> None:
    """Tell ``tally`` what became of the text of ``found``: ``kept`` is its main text, of which ``blocks`` are read."""
    whole, main, read = (
        sum(piece.weight for piece in some) for some in (found.pieces, found.pieces if kept is None else kept, blocks)
    )
    tally.reasons.update(
        {
            "scripts": found.scripts,
            "navigation": found.controls + found.stray,
            "text_beside": whole - main,
            "furniture": main - read,
        }
    )
    tally.balance += sum(weight(piece.block.text) - piece.weight for piece in blocks)  # the bars between the cells of tables


def _decoded(content: bytes) -> str:
    """The page's text by its mark, its UTF-8, else by the encoding it declares."""
    declared = _DECLARED.search(content[:_DECLARATION_BYTES])
    if declared is None or content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return decode(content)
    try:
        return decode(content, "utf-8")  # what most pages are, whatever they declare
    except UnreadableDocument:
        name = declared[1].decode("ascii").lower()
        # Browsers read "latin-1" and "ascii" as cp1252 (WHATWG encoding standard), and pages are made to look right in them.
        known = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252"}
        try:
            return decode(content, known.get(name, name))
        except UnreadableDocument:
            return decode(content)


def _framed(page: _Element) -> bool:
    """Whether the page has the furniture of a web site, of which little need be text."""
    return next(page.iter("nav", "footer", "article", "iframe", "form", "script"), None) is not None


def _site_names(tree: _Element) -> frozenset[str]:
    """What may be the name of the site: as the page gives it, and the shorter part of its title behind the last bar or dash."""
    given = squeeze(tree.xpath("string(//meta[@property='og:site_name']/@content)"))
    *before, last = _SEPARATOR.split(squeeze(tree.findtext(".//title") or ""))
    return frozenset({given, last if len(last.split()) <= len(" ".join(before).split()) else ""} - {""})


def _titles(tree: _Element, site: Container[str]) -> tuple[str, str]:
    """The page's headline (an h1 of its body; empty if none is) and its title.

    Sites put their own name into an h1, and other stories' headlines: the one that counts shares words with the title that the
    page gives itself, and is not the name of the site.
    """
    heads = [head for head in (squeeze(head.text_content()) for head in tree.iter("h1")) if head]
    shared = tree.xpath("string(//meta[@property='og:title']/@content)")
    whole = squeeze(tree.findtext(".//title") or "")
    named = squeeze(shared) or whole
    headline = _headline([head for head in heads if head not in site], f"{named} {whole}")
    if headline:
        return headline, headline
    suffix = _TITLE_SUFFIX.search(named)
    if suffix is None or (shared and suffix[1] not in site):  # a title made for sharing rarely has the site's name behind it
        return "", named
    cut = named[: suffix.start()]
    return "", cut if len(cut.split()) >= _MIN_TITLE_WORDS else named


def _headline(heads: Sequence[str], named: str) -> str:
    """The one of ``heads`` that shares most words with ``named``, the first of equals; a lone one if nothing is named."""
    wanted = _words(named)
    if not wanted:
        return heads[0] if len(heads) == 1 else ""
    shares = [len(_words(head) & wanted) for head in heads]
    best = max(shares, default=0)
    return heads[shares.index(best)] if best else ""


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))


FORMAT = Format(
    name="html",
    suffixes=(".html", ".htm", ".xhtml"),
    read=read,
    sniff=is_textual,
    fallback=True,
    versions=library_versions("trafilatura", "lxml", "justext", "charset-normalizer"),
)
