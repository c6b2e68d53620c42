"""What to do next about a task: which model first, how many more examples, where each rule of thumb is from.

Belongs here: sentences for people. Does not belong here: findings.
"""

from collections.abc import Sequence

from winnow.checking.classes import LEAST_EXAMPLES
from winnow.checking.facts import FileSurvey

SMALL_MODEL = (
    "This is a classification. Try a small base model first (bert-base or albert-base; at an API the smallest that can be fine-tuned): "
    "on a few thousand rows it is often as good, and costs a hundredth at every use. OpenAI's guide said the same of its smallest model."
)
DOUBLING = (
    "OpenAI's guide: quality grows about linearly with every doubling of the examples. So what {rows:,} more would bring is about what "
    "the last {half:,} brought; train on a quarter, a half and all of them to see it before you collect (`winnow evaluate --curve`)."
)
FEW_GOOD = (
    "For the style and form of answers some 1,000 carefully chosen examples can be enough (Zhou et al. 2023, LIMA); for facts and classes "
    "more count."
)
HELD_OUT = (
    "No validation file was given: hold rows out that training never sees, or no score means anything (`winnow prepare --split 0.1` "
    "keeps rows that resemble each other on one side)."
)
PREFERENCES = "Preferences refine a model that answers well already: fine-tune on answers first, then on these pairs."


def advice(files: Sequence[FileSurvey]) -> list[str]:
    """What to do next, the most useful first, for the training files among ``files``."""
    train = [file for file in files if file.role == "train" and file.examples] or [file for file in files if file.examples]
    if not train:
        return []
    main = max(train, key=lambda file: file.examples)
    rows = sum(file.examples - _removed(file) for file in train)
    said = []
    if main.task == "classification":
        said += [SMALL_MODEL, *_classes(train)]
    if main.task == "preference":
        said.append(PREFERENCES)
    if rows > 1:
        said.append(DOUBLING.format(rows=rows, half=(rows + 1) // 2))
    if main.task == "generation":
        said.append(FEW_GOOD)
    if not any(file.role != "train" for file in files):
        said.append(HELD_OUT)
    return said


def _removed(file: FileSurvey) -> int:
    return sum(1 for reason in file.reasons if reason) - (file.rows - file.examples)


def _classes(train: Sequence[FileSurvey]) -> list[str]:
    counts: dict[str, int] = {}
    for file in train:
        for name, count in file.classes.items():
            counts[name] = counts.get(name, 0) + count
    small = {name: LEAST_EXAMPLES - count for name, count in counts.items() if count < LEAST_EXAMPLES}
    if not small:
        return [f"All {len(counts)} classes have {LEAST_EXAMPLES} examples or more, as the guide asks."]
    said = (
        f"{len(small)} of {len(counts)} classes have under {LEAST_EXAMPLES} examples; {sum(small.values()):,} more, "
        "put where they are missing, would bring all of them there, and help more than as many of the large ones."
    )
    return [said]
