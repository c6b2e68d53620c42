"""How a person was mentioned: what a placeholder remembers of a name, a user name or an e-mail address.

Belongs here: the shape of one mention, written and read, and what shapes tell of who is the same person. Does not belong here:
shapes of numbers, dates and places (`winnow.shapes`), and made-up names (`winnow.surrogates`).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from winnow import names
from winnow.ids import keyed_hash
from winnow.people import People
from winnow.placeholders import mentions
from winnow.surrogate_names import genders

TITLE_FORMS = (
    *("Dr.", "Dr", "Mr.", "Mr", "Mrs.", "Mrs", "Ms.", "Ms", "Miss", "Mx", "Prof.", "Prof", "Professor", "Sir", "Dame"),
    *("Herr", "Herrn", "Frau", "Mme", "Madame", "Monsieur", "Señor", "Señora", "Pan", "Pani", "Lord"),
)
"""The titles that stay before a surrogate, each known by its place in this list: at most 26, so that a letter names it."""

_TITLES = {title.casefold(): f"1{chr(ord('a') + at)}" for at, title in enumerate(TITLE_FORMS)}
_JOINTS = {"_": "k", "-": "h", ".": "o"}
_MOST_INITIALS = 4  # of a name whose owner is known: PvdB
_LONE_INITIALS = 2  # letters of a mention in capitals that nobody's name explains; longer ones are names: LEE
_NAMING = frozenset("gfwijknvyz")
_MOST_WORDS = 7  # of a local part; no address of a person has more

_RANGES = (
    (0x24F, "l"),
    (0x3FF, "g"),
    (0x52F, "c"),
    (0x5FF, "b"),
    (0x6FF, "a"),
    (0x97F, "d"),
    (0x1DFF, "x"),
    (0x1EFF, "l"),
    (0x1FFF, "g"),
    (0x33FF, "x"),
    (0x9FFF, "z"),
    (0xABFF, "x"),
    (0xD7AF, "h"),
)  # last code point of a block range → script, coarse: what is not a script's letter is not asked about

_NAME_WORD = re.compile(r"['’][sS]\b|,|[^\W\d_]+(?:['’-][^\W\d_]+)*\.?|[._-]")


@dataclass(frozen=True, slots=True)
class PersonShape:
    """How a person was mentioned; ``marks`` say what its words were.

    ``g`` given name, ``f`` family name, ``w`` one of them, ``i`` and ``j`` an initial with and without its dot, ``k`` initials, ``c``
    a comma, ``q`` a genitive, ``1a`` … the title of that place in `TITLE_FORMS`; of user names ``v`` mkeller, ``y`` kellerm, ``n``
    mariakeller, ``z`` kellermaria.
    """

    case: str = "t"  # t: as written in prose, u: capitals, l: lower case
    gender: str = "x"  # f, m, x: open
    script: str = "l"
    joint: str = "s"  # what stands between the words: s space, o dot, k underscore, h hyphen, n nothing
    marks: tuple[str, ...] = ("g", "f")
    given: str = ""  # keyed hash of the given name
    family: str = ""
    word: str = ""  # … of a single name of which nobody knows whether it is given or family name

    def written(self) -> str:
        """The shape as attributes."""
        hashes = f"{self.given}.{self.family}.{self.word}"
        return "-".join((self.case, self.gender, self.script, self.joint, ".".join(self.marks), hashes))

    @classmethod
    def read(cls, attributes: str) -> "PersonShape":
        """The inverse of `written`; without attributes, a full name in prose."""
        fields = attributes.split("-")
        if len(fields) != 6:
            return cls()
        case, gender, script, joint, marks, hashes = fields
        given, family, word = (*hashes.split("."), "", "", "")[:3]
        return cls(case, gender, script, joint, tuple(marks.split(".")), given, family, word)


@lru_cache(maxsize=65_536)
def part_hash(salt: str, name: str) -> str:
    """A keyed hash of one part of a name, as four digits and four letters in turn: equal for ``Keller`` and ``KELLER``."""
    number = int(keyed_hash(salt, "name part", names.plain(name))[:15], 16)
    signs = []
    for _ in range(4):
        number, digit = divmod(number, 10)
        number, letter = divmod(number, 26)
        signs += [str(digit), chr(ord("a") + letter)]
    return "".join(signs)


@lru_cache(maxsize=16_384)
def script_of(text: str) -> str:
    """The code of the script in which most of ``text`` is written."""
    votes: dict[str, int] = defaultdict(int)
    for character in text:
        if character.isalpha():
            votes[next((code for last, code in _RANGES if ord(character) <= last), "x")] += 1
    return min(votes, key=lambda code: (-votes[code], code), default="l")


def case_of(text: str) -> str:
    """``u`` for capitals, ``l`` for lower case, ``t`` for all else."""
    letters = [character for character in text if character.isalpha()]
    return "u" if len(letters) > 1 and text.isupper() else "l" if text.islower() else "t"


def person_shape(surface: str, people: People, salt: str) -> PersonShape:
    """The shape of the mention of a person at ``surface`` (as it stands in the text, with or without title)."""
    form = people.known_as(surface)
    parts = names.pieces(form)
    marks, joint = _marks(surface, parts)
    gender, bare = people.gender(form), names.bare(surface)
    given = family = word = ""
    if parts is not None:
        given = part_hash(salt, parts[0]) if len(parts[0].strip(".")) > 1 else ""
        family = part_hash(salt, parts[1])
    elif genders().get(names.LONG_FORMS.get(form, form)) == gender:
        given, marks = part_hash(salt, form), tuple("g" if mark == "w" else mark for mark in marks)
    else:
        word = part_hash(salt, form)
    return PersonShape(case_of(bare), gender, script_of(bare), joint, marks, given, family, word)


@lru_cache(maxsize=16_384)
def _marks(surface: str, parts: tuple[str, str] | None) -> tuple[tuple[str, ...], str]:
    """The marks of a mention of the person whose given and family name are ``parts``, and what joins its words."""
    joint = "s" if " " in surface.strip() else next((_JOINTS[sign] for sign in surface if sign in "_-"), "s")
    spaced = surface if joint == "s" else surface.replace("_", " ").replace("-", " ")
    by_word: Mapping[str, str] = _by_word(*parts) if parts else {}
    found: list[str] = []
    for word in _NAME_WORD.findall(spaced):
        mark = _mark(word, by_word, first=_NAMING.isdisjoint(found))
        if mark and (mark == "i" or mark not in found[-1:]):
            found.append(mark)
    if _NAMING.isdisjoint(found):
        found += ["g", "f"] if parts else ["w"]
    return tuple(found), joint


@lru_cache(maxsize=16_384)
def _by_word(given: str, family: str) -> Mapping[str, str]:
    """Plain word → its mark, for the words under which the person may be mentioned."""
    first, last = names.letters(given), names.letters(family.rpartition(" ")[2])
    long = names.LONG_FORMS.get(first, first)
    marks: dict[str, str] = {}
    for known in (*names.SHORT_FORMS.get(long, ()), long, first):
        marks |= {known[:1] + last: "v", last + known[:1]: "y", known + last: "n", last + known: "z"}
    marks |= dict.fromkeys(map(names.letters, family.split()), "f")
    return marks | dict.fromkeys((*names.SHORT_FORMS.get(long, ()), long, first), "g")


def _mark(word: str, by_word: Mapping[str, str], *, first: bool) -> str:
    """The mark of one ``word`` of a mention; empty for what a surrogate leaves out, such as a middle name."""
    plain = names.letters(word)
    if not word[0].isalpha() or names.is_particle(word):
        return {",": "c", "'": "q", "’": "q"}.get(word[0], "")
    if first and word.casefold() in _TITLES:
        return _TITLES[word.casefold()]
    if len(plain) == 1:
        return "i" if word.endswith(".") else "j"
    if plain not in by_word and (_are_initials(word) if by_word else names.is_initials(word) and len(word) == _LONE_INITIALS):
        return "k"
    return by_word.get(plain, "" if by_word else "w")


def _are_initials(word: str) -> bool:
    return sum(map(str.isupper, word)) > 1 and len(word) <= _MOST_INITIALS


def address_shape(surface: str, people: People, salt: str) -> str:
    """Of an e-mail address or a handle: how its local part is made up and of whose name, and which sham domain it gets.

    Fields, with hyphens between them: ``r`` for the address of an office or ``p``; a digit by a keyed hash of the domain; the
    marks of the local part; keyed hashes of the parts of the name.
    """
    local, at, domain = surface.strip("@").partition("@")
    words = re.findall(r"[^\W\d_]+|\d+|[._-]", local)[:_MOST_WORDS]
    marks = [_local_mark(word) for word in words]
    owner = people.by_user_name(local.rstrip("0123456789"))
    if owner is not None:
        given, family = names.pieces(owner) or (owner, owner)
        by_word = _by_word(given, family)
        marks = [
            by_word.get(names.letters(word), mark) if mark == "w" else mark for word, mark in zip(words, marks, strict=True)
        ]
        hashes = [part_hash(salt, given), part_hash(salt, family)]
    else:
        hashes = [part_hash(salt, word) for word, mark in zip(words, marks, strict=True) if mark == "w"][:4]
    office = {word.casefold() for word in words} & (names.ROLES | names.NOT_NAMES)
    host = int(keyed_hash(salt, "domain", domain.casefold())[:8], 16) % 3 if at else 0
    return "-".join(("r" if office else "p", str(host), ".".join(marks), ".".join(hashes)))


def _local_mark(word: str) -> str:
    if word.isdigit():
        return f"d{min(len(word), 9)}"
    return _JOINTS.get(word) or ("i" if len(word) == 1 else "w")


def parts_of_people(texts: Iterable[str], *, given: bool = True) -> dict[str, str]:
    """Hash of a family name, or a ``given`` one → id of the one person with a full name in ``texts`` who has it."""
    owners: dict[str, set[str]] = defaultdict(set)
    for text in texts:
        for mention in mentions(text):
            shape = PersonShape.read(mention.attributes)
            if mention.entity == "PERSON" and shape.given and shape.family:
                owners[shape.family].add(mention.entity_id)
                if given:
                    owners[shape.given].add(mention.entity_id)
    return {part: next(iter(people)) for part, people in owners.items() if len(people) == 1}


def relink(texts: Iterable[str]) -> dict[str, str]:
    """PERSON id → PERSON id of the one full name in ``texts`` of a link that has the part by which the first is mentioned.

    "Ms Keller" in the minutes is the Maria Keller of the transcript if no other Keller is there.
    """
    texts = list(texts)
    known = parts_of_people(texts)
    single: dict[str, str] = {}
    for text in texts:
        for mention in mentions(text):
            shape = PersonShape.read(mention.attributes)
            if mention.entity == "PERSON" and bool(shape.given) != bool(shape.family or shape.word):
                single[mention.entity_id] = shape.given or shape.family or shape.word
    return {one: known[part] for one, part in sorted(single.items()) if known.get(part, one) != one}
