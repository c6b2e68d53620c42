"""What is known of a file when its last row went by: marks, classes, languages.

Belongs here: findings about one whole file. Does not belong here: rows compared with each other (`among`).
"""

from collections import Counter

from winnow.checking.classes import is_unbalanced, several_tokens, too_small
from winnow.checking.codes import CODES
from winnow.checking.facts import FileSurvey, Options, Seen, reason_number
from winnow.checking.tallies import SHOWN_LINES, Tally
from winnow.languages import UNKNOWN, language_of

LEAST_ROWS = 100  # what OpenAI's tool asked for

LONG_INSTRUCTION = 200  # characters that every question begins with: some 50 tokens, paid for in each

_SURE = 0.9  # of a language's share, so that a short text in two minds is no second language
_LEAST_SHARE = 0.01  # of a second language, in …
_LEAST_TEXTS = 3  # … and at least so many of the texts

_DETAILS = 20  # classes named in a finding

_SINGLE_TOKEN = "o200k_base"  # noqa: S105 - a tokenizer, which counts a label's tokens where none was named


def close(file: FileSurvey, seen: Seen, options: Options) -> None:
    """Add to ``file`` what is found of it as a whole."""
    for code, (line, column) in file.source.facts.items():
        file.found[code] = Tally(1, [line] if line else [])
        file.columns[f"{code}:{line}"] = column
    if file.source.blank_count:
        file.found["blank_lines"] = Tally(file.source.blank_count, file.source.blank_first[:SHOWN_LINES])
    if file.source.kind not in {"lines", ""} and (file.source.kind != "array" or file.shape not in {"alpaca", "sharegpt"}):
        _about(file, "not_lines")
    if not file.examples:
        _about(file, "no_examples")
        return
    if file.examples < LEAST_ROWS:
        _about(file, "few_examples")
    are_classes = file.shape == "classification" or (file.shape not in {"text", "preference"} and seen.classes.are_classes)
    if file.shape == "completion":
        _marks(file, seen, is_label=are_classes)
    _tell_task(file, seen, are_classes=are_classes)
    if are_classes:
        _classes(file, seen, options)
    upper, lower = seen.letters
    if 2 * upper > lower:
        _about(file, "capitals")
    if len(seen.starts) >= LONG_INSTRUCTION and file.examples > 1:
        _about(file, "long_instruction")
        file.details["long_instruction"] = {"characters": len(seen.starts)}
    _languages(file, seen)


def _about(file: FileSurvey, code: str) -> None:
    assert CODES[code].of_file
    file.found[code] = Tally(1)


def _marks(file: FileSurvey, seen: Seen, *, is_label: bool) -> None:
    file.frame, found = seen.affixes.findings(is_label=is_label)
    file.found.update(found)
    if not seen.affixes.open_ended:
        for line, place in seen.blank:
            file.tally("empty_field", line)
            file.reasons[place] = reason_number("empty_field")
        file.examples -= len(seen.blank)


def _tell_task(file: FileSurvey, seen: Seen, *, are_classes: bool) -> None:
    if are_classes:
        file.task = "classification"
    elif file.shape == "preference":
        file.task = "preference"
    else:
        open_ended = file.shape == "text" or (file.shape == "completion" and seen.affixes.open_ended)
        file.task = "open-ended generation" if open_ended else "generation"


def _classes(file: FileSurvey, seen: Seen, options: Options) -> None:
    file.classes = seen.classes.counts()
    file.relabelled, rows = seen.classes.spellings()
    if rows.count:
        file.found["label_spelling"] = rows
    if len(file.classes) == 1:
        _about(file, "same_answer")
    small = too_small(file.classes)
    if small:
        _about(file, "small_classes")
        file.details["small_classes"] = dict(list(small.items())[:_DETAILS])
    if is_unbalanced(file.classes):
        _about(file, "unbalanced")
    if file.shape != "classification":
        tokenizer = options.tokenizer or _SINGLE_TOKEN
        if long := several_tokens(file.classes, tokenizer):
            _about(file, "several_tokens")
            file.details["several_tokens"] = long[:_DETAILS]


def _languages(file: FileSurvey, seen: Seen) -> None:
    told: Counter[str] = Counter()
    lines: dict[str, list[int]] = {}
    for _, line, text in sorted(seen.sample, key=lambda drawn: drawn[1]):
        code, share = language_of(text)
        if code != UNKNOWN and share >= _SURE:
            told[code] += 1
            lines.setdefault(code, []).append(line)
    file.languages, file.told = told, len(seen.sample)
    usual = min(told, key=lambda code: (-told[code], code), default=UNKNOWN)
    total = sum(told.values())
    others = {
        code: count
        for code, count in sorted(told.items())
        if code != usual and count >= max(_LEAST_TEXTS, _LEAST_SHARE * total)
    }
    if others:
        file.found["mixed_languages"] = Tally(1, sorted(line for code in others for line in lines[code])[:SHOWN_LINES])
        file.details["mixed_languages"] = {code: told[code] for code in sorted({usual, *others}, key=lambda code: -told[code])}
