r"""Separator, leading space, stop and shared beginnings of prompt and completion pairs.

Belongs here: what pairs of the legacy format (`completion`) begin and end with, and putting that right. Does not belong here: any
other format; chat templates set these marks themselves.

A separator or stop is one of those that the legacy guide and its users had, if half of the rows end in it; or else whatever all
prompts end in, if it looks like one (``\n\nAnswer:``).
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from winnow.checking.tallies import SHOWN_LINES, Tally
from winnow.exports.completion import SEPARATOR, STOP_LABEL, STOP_TEXT

SEPARATORS = (
    SEPARATOR,
    "\n\n### =>\n\n",
    "\n\n===\n\n",
    "\n\n---\n\n",
    "\n\n===>\n\n",
    "\n\n--->\n\n",
    "\n\n##\n\n",
    "\n\n->\n\n",
    "\n###\n",
    " ->",
    " =>",
)
"""Known ones; the first is put where there is none, the others where that stands in a prompt."""

STOPS = (
    *(STOP_TEXT, " [END]", "\nEND", " STOP", "<END>", "<|endoftext|>", "</s>", "\n\n###\n\n", "\n###", " ###", "###"),
    *("***", "+++", "&&&", "$$$", "@@@", "%%%", STOP_LABEL),
)

LONG_PREFIX = 12  # characters: what OpenAI's tool let prompts share
LONG_ANSWER_PREFIX = 4  # behind the leading space; there five with it

_BY_LENGTH = sorted(SEPARATORS, key=len, reverse=True)
_STOPS_BY_LENGTH = sorted(STOPS, key=len, reverse=True)
_LOOKS_LIKE_ONE = ("->", "=>", "##", "==", "--", ":", "\n")  # ends of a separator that people make up


def ending(text: str, known: list[str]) -> str:
    """The longest of ``known`` that ``text`` ends with; empty if there is none."""
    return next((mark for mark in known if text.endswith(mark)), "")


def bare_prompt(prompt: str) -> str:
    """``prompt`` without the known separators at its end."""
    while mark := ending(prompt, _BY_LENGTH):
        prompt = prompt[: -len(mark)]
    return prompt


def bare_answer(answer: str, *, is_label: bool = False) -> str:
    """``answer`` without white space around it and the known stops at its end; a label on one line."""
    while True:
        before = answer
        while mark := ending(f" {answer}", _STOPS_BY_LENGTH):  # with the space that it will have: " END" alone is a stop too
            answer = f" {answer}"[: -len(mark)][1:]
        answer = " ".join(answer.split()) if is_label else answer.strip()
        if answer == before:
            return answer


def sealed(text: str, mark: str) -> str:
    """``text``, changed so that in ``text + mark`` the mark stands at the end alone: ``###`` becomes ``# # #``."""
    at = (text + mark).find(mark)
    while at < len(text):
        text = text[:at] + _loosened(text[at : at + len(mark)]) + text[at + len(mark) :]
        at = (text + mark).find(mark)
    return text


def _loosened(part: str) -> str:
    body = part.strip()
    begin = part[: len(part) - len(part.lstrip())]
    other = body.title() if any(map(str.isalpha, body)) else " ".join(body)
    changed = begin + other + part[len(begin) + len(body) :] if body else " "
    return changed if changed != part else f"{part} "


@dataclass(frozen=True, slots=True)
class Frame:
    """What pairs are given; None leaves that side as it is, an empty text takes nothing off."""

    separator: str | None = None
    prefix: str = ""
    stop: str | None = None
    answer_prefix: str = ""
    space: bool = False
    is_label: bool = False

    def prompt(self, prompt: str) -> str:
        """``prompt`` in this frame."""
        if self.separator is None:
            return prompt.removeprefix(self.prefix)
        return sealed(bare_prompt(prompt).removeprefix(self.prefix), self.separator) + self.separator

    def answer(self, answer: str) -> str:
        """``answer`` in this frame."""
        lead = " " if self.space else answer[: len(answer) - len(answer.lstrip())]
        if self.stop is None:
            return lead + answer.lstrip().removeprefix(self.answer_prefix).lstrip()
        bare = bare_answer(answer, is_label=self.is_label).removeprefix(self.answer_prefix).lstrip()
        lead = lead if bare or self.space else ""
        return sealed(lead + bare, self.stop) + self.stop  # the space may complete a stop: " END" before "END of story"


@dataclass(slots=True)
class _Side:
    """What the texts of one side begin and end with."""

    shared_start: str | None = None
    shared_end: str | None = None
    same: bool = True
    shortest: int = -1
    first: str = ""
    ends: Counter[str] = field(default_factory=Counter)
    others: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))  # by mark: rows that do not end with it
    inside: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))

    def see(self, line: int, text: str, bare: str, marks: tuple[str, ...], end: str) -> None:
        """Take one text in: as it is, without its marks, and the mark that it ends with."""
        if self.shared_start is None or self.shared_end is None:
            self.shared_start, self.shared_end, self.first = bare, text, text
            self.shortest = len(bare)
        if not bare.startswith(self.shared_start):
            self.shared_start = common_start(self.shared_start, bare)
        if not text.endswith(self.shared_end):
            self.shared_end = common_start(self.shared_end[::-1], text[::-1])[::-1]
        self.same = self.same and text == self.first
        self.shortest = min(self.shortest, len(bare))
        self.ends.update(mark for mark in marks if text.endswith(mark))
        rest = text[: len(text) - len(end)]
        for mark in marks:
            if len(self.others[mark].first) < SHOWN_LINES and not text.endswith(mark):
                self.others[mark].add(line)
            if mark in rest or (rest + mark).find(mark) < len(rest):
                self.inside[mark].add(line)

    def usual(self, rows: int) -> str:
        """The mark that half of the texts end with; empty if there is none."""
        known = ((count, len(mark), mark) for mark, count in self.ends.items())
        count, _, mark = max(known, default=(0, 0, ""))
        return mark if 2 * count >= rows else ""


def common_start(one: str, other: str) -> str:
    """What both texts begin with."""
    low, high = 0, min(len(one), len(other))
    while low < high:  # by halves: a long instruction is compared a few times and not letter by letter
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return one[:low]


class Affixes:
    """What the pairs of one file begin and end with, taken in one by one."""

    def __init__(self) -> None:
        """Nothing was seen yet."""
        self.rows = 0
        self.blank_prompts = Tally()
        self._asked, self._said = _Side(), _Side()
        self._unspaced = Tally()

    def see(self, line: int, prompt: str, answer: str) -> None:
        """Take in the pair of ``line``."""
        self.rows += 1
        bare = bare_prompt(prompt)
        if not bare.strip():
            self.blank_prompts.add(line)
        self._asked.see(line, prompt, bare, SEPARATORS, ending(prompt, _BY_LENGTH))
        self._said.see(line, answer, answer.lstrip(), STOPS, ending(answer, _STOPS_BY_LENGTH))
        if not answer.startswith(" ") or answer[1:2].isspace():
            self._unspaced.add(line)

    @property
    def open_ended(self) -> bool:
        """Whether no row has a prompt: the completions are texts to be continued."""
        return self.rows == self.blank_prompts.count

    def findings(self, *, is_label: bool) -> tuple[Frame, dict[str, Tally]]:
        """The frame that all pairs should have, and by code the rows that have another."""
        found: dict[str, Tally] = {}
        separator: str | None = None
        prefix = ""
        if not self.open_ended:
            separator = self._separator(found)
            prefix = self._prefix(found)
            if self._asked.same and self.rows > 1:
                found["same_prompt"] = Tally(self.rows)
        if self._said.same and self.rows > 1:
            found["same_answer"] = Tally(self.rows)
        stop = self._stop(found, is_label=is_label)
        answer_prefix = self._answer_prefix(found)
        if self._unspaced.count:
            found["leading_space"] = self._unspaced
        return Frame(separator, prefix, stop, answer_prefix, space=True, is_label=is_label), found

    def _separator(self, found: dict[str, Tally]) -> str | None:
        side = self._asked
        if usual := side.usual(self.rows):
            missing = self.rows - side.ends[usual]
            if missing:
                found["separator_inconsistent"] = Tally(missing, side.others[usual].first)
            if side.inside[usual].count:
                found["separator_inside"] = side.inside[usual]
            return usual
        shared = side.shared_end or ""
        if not side.same and len(shared) > 1 and shared.rstrip(" ").endswith(_LOOKS_LIKE_ONE):
            return None
        found["separator_missing"] = Tally(self.rows, side.others[SEPARATOR].first)
        free = (mark for mark in SEPARATORS if not side.inside[mark].count)
        return next(free, SEPARATOR)

    def _prefix(self, found: dict[str, Tally]) -> str:
        side = self._asked
        shared = side.shared_start or ""
        if side.same or len(shared) <= LONG_PREFIX:
            return ""
        cut = _cut(shared, LONG_PREFIX)
        if side.shortest <= len(cut):  # a row would have nothing left
            return ""
        found["shared_prefix"] = Tally(self.rows)
        return cut

    def _answer_prefix(self, found: dict[str, Tally]) -> str:
        side = self._said
        shared = side.shared_start or ""
        cut = shared[: max(shared.rfind(" "), shared.rfind(":"), shared.rfind("\n")) + 1]  # a label is never cut in two
        if side.same or len(shared) < LONG_ANSWER_PREFIX or not cut.strip() or side.shortest <= len(cut):
            return ""
        found["shared_answer_prefix"] = Tally(self.rows)
        return cut

    def _stop(self, found: dict[str, Tally], *, is_label: bool) -> str:
        side = self._said
        usual = side.usual(self.rows)
        if usual == STOP_LABEL and not is_label and side.inside[usual].count:
            found["stop_inside"] = side.inside[usual]
            return STOP_TEXT
        if usual:
            missing = self.rows - side.ends[usual]
            if missing:
                found["stop_inconsistent"] = Tally(missing, side.others[usual].first)
            if side.inside[usual].count:
                found["stop_inside"] = side.inside[usual]
            return usual
        found["stop_missing"] = Tally(self.rows, side.others[STOP_TEXT].first)
        return STOP_LABEL if is_label else STOP_TEXT


def _cut(shared: str, rest: int) -> str:
    """``shared`` up to its last word's end, if less than ``rest`` characters stand behind that."""
    at = max(shared.rfind(" "), shared.rfind("\n")) + 1
    return shared[:at] if at and len(shared) - at <= rest else shared
