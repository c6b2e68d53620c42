"""What of an example may be searched for boilerplate, and the example without it.

Belongs here: the parts of an example that are text somebody wrote, taking pieces out of them, and the rules that what is left is held
to. Does not belong here: which pieces are boilerplate (`winnow.boilerplate`).

Never touched: labels; the prompt that a recipe makes of a title and a heading; the question behind a context; the text of a task
that names spans in it, whose answers are words of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from winnow.answers import chosen_of, joined, rejected_of
from winnow.recipes._context import prompt
from winnow.recipes._text import comparable, word_count
from winnow.tasks import Task

ONLY_BOILERPLATE = "only_boilerplate"
"""Why an example is refused: what is left of its input or target without boilerplate is nothing, or too short for its recipe."""

ADVICE = (
    "without the blocks that many documents of its source share nothing is left of it, or less than the task's own minimum; see "
    "`winnow boilerplate`, and set `boilerplate: report` on the source to keep it whole"
)

INPUT, TARGET, REJECTED = "input", "target", "rejected"

_REQUESTS = frozenset({"pairs", "preference"})  # what is asked is the whole input: a question that many ask is no boilerplate
_LEAST = {  # kind → the part and the setting by which its recipe calls an example too short
    "classification": (INPUT, "min_words"),
    "generation": (TARGET, "min_words"),
    "pairs": (INPUT, "min_words"),
    "preference": (INPUT, "min_words"),
    "question_answering": (TARGET, "min_answer_words"),
    "sentiment": (INPUT, "min_words"),
    "spans": (INPUT, "min_words"),
    "summarization": (TARGET, "min_words"),
}
_CONTEXT, _QUESTION = "Context:\n", "\n\nQuestion: "  # as `winnow.recipes._context.prompt` writes them


@dataclass(frozen=True, slots=True)
class Passage:
    """A text of an example that may be searched: whose it is, and what it says."""

    part: str  # INPUT, TARGET or REJECTED
    text: str


Cuts = Sequence[tuple[int, int]]
"""Lines that are taken out, from the first to before the second of each pair; ascending."""


def passages(kind: str, input: str, target: str, label: str | None) -> list[Passage]:  # noqa: A002 - the columns' names
    """The texts of an example of the task kind ``kind`` that may be searched for boilerplate."""
    found = []
    if kind == "question_answering":
        context, _ = _parted(input)
        found += [Passage(INPUT, context)] if context else []
    elif kind not in {"generation", "spans"}:
        found.append(Passage(INPUT, input))
    if label is None and kind != "spans":
        rejected = rejected_of(target)
        found.append(Passage(TARGET, target if rejected is None else chosen_of(target)))
        found += [] if rejected is None else [Passage(REJECTED, rejected)]
    return found


def without(text: str, cuts: Cuts) -> str:
    """``text`` without some of its lines, with an empty line where something was taken out between others."""
    lines = text.split("\n")
    starts, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(lines)]
    kept = [_trimmed(lines[start:end]) for start, end in zip(starts, ends, strict=True)]
    return "\n\n".join(part for part in kept if part).strip()


def stripped(kind: str, source: str, target: str, cuts: Mapping[str, Cuts], task: Task | None) -> tuple[str, str] | None:
    """Input and target of an example without ``cuts`` (by part); None if too little is left.

    A request that is boilerplate as a whole stays: its answer would answer nothing.
    """
    new_source, new_target = source, target
    if INPUT in cuts:
        context, question = _parted(source) if kind == "question_answering" else (source, "")
        left = without(context, cuts[INPUT])
        if not left and kind not in _REQUESTS:
            return None
        new_source = prompt(left, question) if question else left or source
    if TARGET in cuts or REJECTED in cuts:
        rejected = rejected_of(target)
        if rejected is None:
            new_target = without(target, cuts[TARGET])
        else:
            answers = without(chosen_of(target), cuts.get(TARGET, ())), without(rejected, cuts.get(REJECTED, ()))
            new_target = joined(*answers) if all(answers) and comparable(answers[0]) != comparable(answers[1]) else ""
    if not new_target or _too_short(kind, (source, target), (new_source, new_target), task):
        return None
    return new_source, new_target


def _too_short(kind: str, before: tuple[str, str], after: tuple[str, str], task: Task | None) -> bool:
    """Whether the recipe of ``kind`` would not have made an example of what is left; a minimum that never held is none."""
    if task is None or kind not in _LEAST or getattr(task, "mode", "") == "pairs":  # a table's answers may be of any length
        return False
    part, setting = _LEAST[kind]
    place, least = (0 if part == INPUT else 1), int(getattr(task, setting))
    old, new = ((_prose(text[place]) if kind == "generation" else text[place]) for text in (before, after))
    return new != old and word_count(new) < least <= word_count(old)


def _prose(text: str) -> str:
    """``text`` without entries of lists, which `winnow.recipes.generation` does not count."""
    return "\n".join(line for line in text.split("\n") if not line.startswith("- "))


def _parted(source: str) -> tuple[str, str]:
    """Context and question of an input; an input without a context is a question alone."""
    context, found, question = source.rpartition(_QUESTION)
    return (context.removeprefix(_CONTEXT), question) if found and source.startswith(_CONTEXT) else ("", source)


def _trimmed(lines: Sequence[str]) -> str:
    """``lines`` as text without blank ones at either end; indentation stays."""
    full = [number for number, line in enumerate(lines) if line.strip()]
    return "\n".join(lines[full[0] : full[-1] + 1]) if full else ""
