"""Words, and the layout of documents as the text of an example.

Belongs here: what several recipes say about words, and how blocks become text. Nothing here looks inside a placeholder, cuts
one or moves one away from its neighbours.
"""

import re
from collections.abc import Iterable, Sequence

from winnow.documents import Block, Document
from winnow.placeholders import without_attributes, without_internal

# Ideographs and kana are written without spaces, so each counts as a word of its own.
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(f"[{_UNSPACED}]|[^\\W{_UNSPACED}]+(?:['’-][^\\W{_UNSPACED}]+)*")
_BLANK_LINES = re.compile(r"\n{3,}")
# Transcribers write what is not speech as {vocalsound} or [inaudible]; a model should not learn to say it.
_NOT_SPEECH = re.compile(
    r"\{[a-z_]{2,20}\}|[\[(](?:inaudible|unintelligible|crosstalk|laughter|laughs|music|applause|pause|silence|noise|cough)[\])]",
    re.IGNORECASE,
)
_SPACE_BEFORE_MARK = re.compile(r"[^\S\n]+([,.?!;:])(?=\s|$)")
_REPEATED_MARK = re.compile(r"([,;:])(?:\s*[,;:])+|([,;:])\s*(?=[.?!])")
_LEADING_MARK = re.compile(r"^[\s,;:.]+(?=\S)")
_GLUED = re.compile(r"(?<=[a-z]{2})[.;](?=[A-Z][a-z]*[ ,])|(?<=[a-z]{3}),(?=[A-Za-z]+[ ,])")  # not "e.g.", "example.com", "a,b"
_SPACES_WITHIN = re.compile(r"(?<=\S)[^\S\n]{2,}(?=\S)|\xa0")

PROSE = frozenset({"paragraph", "quote"})
BODY = frozenset({"heading", "paragraph", "list_item", "quote", "code", "table", "turn"})
"""Block kinds that are a document's own text; page headers, footers, footnotes and the title are not."""


def words(text: str) -> list[str]:
    """The words of ``text`` that are not placeholders, as written."""
    return _WORD.findall(without_internal(text, " "))


def word_count(text: str) -> int:
    """The number of words in ``text``, placeholders left out."""
    return len(words(text))


def tidy(text: str) -> str:
    """``text`` with at most one empty line and no space at the end of a line; indentation stays, since code may stand in it."""
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", lines).strip()


def prose(text: str) -> str:
    """Written sentences with one space between words, and one behind a mark that the next word hangs on: ``ends.The next``."""
    return _SPACES_WITHIN.sub(" ", _GLUED.sub(r"\g<0> ", text))


def one_line(text: str) -> str:
    """``text`` on one line."""
    return " ".join(text.split())


def comparable(text: str) -> str:
    """``text`` reduced to its words in lower case, for telling whether two texts say the same."""
    return " ".join(_WORD.findall(without_attributes(text).casefold()))


def repeats(target: str, source: str) -> bool:
    """Whether all that ``target`` says stands word for word in ``source``."""
    said = comparable(target)
    return bool(said) and f" {said} " in f" {comparable(source)} "


def spoken(text: str) -> str:
    """One turn on one line, without the marks of transcribers and their spaces before punctuation; empty if no word is left."""
    line = _SPACE_BEFORE_MARK.sub(r"\1", one_line(_NOT_SPEECH.sub(" ", text)))
    line = _LEADING_MARK.sub("", _REPEATED_MARK.sub(r"\1", line))
    return line if _WORD.search(line) else ""


def body_text(blocks: Iterable[Block]) -> str:
    """``blocks`` as text: an empty line between them, list items under each other, turns as ``Speaker: text`` lines."""
    pieces: list[str] = []
    run: list[Block] = []

    def close() -> None:
        if run:
            pieces.append(_run_text(run))
            run.clear()

    for block in blocks:
        if block.kind in {"turn", "list_item"}:
            if run and run[0].kind != block.kind:
                close()
            run.append(block)
        else:
            close()
            pieces.append(tidy(block.text))
    close()
    return "\n\n".join(piece for piece in pieces if piece)


def _run_text(run: Sequence[Block]) -> str:
    if run[0].kind == "turn":
        return dialogue(run)
    return "\n".join(f"- {one_line(block.text)}" for block in run if block.text.strip())


def dialogue(turns: Sequence[Block]) -> str:
    """``turns`` as one line a turn, ``Speaker: text``; neighbouring turns of one speaker are one line."""
    return "\n".join(f"{speaker}: {text}" if speaker else text for speaker, text, _ in merged_turns(turns))


def merged_turns(turns: Sequence[Block]) -> list[tuple[str, str, tuple[Block, ...]]]:
    """``turns`` as ``(speaker, text, blocks)``, neighbouring ones of one speaker together.

    Captions break a sentence where the screen is full, so a cue is often only a piece of what was said. Without a speaker's
    name nobody knows whether two cues belong together, and they stay apart.
    """
    merged: list[tuple[str, list[str], list[Block]]] = []
    for turn in turns:
        text = spoken(turn.text)
        if not text:
            continue
        speaker = one_line(turn.speaker or "")
        if speaker and merged and without_attributes(merged[-1][0]) == without_attributes(speaker):
            merged[-1][1].append(text)
            merged[-1][2].append(turn)
        else:
            merged.append((speaker, [text], [turn]))
    return [(speaker, " ".join(texts), tuple(blocks)) for speaker, texts, blocks in merged]


def turns_of(document: Document) -> list[Block]:
    """The turns of ``document`` that hold text."""
    return [block for block in document.blocks if block.kind == "turn" and block.text.strip()]


def document_body(document: Document) -> list[Block]:
    """The blocks of ``document`` that are its own text."""
    return [block for block in document.blocks if block.kind in BODY and block.text.strip()]


def field_text(document: Document, names: str | Sequence[str] | None) -> str:
    """The text of the named fields of ``document``, each on lines of its own, or of all its blocks if ``names`` is None."""
    if names is None:
        return body_text(document_body(document))
    chosen = (names,) if isinstance(names, str) else names
    return "\n".join(text for text in (tidy(document.fields.get(name) or "") for name in chosen) if text)


def field_places(document: Document, names: str | Sequence[str] | None) -> tuple[tuple[Document, Block | None], ...]:
    """Where `field_text` took its text from."""
    if names is None:
        return tuple((document, block) for block in document_body(document))
    return ((document, None),)
