"""What the slots of a frame hold: people and their forms, places, organisations, addresses and plain values.

What belongs here: how a slot's name becomes what it writes. What does not: plain values (:mod:`training.synthetic.values`), word
lists and sentences (``frames/*.txt``).
"""

import random
from collections.abc import Callable

from training.persons import Person
from training.synthetic.grammar import Node, Scene, literal
from training.synthetic.values import SIMPLE, hexadecimal, pick, reference


def address(rng: random.Random, scene: Scene) -> str:
    """An address on one line."""
    return scene.names.address(rng, pick(rng, (", ", ", ", ", ", " ", " / ", "; ")))


PRONOUNS = {
    "he": ("he", "she"),
    "him": ("him", "her"),
    "his": ("his", "her"),
    "He": ("He", "She"),
    "His": ("His", "Her"),
}
FORMS = frozenset(
    (
        *("full", "given", "last", "inverted", "long", "middle_initial", "initial", "trailing_initial", "initials", "capitals"),
        *("loud_family", "loud_inverted", "nickname", "login", "dotted"),
    )
)


def mention(scene: Scene, person: Person) -> None:
    """A person in running prose: full, given, family with or without title, initial, nickname."""
    rng = scene.rng
    roll = rng.random()
    if roll < 0.3:
        text = person.full
    elif roll < 0.55:
        text = person.nickname if roll < 0.4 else person.given
    elif roll < 0.65:
        text = person.last
    elif roll < 0.83:
        scene.write(person.title + " ")
        text = person.last if roll < 0.77 else person.full
    elif roll < 0.9:
        text = person.initial
    elif roll < 0.94:
        text = person.middle_initial
    elif roll < 0.96:
        text = person.long
    elif roll < 0.98:
        text = person.trailing_initial.rstrip(".")
    else:
        text = person.inverted
    scene.mark(text, "PERSON")


def full_name(scene: Scene, person: Person) -> None:
    """A full name in one of its ways of writing."""
    roll = scene.rng.random()
    if roll < 0.62:
        text = person.full
    elif roll < 0.72:
        text = person.middle_initial
    elif roll < 0.8:
        text = person.long
    elif roll < 0.88:
        text = person.initial
    elif roll < 0.94:
        text = person.loud_family
    elif roll < 0.985:
        text = person.capitals
    else:
        text = person.inverted
    scene.mark(text, "PERSON")


def titled(scene: Scene, person: Person) -> None:
    """``Mr Family`` or ``Dr. Given Family``; the title is outside."""
    scene.write(person.title + " ")
    roll = scene.rng.random()
    scene.mark(person.last if roll < 0.7 else (person.full if roll < 0.9 else person.initial), "PERSON")


def greeting(scene: Scene, person: Person) -> None:
    """As one is spoken to: given name, nickname, or title and family name."""
    roll = scene.rng.random()
    if roll < 0.75:
        scene.mark(person.nickname if roll < 0.35 else person.given, "PERSON")
    elif roll < 0.97:
        titled(scene, person)
    else:
        scene.mark(person.full, "PERSON")


def person_form(form: str) -> Callable[[Scene, Person], None]:
    """The writer of one form of a person.

    Raises:
        ValueError: there is no such form.
    """
    if form in PRONOUNS:
        male, female = PRONOUNS[form]
        return lambda scene, person: scene.write(male if person.gender == "male" else female)
    if form in SPECIAL:
        return SPECIAL[form]
    if form not in FORMS:
        raise ValueError(f"no such form of a person: {form}")
    return lambda scene, person: scene.mark(getattr(person, form), "PERSON")


# Forms that are more than one part of a person.
SPECIAL: dict[str, Callable[[Scene, Person], None]] = {
    "": mention,
    "any": full_name,
    "titled": titled,
    "greet": greeting,
    "title": lambda scene, person: scene.write(person.title),
    "mail": lambda scene, person: scene.write(f"{person.dotted}@{mail_domain(scene)}"),
    "lower": lambda scene, person: scene.mark(person.full.lower(), "PERSON"),
    "given_lower": lambda scene, person: scene.mark(person.nickname.lower(), "PERSON"),
}
TOP_LEVELS = ("com", "co.uk", "de", "org", "io", "net", "eu", "internal")


def mail_domain(scene: Scene) -> str:
    """The domain of the document's own company."""
    return scene.keep("domain", lambda rng: f"{scene.names.gazetteer.brand(rng).lower()}.{pick(rng, TOP_LEVELS)}")


def person_slot(name: str) -> Node | None:
    """The node of ``{p}``, ``{p1}``, ``{p1.form}``; None for other slots. A bare ``p`` is a new person each time."""
    head, _, form = name.partition(".")
    if head[:1] != "p" or (head[1:] and not head[1:].isdigit()):
        return None
    write = person_form(form)
    if head == "p":
        return lambda scene: write(scene, scene.names.person(scene.rng))
    number = int(head[1:])
    return lambda scene: write(scene, scene.person(number))


# Slots that need the name pools: (maker, entity). A digit after the name keeps the value through the document.
NAMED: dict[str, tuple[Callable[[Scene], str], str]] = {
    "place": (lambda scene: scene.names.place(scene.rng), "LOCATION"),
    "city": (lambda scene: scene.names.city(scene.rng), "LOCATION"),
    "country": (lambda scene: scene.names.gazetteer.country(scene.rng), "LOCATION"),
    "org": (lambda scene: scene.names.organisation(scene.rng), "ORGANIZATION"),
    "company": (lambda scene: scene.names.gazetteer.company(scene.rng), "ORGANIZATION"),
    "brand": (lambda scene: scene.names.gazetteer.brand(scene.rng), ""),
    "address": (lambda scene: address(scene.rng, scene), "ADDRESS"),
    "address_lines": (lambda scene: scene.names.address(scene.rng, "\n"), "ADDRESS"),
    "family": (lambda scene: scene.names.family(scene.rng), ""),
    "given": (lambda scene: scene.names.given(scene.rng), ""),
    "town": (lambda scene: scene.names.city(scene.rng), ""),
    "known": (lambda scene: pick(scene.rng, scene.names.gazetteer.companies), "ORGANIZATION"),
}


def named_slot(name: str) -> Node | None:
    """The node of a slot of :data:`NAMED`, None for other slots."""
    base = name.rstrip("0123456789")
    if base not in NAMED:
        return None
    make, entity = NAMED[base]

    def get(scene: Scene) -> str:
        return make(scene) if base == name else scene.keep(name, lambda _: make(scene))

    if not entity:
        return lambda scene: scene.write(get(scene))
    return lambda scene: scene.mark(get(scene), entity)


def number_slot(argument: str) -> Node:
    """A whole number between the two of ``low-high``."""
    low, high = (int(part) for part in argument.split("-"))
    span = high - low + 1
    return lambda scene: scene.write(str(low + int(scene.rng.random() * span)))


def made_slot(make: Callable[[random.Random], str], entity: str) -> Node:
    """What ``make`` makes, marked as ``entity`` unless that is empty."""
    if not entity:
        return lambda scene: scene.write(make(scene.rng))
    return lambda scene: scene.mark(make(scene.rng), entity)


# Slots whose argument says what to make.
MADE: dict[str, Callable[[str], Node]] = {
    "n": number_slot,
    "ref": lambda kind: made_slot(reference(kind), "REFERENCE_NUMBER"),
    "code": lambda kind: made_slot(reference(kind), ""),
    "hex": lambda length: made_slot(hexadecimal(length), ""),
    "domain": lambda _: lambda scene: scene.write(mail_domain(scene)),
    "": lambda _: literal(""),
}


def slot(name: str, argument: str) -> Node:
    """The node of a slot.

    Raises:
        ValueError: there is no such slot.
    """
    node = person_slot(name) or named_slot(name)
    if node is not None:
        return node
    if name in SIMPLE:
        return made_slot(*SIMPLE[name])
    if name not in MADE:
        raise ValueError(f"no such slot: {name}")
    return MADE[name](argument)
