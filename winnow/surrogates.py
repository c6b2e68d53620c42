"""Surrogates: made-up values of the same kind and look in place of personal data.

One person is one surrogate in every text of an example, and in every example, unless two people of an example would come to
have the same name: chosen are entries of fixed lists, by HMAC-SHA256 of the salt and the entity's id (RFC 2104), never a name that
stands in the example itself. Numbers and addresses come from ranges that belong to nobody, where such ranges exist. Secrets,
and values for which nothing is made up, become numbered placeholders.

Belongs here: who gets which surrogate, and telling surrogates from real values afterwards. Does not belong here: how a value of a
kind is written (`winnow.surrogate_kinds`).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from winnow import names
from winnow.ids import keyed_hash
from winnow.name_shapes import PersonShape, part_hash
from winnow.people import canonical, entity_id
from winnow.placeholders import Mention, Numbers, mentions, substitute
from winnow.surrogate_kinds import Name, address_of, is_reserved, made_up, person_text
from winnow.surrogate_names import SCRIPTS, Names

_ATTEMPTS = 8  # at a value that no other entity of the example has; two of a million would be one value otherwise


def surrogates(texts: Sequence[str], salt: str) -> list[str]:
    """The ``texts`` of one example with a surrogate in place of each internal id."""
    cast = _Cast(texts, salt)
    numbers = Numbers()
    return [substitute(text, lambda mention: cast.write(mention) or numbers(mention)) for text in texts]


def surrogate_values(texts: Sequence[str], salt: str) -> list[str]:
    """Every made-up value that `surrogates` writes into the ``texts`` of one example, each once, sorted."""
    cast = _Cast(texts, salt)
    return sorted({value for text in texts for mention in mentions(text) if (value := cast.write(mention))})


def hide(text: str, values: Collection[str]) -> str:
    """``text`` with each of ``values`` (whole words) as a numbered placeholder, so that a search for personal data passes over it."""
    if not values:
        return text
    longest = sorted(values, key=lambda value: (-len(value), value))
    return re.sub(r"(?<!\w)(?:" + "|".join(map(re.escape, longest)) + r")(?!\w)", "<SURROGATE_1>", text)


def is_surrogate(entity: str, value: str) -> bool:
    """Whether ``value`` lies in a range from which surrogates of the ``entity`` are drawn and which belongs to nobody.

    False for names, places and reference numbers: there a real one may look the same (use `hide`).
    """
    return is_reserved(entity, value)


@dataclass(slots=True)
class _Dice:
    """Numbers that follow from the salt, the entity and what they are for."""

    salt: str
    seed: tuple[str, ...]
    thrown: int = 0

    def below(self, limit: int) -> int:
        """The next number from 0 to ``limit`` - 1."""
        self.thrown += 1
        return int(keyed_hash(self.salt, "surrogate", *self.seed, str(self.thrown))[:15], 16) % limit


class _Cast:
    """The surrogates of one example."""

    def __init__(self, texts: Sequence[str], salt: str) -> None:
        self._salt = salt
        self._shapes: dict[str, list[PersonShape]] = defaultdict(list)
        others: dict[tuple[str, str], set[str]] = defaultdict(set)
        for mention in {mention for text in texts for mention in mentions(text)}:
            if mention.entity == "PERSON":
                self._shapes[mention.entity_id].append(PersonShape.read(mention.attributes))
            else:
                others[mention.entity, mention.entity_id].add(mention.attributes)
        self._ids = {*self._shapes, *(identity for _, identity in others)}
        self._taken = {
            part
            for shapes in self._shapes.values()
            for shape in shapes
            for part in (shape.given, shape.family, shape.word)
            if part
        }
        for (kind, _), looks in others.items():
            if kind in {"EMAIL_ADDRESS", "HANDLE"}:
                self._taken.update(part for look in looks for part in look.rpartition("-")[2].split(".") if part)
        self._used: set[str] = set()
        self._strangers: dict[tuple[str, str], Name] = {}
        self._people = {identity: self._person(identity) for identity in sorted(self._shapes)}
        self._values: dict[Mention, str] = {}
        for (kind, identity), looks in sorted(others.items()):
            self._values.update(self._other(kind, identity, sorted(looks)))

    def write(self, mention: Mention) -> str:
        """What stands for ``mention``; empty if nothing is made up for it."""
        if mention.entity != "PERSON":
            return self._values.get(mention, "")
        name = self._people[mention.entity_id]
        return person_text(name, PersonShape.read(mention.attributes)) if name else ""

    def _person(self, identity: str) -> Name | None:
        shapes = self._shapes[identity]
        votes = Counter(shape.gender for shape in shapes if shape.gender != "x")
        gender = "x" if not votes or votes["f"] == votes["m"] else max(votes, key=lambda key: votes[key])
        scripts = Counter(shape.script for shape in shapes)
        script = min(scripts, key=lambda code: (-scripts[code], code))
        return self._name(("PERSON", identity), gender, script)

    def _name(self, seed: tuple[str, str], gender: str, script: str) -> Name | None:
        listed = SCRIPTS.get(script)
        if listed is None:
            return None
        dice = _Dice(self._salt, seed)
        family = self._choose(listed.family, dice, lambda name: name.partition("/")[2 if gender == "f" and "/" in name else 0])
        given_names = _given_names(listed, gender, dice)
        given = self._choose(given_names, dice, str, beside=family)
        return Name(given, family, chr(ord("A") + dice.below(26)), family_first=listed.family_first)

    def _choose(self, listed: Sequence[str], dice: _Dice, form: Callable[[str], str], beside: str = "") -> str:
        """The first name from a random place on that no one in the example has, by its real name or as a surrogate."""
        first = dice.below(len(listed))
        turned = [*listed[first:], *listed[:first]]
        free = [
            name for name in map(form, turned) if part_hash(self._salt, name) not in self._taken and self._is_new(name, beside)
        ]
        unused = [name for name in free if name not in self._used]
        chosen = (unused or free or [form(turned[0])])[0]
        self._used.add(chosen)
        return chosen

    def _is_new(self, name: str, beside: str) -> bool:
        full = f"{name} {beside}".strip().casefold()
        return (
            entity_id(self._salt, "PERSON", full) not in self._ids
            and entity_id(self._salt, "PERSON", name.casefold()) not in self._ids
        )

    def _other(self, kind: str, identity: str, looks: Sequence[str]) -> dict[Mention, str]:
        """The values of one entity that is no person, by how it was written."""
        written: dict[Mention, str] = {}
        for attempt in range(_ATTEMPTS):
            written = {Mention(kind, identity, look): self._value(kind, identity, look, attempt) for look in looks}
            values = {value for value in written.values() if value}
            if not values & self._used and not any(
                entity_id(self._salt, kind, canonical(kind, value)) in self._ids for value in values
            ):
                self._used |= values
                break
        return written

    def _value(self, kind: str, identity: str, look: str, attempt: int) -> str:
        dice = _Dice(self._salt, (kind, identity, str(attempt)))
        if kind in {"EMAIL_ADDRESS", "HANDLE"}:
            return address_of(kind, look, self._owner(kind, identity, look, attempt), dice.below)
        return made_up(kind, look, dice.below)

    def _owner(self, kind: str, identity: str, look: str, attempt: int) -> Name:
        """The surrogate of the person whose name an address holds; a new one if nobody's in this example."""
        parts = {part for part in look.rpartition("-")[2].split(".") if part}
        if parts and not attempt:
            known = {
                person: {part for shape in shapes for part in (shape.given, shape.family, shape.word) if part}
                for person, shapes in sorted(self._shapes.items())
            }
            owners = [person for person, own in known.items() if parts <= own]
            owners = owners or [person for person, own in known.items() if own and own < parts]  # known by given name alone
            name = self._people[owners[0]] if len(owners) == 1 else None
            if name and names.plain(name.family).isascii():
                return name
        seed = kind, f"{identity}:{attempt}"
        if seed not in self._strangers:
            stranger = self._name(seed, "x", "l")
            assert stranger is not None  # the Latin names are always there
            self._strangers[seed] = stranger
        return self._strangers[seed]


def _given_names(listed: Names, gender: str, dice: _Dice) -> Sequence[str]:
    if gender == "x" and listed.either:
        return listed.either
    female = gender == "f" or (gender == "x" and dice.below(2) == 0)
    return listed.feminine if female else listed.masculine
