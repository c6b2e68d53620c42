"""Two answers in one target: one that a person preferred, and one that was given up for it.

Belongs here: how the two stand in the target of an example of the kind ``preference``. Does not belong here: where they come from
(`winnow.recipes.preference`), how they are written (`winnow.exports`).

They are one text to every stage between, so that whatever replaces, counts, compares or searches an example's target does so for both
answers at once, and a placeholder is the same person in either.
"""

SEPARATOR = "\x1e"
"""ASCII's record separator; readers take control characters out of texts, so it stands in none."""


def joined(chosen: str, rejected: str) -> str:
    """The target that holds both answers."""
    return f"{chosen.replace(SEPARATOR, ' ')}{SEPARATOR}{rejected.replace(SEPARATOR, ' ')}"


def chosen_of(target: str) -> str:
    """The preferred answer of ``target``; all of it where there is one only."""
    return target.partition(SEPARATOR)[0].strip()


def rejected_of(target: str) -> str | None:
    """The answer that was given up; None where there is one only."""
    _, separator, rejected = target.partition(SEPARATOR)
    return rejected.strip() if separator else None
