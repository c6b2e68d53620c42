"""Meetings and studies whose text is known: what a reader keeps of them.

A meeting's turns are written in the shapes that meeting tools export and read back. What was said, and by whom, is known then.

Belongs here: those shapes, and the comparison. Does not belong here: tables (`evaluation.extraction_tables`).
"""

import html
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from winnow.extract import extract_one
from winnow.formats._base import parse_xml

_MARKER = re.compile(  # of the corpus: {disfmarker}, {vocalsound}, {gap}, and those of parliaments' records
    r"\{[a-z]+\}|\[ ?(?:inaudible|laughter|applause|crosstalk|interruption|objection)[a-z ]{0,20}\]", re.IGNORECASE
)

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

_APART = re.compile(r"\s+(?=['’](?:s|m|re|ve|ll|d|t)\b|n['’]t\b)")

_SPELT = re.compile(r"(?<=[a-z])_(?=[a-z']|\W|$)")

_WORDS_A_SECOND = 2.5  # at which the turns are spoken, since the corpus gives no times

Turns = Sequence[tuple[str, str]]
"""Speaker and words of each turn."""

_INLINE = frozenset(
    {"italic", "bold", "sub", "sup", "sc", "underline", "monospace", "named-content", "styled-content", "ext-link"}
)


@dataclass(frozen=True, slots=True)
class Kept:
    """What was read of texts that are known. Counts, and so they add up.

    Attributes:
        files: read.
        turns: that the reader gave.
        named: of them, those with a speaker.
        markers: of transcribers, there before; ``markers_left`` of them are in the text that was read.
        words: there to be read; ``kept`` of them were; ``attributed`` of those to who said them; ``foreign`` ones came in.
    """

    files: int = 0
    turns: int = 0
    named: int = 0
    markers: int = 0
    markers_left: int = 0
    words: int = 0
    kept: int = 0
    attributed: int = 0
    foreign: int = 0

    def __add__(self, other: "Kept") -> "Kept":
        """Both together."""
        return Kept(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


def meetings(folder: Path) -> dict[str, Kept]:
    """What is kept of every meeting in ``folder`` (JSON with ``meeting_transcripts``), by the shape it is written in."""
    found = {name: Kept() for name in SHAPES}
    for path in sorted(folder.glob("*.json")):
        told = json.loads(path.read_text(encoding="utf-8")).get("meeting_transcripts", [])
        turns = [(turn["speaker"], " ".join(turn["content"].split())) for turn in told]
        for name, (suffix, write) in SHAPES.items():
            found[name] += compared(turns, write(turns).encode(), f"meeting{suffix}")
    return found


def compared(turns: Turns, content: bytes, name: str) -> Kept:
    """What reading ``content``, in which ``turns`` are written, gives of them."""
    blocks = [block for block in extract_one(content, name).get("blocks", ()) if block["kind"] == "turn"]
    true = Counter((speaker, word) for speaker, words in turns for word in _words(_MARKER.sub(" ", words)))
    read = Counter((block.get("speaker") or "", word) for block in blocks for word in _words(block["text"]))
    said, heard = (_without_speakers(some) for some in (true, read))
    return Kept(
        files=1,
        turns=len(blocks),
        named=sum(bool(block.get("speaker")) for block in blocks),
        markers=sum(len(_MARKER.findall(words)) for _, words in turns),
        markers_left=sum(len(_MARKER.findall(block["text"])) for block in blocks),
        words=said.total(),
        kept=(said & heard).total(),
        attributed=(true & read).total(),
        foreign=(heard - said).total(),
    )


def _words(text: str) -> list[str]:
    """The words of ``text``; the corpus writes "it 's", "do n't" and "T_V_", which readers mend, so each is one word in both."""
    return _WORD.findall(_SPELT.sub("", _APART.sub("", text.casefold())))


def _without_speakers(counted: Counter[tuple[str, str]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for (_, word), count in counted.items():
        found[word] += count
    return found


def _timed(turns: Turns) -> Iterator[tuple[str, str, float, float]]:
    at = 0.0
    for speaker, words in turns:
        end = at + max(1.0, len(words.split()) / _WORDS_A_SECOND)
        yield speaker, words, at, end
        at = end


def _clock(seconds: float, sign: str = ".") -> str:
    whole, millis = int(seconds), int(seconds % 1 * 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}{sign}{millis:03}"


def _voices(turns: Turns) -> str:
    cues = (
        f"{_clock(start)} --> {_clock(end)}\n<v {speaker}>{html.escape(words, quote=False)}</v>\n"
        for speaker, words, start, end in _timed(turns)
    )
    return "WEBVTT\n\n" + "\n".join(cues)


def _prefixes(turns: Turns) -> str:
    cues = (
        f"{number}\n{_clock(start)} --> {_clock(end)}\n{speaker}: {html.escape(words, quote=False)}\n"
        for number, (speaker, words, start, end) in enumerate(_timed(turns), 1)
    )
    return "WEBVTT\n\n" + "\n".join(cues)


def _numbered(turns: Turns) -> str:
    cues = (
        f"{number}\n{_clock(start, ',')} --> {_clock(end, ',')}\n{speaker}: {words}\n"
        for number, (speaker, words, start, end) in enumerate(_timed(turns), 1)
    )
    return "\n".join(cues)


def _plain(turns: Turns) -> str:
    return "\n".join(f"{speaker}  {_clock(start)[:8]}\n{words}\n" for speaker, words, start, _ in _timed(turns))


def _whisper(turns: Turns) -> str:
    segments = [
        {"id": number, "start": round(start, 2), "end": round(end, 2), "speaker": speaker, "text": f" {words}"}
        for number, (speaker, words, start, end) in enumerate(_timed(turns))
    ]
    return json.dumps({"text": "".join(f" {words}" for _, words in turns), "segments": segments, "language": "en"})


SHAPES = {
    "VTT with voice tags": (".vtt", _voices),
    "VTT with prefixes": (".vtt", _prefixes),
    "SRT with prefixes": (".srt", _numbered),
    "text with clock times": (".txt", _plain),
    "JSON of segments": (".json", _whisper),
}
"""How meeting tools write a meeting: suffix and writer by name."""

_NO_TEXT = frozenset(  # elements of JATS that are not the running text of the body: pictures, formulas, tables, notes, marks
    {"fig", "fig-group", "table-wrap", "table-wrap-group", "disp-formula", "disp-formula-group", "inline-formula", "media"}
    | {
        "supplementary-material",
        "fn",
        "fn-group",
        "ref-list",
        "xref",
        "label",
        "object-id",
        "tex-math",
        "graphic",
        "permissions",
    }
)


def studies(folder: Path) -> Kept:
    """What is kept of the running text in the bodies of the JATS articles in ``folder``, in words."""
    return sum((study(path.read_bytes()) for path in sorted(folder.glob("*.xml"))), Kept())


def study(content: bytes) -> Kept:
    """The same of one article."""
    body = next((element for element in parse_xml(content).iter() if _local(element) == "body"), None)
    if body is None:
        return Kept()
    true = Counter(_words("".join(_running(body))))
    blocks = extract_one(content, "study.xml").get("blocks", ())
    read = Counter(_words(" ".join(block["text"] for block in blocks)))
    return Kept(files=1, words=true.total(), kept=(true & read).total())


def _running(element: etree._Element) -> Iterator[str]:
    """The pieces of text in ``element`` but for what is no running text."""
    yield element.text or ""
    for child in element:
        apart = "" if _local(child) in _INLINE else " "
        yield apart
        if _local(child) not in _NO_TEXT:
            yield from _running(child)
        yield f"{apart}{child.tail or ''}"


def _local(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
