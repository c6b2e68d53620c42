"""One pass over files of examples: everything that is wrong with them, counted, with the lines of the first rows.

Belongs here: the order in which a row is looked at. Does not belong here: single questions (the modules that this one asks), changing
anything (`mend`), and files themselves: rows come in as iterators.

In memory stay, of each row, some forty bytes of hashes and what `nearness` keeps. Languages are told from `Options.language_rows`
rows of each file, drawn by a hash of their text; everything else is asked of every row.
"""

import heapq
from array import array
from collections import Counter
from collections.abc import Iterable
from itertools import chain, islice
from typing import Any, BinaryIO

import numpy as np

from winnow.checking import characters, personal
from winnow.checking.affixes import Affixes, bare_answer, bare_prompt, common_start
from winnow.checking.among import LONG_PROMPT, NO_PROMPT, SHORT_PROMPT, compare
from winnow.checking.classes import Classes
from winnow.checking.closing import close
from winnow.checking.facts import LIMITS, FileSurvey, Options, Seen, reason_number
from winnow.checking.lines import Row, Source
from winnow.checking.nearness import Near
from winnow.checking.reading import read
from winnow.checking.shapes import Example, shape_of
from winnow.checking.tallies import SHOWN_LINES, Tally, folded64
from winnow.errors import UnreadableDocument
from winnow.reasons import QUARANTINE
from winnow.shingles import SHORT_WORDS
from winnow.tokens import count_tokens, fits_by_bytes

LANGUAGE_CHARS = 600  # of each of them

PEEKED = 200  # rows by which a file's format is told

_BATCH_ROWS = 4_096  # whose shingles are made together
_BATCH_CHARS = 1 << 23
_MESSAGE_TOKENS = 4  # that a chat template adds to each turn, as OpenAI counts


class Survey:
    """Takes files in, one after the other, those of train first; then `finish`."""

    def __init__(self, options: Options, store: BinaryIO) -> None:
        """``store``: an empty file for what `Near` keeps there."""
        self.options = options
        self.files: list[FileSurvey] = []
        self.seen: list[tuple[FileSurvey, Seen]] = []
        self.near = Near(store, options.threshold)
        self._prompts, self._exact, self._telling = array("Q"), array("Q"), array("B")
        self._lines, self._places, self._owners = array("I"), array("I"), array("B")

    def add(self, rows: Iterable[Row], source: Source, role: str) -> FileSurvey:
        """Pass over the ``rows`` of one file; one that cannot be read has the finding ``unreadable`` and its reason."""
        file = FileSurvey(role, source)
        self.files.append(file)
        try:
            _Pass(self, file, len(self.files) - 1).over(rows)
        except UnreadableDocument as error:
            self._unreadable(file, error.reason)
        return file

    def refuse(self, source: Source, role: str, reason: str) -> FileSurvey:
        """Take a file that cannot be read at all."""
        file = FileSurvey(role, source)
        self.files.append(file)
        self._unreadable(file, reason)
        return file

    @staticmethod
    def _unreadable(file: FileSurvey, reason: str) -> None:
        """Note that ``file`` cannot be read, or not further."""
        file.found["unreadable"] = Tally(1)
        file.details["unreadable"] = {"reason": reason, "advice": QUARANTINE[reason]}

    def remember(self, line: int, place: int, owner: int, asked: tuple[int, int], whole: int) -> None:
        """Note a usable row: its line and place in its file, the hash of its prompt and how telling that is, the hash of all of it."""
        self._lines.append(line)
        self._places.append(place)
        self._owners.append(owner)
        self._prompts.append(asked[0])
        self._telling.append(asked[1])
        self._exact.append(whole)

    def finish(self) -> list[FileSurvey]:
        """Compare all rows with each other, and give the files."""
        self.near.release()  # first: what tells languages takes its place
        for file, seen in self.seen:
            close(file, seen, self.options)
        compare(self.files, self._columns(), self.near, self.options.skip)
        return self.files

    def _columns(self) -> dict[str, Any]:
        """The remembered rows as numpy columns, see `winnow.checking.among.compare`."""
        held = {"prompt": self._prompts, "exact": self._exact, "telling": self._telling, "line": self._lines}
        held |= {"place": self._places, "owner": self._owners}
        return {name: np.array(values, dtype=f"u{values.itemsize}") for name, values in held.items()}


class _Pass:
    """One file's rows, one by one."""

    def __init__(self, survey: Survey, file: FileSurvey, owner: int) -> None:
        self._survey, self._file, self._owner = survey, file, owner
        self._options = survey.options
        self._affixes, self._classes = Affixes(), Classes()
        self._blank: list[tuple[int, int]] = []
        self._batch: list[tuple[str, str, int, bool]] = []
        self._batch_chars = 0
        self._sample: list[tuple[int, int, str]] = []
        self._letters = [0, 0]
        self._starts: str | None = None
        self._short = True

    def over(self, rows: Iterable[Row]) -> None:
        file = self._file
        iterator = iter(rows)
        peeked = list(islice(iterator, PEEKED))
        file.shape = self._options.shape or usual_shape(row.value for row in peeked)
        self._tokenizer, self._most = self._options.limit(file.shape)
        for row in chain(peeked, iterator):
            self._row(row)
        self._flush()
        seen = Seen(self._affixes, self._classes, self._blank, self._sample, self._letters, self._starts or "")
        self._survey.seen.append((file, seen))

    def _row(self, row: Row) -> None:
        file = self._file
        file.rows += 1
        file.reasons.append(0)
        if row.fault:
            if row.column and file.found.get(row.fault, Tally()).count < SHOWN_LINES:
                file.columns[f"{row.fault}:{row.number}"] = row.column
            self._refuse(row.fault, row.number)
            return
        example, codes = read(row.value, file.shape or None)
        if example is None:
            (code,) = codes
            self._refuse(code, row.number)
            return
        for code in codes:
            file.tally(code, row.number)
        example = self._cleaned(example, row.number)
        prompt, answer = example.prompt, example.target
        if file.shape == "completion":
            if "mixed_formats" not in codes:  # one that comes from another format is given all marks anyway
                self._affixes.see(row.number, prompt, answer)
            prompt, answer = bare_prompt(prompt), bare_answer(answer)
            if not prompt.strip():
                self._blank.append((row.number, len(file.reasons) - 1))
        if not answer.strip():
            self._refuse("empty_field", row.number)
            return
        file.examples += 1
        self._classes.see(row.number, answer.strip())
        if self._options.personal:
            self._search(example, row.number)
        self._compare(row.number, example, prompt, answer)

    def _refuse(self, code: str, line: int) -> None:
        self._file.tally(code, line)
        self._file.reasons[-1] = reason_number(code)

    def _cleaned(self, example: Example, line: int) -> Example:
        changed = set()
        for text in example.texts():
            if characters.has_half(text):
                changed.add("lone_surrogate")
            if characters.seen(text) != text:
                changed.add("hidden_characters")
            if "\ufffd" in text:
                changed.add("damaged_characters")
        for code in changed:
            self._file.tally(code, line)
        if changed & {"lone_surrogate", "hidden_characters"}:
            example = example.mapped(lambda text: characters.without_halves(characters.seen(text)))
        return example

    def _search(self, example: Example, line: int) -> None:
        person = secret = False
        for text in example.texts():
            found = personal.kinds(text)
            person, secret = person or found[0], secret or found[1]
        if person:
            self._file.tally("personal_data", line)
        if secret:
            self._file.tally("secrets", line)

    def _compare(self, line: int, example: Example, prompt: str, answer: str) -> None:
        file = self._file
        asked, said = folded64(prompt), folded64(answer)
        whole = (asked * 0x9E3779B97F4A7C15 + said) & 0xFFFFFFFFFFFFFFFF  # the golden ratio's bits, as in winnow.shingles
        words = len(prompt.split())
        telling = LONG_PROMPT if words >= SHORT_WORDS else SHORT_PROMPT if words else NO_PROMPT
        self._survey.remember(line, len(file.reasons) - 1, self._owner, (asked, telling), whole)
        too_long = self._is_too_long(example)
        if too_long:
            file.tally("over_long", line)
            if "over_long" not in self._options.skip:
                file.reasons[-1] = reason_number("over_long")
        self._batch.append((prompt, answer, said, too_long and "over_long" not in self._options.skip))
        self._batch_chars += len(prompt) + len(answer)
        self._short = self._short and len(prompt) > 0
        self._drawn(whole, line, f"{prompt}\n{answer}"[:LANGUAGE_CHARS])
        if file.shape not in {"completion", "text", "classification"}:
            asked_first = prompt[:2_000]
            self._starts = asked_first if self._starts is None else self._shared(asked_first)
        if len(self._batch) == _BATCH_ROWS or self._batch_chars > _BATCH_CHARS:
            self._flush()

    def _shared(self, text: str) -> str:
        start = self._starts or ""
        return start if text.startswith(start) else common_start(start, text)

    def _is_too_long(self, example: Example) -> bool:
        texts = list(example.texts())
        frame = _MESSAGE_TOKENS * len(texts) if self._file.shape not in LIMITS else 0
        if not self._most or fits_by_bytes(texts, self._tokenizer, self._most - frame):
            return False
        if self._file.shape == "classification":
            texts = texts[:1]
        return sum(count_tokens(texts, self._tokenizer)) + frame > self._most

    def _drawn(self, key: int, line: int, text: str) -> None:
        """Keep the text if its hash is among the smallest."""
        if len(self._sample) < self._options.language_rows:
            heapq.heappush(self._sample, (-key, line, text))
        elif -key > self._sample[0][0]:
            heapq.heapreplace(self._sample, (-key, line, text))

    def _flush(self) -> None:
        if not self._batch:
            return
        prompts, answers, hashes, skipped = (list(part) for part in zip(*self._batch, strict=True))
        self._letters_of([*prompts, *answers])
        self._survey.near.add(prompts, answers, hashes, skip=skipped)
        self._batch, self._batch_chars = [], 0

    def _letters_of(self, texts: list[str]) -> None:
        points = np.frombuffer("".join(texts).encode("utf-8", "replace"), dtype=np.uint8)
        self._letters[0] += int(((points >= ord("A")) & (points <= ord("Z"))).sum())
        self._letters[1] += int(((points >= ord("a")) & (points <= ord("z"))).sum())


def usual_shape(values: Iterable[Any]) -> str:
    """The format that most of ``values`` have, the first of equals; empty if none has any."""
    counted = Counter(shape for value in values if isinstance(value, dict) and (shape := shape_of(value)) is not None)
    return max(counted, key=lambda shape: counted[shape]) if counted else ""
