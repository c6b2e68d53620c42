"""Which names of the own texts no training pool holds: recall on them is of names recognised, not remembered.

Belongs here: comparing words. Does not belong here: the pools (`training.name_pools`), which this package can do without.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from evaluation.gold import Gold


def only_unseen(gold: Sequence[Gold]) -> list[Gold] | None:
    """``gold`` with those PERSON mentions alone of whose words none is in a training pool; None where the pools are not there.

    Mentions of other types stay; documents without such a PERSON mention go.
    """
    seen = _training_words()
    if seen is None:
        return None
    kept = []
    for document in gold:
        mentions = tuple(
            mention for mention in document.mentions if mention.entity != "PERSON" or _is_unseen(mention.form_source, seen)
        )
        if any(mention.entity == "PERSON" for mention in mentions):
            kept.append(replace(document, mentions=mentions))
    return kept


def _is_unseen(name: str, seen: set[str]) -> bool:
    """Whether ``name`` has words, and none of them is ``seen``; of "Xu" alone nobody can tell."""
    words = _folded(name)
    return bool(words) and not words & seen


def _training_words() -> set[str] | None:
    try:
        from training.name_pools import NamePools  # noqa: PLC0415 - not there in every checkout, and needs an extra

        pools = NamePools.load(held_out=False)
    except ImportError:
        return None
    names = [
        name
        for culture in pools.cultures
        for part in ("male", "female", "family_male", "family_female")
        for name in getattr(culture, part)
    ]
    return {word for name in names for word in _folded(name)}


def _folded(name: str) -> set[str]:
    """The words of ``name`` of three letters or more, without case and accents."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(" " if not sign.isalnum() and not unicodedata.combining(sign) else sign for sign in plain)
    words = ("".join(sign for sign in word if sign.isalnum()) for word in letters.split())
    return {word for word in words if len(word) > 2}
