"""Who says what in timed cues: voices, names before a colon, records of meeting tools, and captions that repeat themselves.

Belongs here: the payload of cues and how cues become turns. Does not belong here: where cues stand (`winnow.formats._cues`), and
what happens to turns (`winnow.formats._transcript`).
"""

import html
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from html.entities import html5
from itertools import pairwise

from winnow.documents import Block, Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import ReadOptions, squeeze
from winnow.formats._cues import Cue, read_cues, text_lines
from winnow.formats._speakers import Speakers, find_speakers, is_lone_name
from winnow.formats._transcript import spoken

_VOICE = re.compile(r"<v(?:\.[^\s>]{0,100})?(?:\s{1,8}([^>]{0,200}))?>|</v>")

# WebVTT's span tags and time stamps (WebVTT 4.2), SubRip's <font>, and the {\an8} positions of SubStation Alpha.
_STYLE = re.compile(
    r"</?(?:c|i|b|u|s|v|ruby|rt|lang|font)(?:[.\s][^>]{0,200})?/?>|<\d[\d:.]{3,12}>|\{\\[^}]{0,60}\}", re.IGNORECASE
)

_REFERENCE = re.compile(r"&(?:[a-z]{2,8}|#\d{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)

_CHANGE = re.compile(r"[ \t]*(?:>{2,3}|&gt;&gt;(?:&gt;)?)[ \t]*")  # captions' sign for another speaker, unnamed

_DASH = re.compile(r"[ \t]*[-–—][ \t]+(?=\S)")  # the same, where two people share a cue

_Lines = list[tuple[int, int, str]]


def read_captions(text: str, skip: Callable[[str], bool], options: ReadOptions) -> Iterator[Document]:
    """The one document of a file of cues: its turns, with spans in characters of ``text`` and in milliseconds.

    Args:
        text: the decoded file.
        skip: whether a block that begins with this line holds no cue.
        options: of which ``reading`` is asked.

    Raises:
        UnreadableDocument: ``malformed`` (no cue, or a clock time that cannot be read), ``empty`` (cues without words).
    """
    notes: Counter[str] = Counter()
    cues = read_cues(text, skip, notes)
    turns: Iterable[Block]
    if _says_who(text, cues):
        turns = (turn for cue in _in_order(cues, notes) for turn in _voiced(text, cue))
    else:
        turns = _prefixed(text, cues, notes)
    blocks = spoken(turns, notes, options.reading)
    if not blocks:
        raise UnreadableDocument("empty")
    yield Document(blocks=blocks, notes=dict(+notes))


def _says_who(text: str, cues: Sequence[Cue]) -> bool:
    """Whether voice tags, ids or records name the speakers, so that a colon is nothing but speech."""
    return any(cue.speaker or _VOICE.search(text, cue.start, cue.end) or _record(text, cue) for cue in cues)


_LOCAL_MS = 60_000  # what is said at once is written down within a minute; a larger jump back is another recording's clock


def _in_order(cues: list[Cue], notes: Counter[str]) -> list[Cue]:
    """``cues`` by their start, if they are only locally out of order, as tools write them that transcribe speakers apart."""
    backwards = [first.start_ms - second.start_ms for first, second in pairwise(cues) if second.start_ms < first.start_ms]
    if not backwards or max(backwards) > _LOCAL_MS:
        return cues
    notes["cues_reordered"] += len(backwards)
    return sorted(cues, key=lambda cue: cue.start_ms)


def _voiced(text: str, cue: Cue) -> Iterator[Block]:
    """The pieces of a cue with voice tags; what stands outside every voice has the speaker of the cue's id, if any."""
    record = _record(text, cue)
    if record is not None:
        yield _turn(record[0], record[1], cue.start, cue.end, cue)
        return
    speaker, start = cue.speaker, cue.start
    for match in _VOICE.finditer(text, cue.start, cue.end):
        yield _turn(speaker, plain(text[start : match.start()]), start, match.start(), cue)
        speaker, start = (squeeze(plain(match[1])) or None) if match[1] else None, match.end()
    yield _turn(speaker, plain(text[start : cue.end]), start, cue.end, cue)


def _record(text: str, cue: Cue) -> tuple[str | None, str] | None:
    """Speaker and words of a cue that is a JSON object, as Teams exports transcripts with metadata."""
    if not text.startswith("{", cue.start) or text.find('"spoken', cue.start, cue.end) < 0:
        return None
    try:
        record = json.loads(text[cue.start : cue.end], parse_int=str)
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict) or not isinstance(record.get("spokenText", ""), str):
        return None
    name = record.get("speakerName")
    return (squeeze(name) or None) if isinstance(name, str) else None, record.get("spokenText", "")


def _prefixed(text: str, cues: Sequence[Cue], notes: Counter[str]) -> Iterator[Block]:
    if _are_headed(_payload(text, cue) for cue in cues):
        for cue in cues:
            name, *said = _payload(text, cue)
            for start, end, line in said:
                yield _turn(squeeze(name[2]), line, start, end, cue)
        return
    rolls = _rolls(_payload(text, cue) for cue in cues)
    speakers = find_speakers([line for _, _, line in lines] for _, lines in _fresh(text, cues, Counter(), rolls=rolls))
    current: str | None = None
    for cue, lines in _fresh(text, cues, notes, rolls=rolls):
        if not speakers.carries:
            current = None
        yield from _spoken_in(cue, lines, speakers, current)
        for number, (_, _, line) in enumerate(lines):
            named, _ = speakers.split(line, first=number == 0)
            current = named or (None if _CHANGE.match(line) else current)


def _spoken_in(cue: Cue, lines: _Lines, speakers: Speakers, current: str | None) -> Iterator[Block]:
    """A turn for each line of ``cue``; ``current`` spoke last."""
    dashed = len(lines) > 1 and all(_DASH.match(line) for _, _, line in lines)
    for number, (start, end, line) in enumerate(lines):
        named, words = speakers.split(line, first=number == 0)
        change = _CHANGE.match(line)
        if named is None and change:
            current, words = None, line[change.end() :]
        elif named is None and dashed:
            words = _DASH.sub("", line, count=1)
        current = named or current
        yield _turn(current, words, start, end, cue)


def _payload(text: str, cue: Cue) -> _Lines:
    lines = ((cue.start + start, line) for start, line in text_lines(text[cue.start : cue.end]))
    return [(start, start + len(line), plain(line)) for start, line in lines if line.strip()]


_MIN_HEADED = 3  # cues


def _are_headed(payloads: Iterable[_Lines]) -> bool:
    """Whether every cue has the name of its speaker as a line of its own above the words, as documents of Teams have it."""
    names: Counter[str] = Counter()
    for lines in payloads:
        if len(lines) < 2 or not is_lone_name(lines[0][2]):
            return False
        names[lines[0][2].strip()] += 1
    return names.total() >= _MIN_HEADED and 2 * len(names) <= names.total() + 1


_ROLLS = 3  # and
_ROLLS_SHARE = 0.3  # of the pairs of cues repeat a line: nobody speaks like that, but captions that roll up a screen do


def _rolls(payloads: Iterable[_Lines]) -> bool:
    """Whether the cues repeat the line before, as automatic captions do that show two lines and move them up."""
    pairs = rolling = 0
    last = ""
    for lines in payloads:
        if not lines:
            continue
        first = lines[0][2].strip()
        pairs += bool(last)
        rolling += bool(last) and (first == last or first.startswith(f"{last} "))
        last = lines[-1][2].strip()
    return rolling >= max(_ROLLS, _ROLLS_SHARE * pairs)


def _fresh(text: str, cues: Sequence[Cue], notes: Counter[str], *, rolls: bool) -> Iterator[tuple[Cue, _Lines]]:
    """Each cue with its lines, without those that the cue before has shown; a cue that comes twice comes once."""
    shown: list[str] = []
    before: Cue | None = None
    for cue in cues:
        lines = _payload(text, cue)
        words = [line.strip() for _, _, line in lines]
        again = before is not None and words == shown and (cue.start_ms, cue.end_ms) == (before.start_ms, before.end_ms)
        repeated = len(lines) if again else _repeated(shown, words) if rolls else 0
        notes["repeated_lines"] += repeated
        lines = lines[repeated:]
        if rolls and lines and not repeated and shown and words[0].startswith(f"{shown[-1]} "):  # the line grew
            start, end, line = lines[0]
            lines[0] = (start, end, line.strip()[len(shown[-1]) :])
            notes["repeated_lines"] += 1
        yield cue, lines
        shown, before = words or shown, cue


def _repeated(shown: Sequence[str], words: Sequence[str]) -> int:
    """How many lines at the start of ``words`` are the last ones of ``shown``."""
    return next(
        (count for count in range(min(len(shown), len(words)), 0, -1) if list(shown[-count:]) == list(words[:count])), 0
    )


def _turn(speaker: str | None, words: str, start: int, end: int, cue: Cue) -> Block:
    return Block("turn", words, speaker=speaker, start=start, end=end, start_ms=cue.start_ms, end_ms=cue.end_ms)


def plain(text: str) -> str:
    """``text`` of a cue without styling tags and with its character references resolved."""
    if "<" in text or "{" in text:
        text = _STYLE.sub("", text)
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(reference: re.Match[str]) -> str:
    # html.unescape alone would find "&not" in "&notit;".
    known = reference[0].startswith("&#") or reference[0][1:] in html5
    return html.unescape(reference[0]) if known else reference[0]
