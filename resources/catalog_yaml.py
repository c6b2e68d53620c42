"""The catalog's YAML: values with their positions, references filled in, and mistakes written as ``file:line:column``.

Belongs here: what is true of the file as YAML. Does not belong here: what the catalog means (`resources.catalog`).

Two departures from PyYAML: the words ``yes``, ``no``, ``on`` and ``off`` are text (YAML 1.2), so that a language or a label may
be called so, and every key is text.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from resources.catalog_secrets import is_secret
from resources.catalog_words import expected
from winnow.errors import CatalogError

MAX_BYTES = 4 * 1024 * 1024  # a catalog of thousands of sources is a tenth of it
MAX_NODES = 200_000  # after aliases are followed; nine lines of YAML can stand for a billion

Where = tuple[str | int, ...]

_REFERENCE = re.compile(r"\$(\$)?\{([^}]*)\}")
_ENVIRONMENT = re.compile(r"env:([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?", re.DOTALL)


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader with YAML 1.2's booleans."""


_Loader.yaml_implicit_resolvers = {
    letter: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:bool"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong, and where in the values it stands."""

    where: Where
    message: str


@dataclass
class Document:
    """A catalog as plain values, and the position of each."""

    path: Path
    value: Any = None
    suggest: Callable[[Where], str] = lambda _: ""  # for a field that is not known: the one that was meant
    keys: dict[Where, yaml.Mark] = field(default_factory=dict)
    marks: dict[Where, yaml.Mark] = field(default_factory=dict)

    def line(self, mistake: Mistake) -> str:
        """``mistake`` as ``file:line:column where: message``, counted from 1."""
        where = mistake.where
        while where and where not in self.marks:
            where = where[:-1]
        mark = self.keys.get(where) or self.marks.get(where)
        position = f"{mark.line + 1}:{mark.column + 1}" if mark else "1:1"
        return f"{self.path.name}:{position} {_dotted(mistake.where)}{mistake.message}"

    def report(self, errors: Iterable[Any]) -> str:
        """Pydantic's errors, or mistakes, one a line in the order of the file; each place once."""
        mistakes = [
            error if isinstance(error, Mistake) else self._mistake(error)
            for error in errors
            if isinstance(error, Mistake) or not _is_echo(error)
        ]
        lines = {self.line(mistake): None for mistake in mistakes}
        return "\n".join(sorted(lines, key=_position))

    def _mistake(self, error: Mapping[str, Any]) -> Mistake:
        where = self._real(error["loc"])
        if error["type"] == "extra_forbidden":
            return Mistake(where, f"is no field here{self.suggest(where)}; correct its name or leave it out")
        return Mistake(where, expected(error, str(where[-1]) if where else ""))

    def _real(self, location: Sequence[str | int]) -> Where:
        """Pydantic's location without the tags of unions, which are no part of the file."""
        where: Where = ()
        for number, part in enumerate(location):
            last = number == len(location) - 1
            if (*where, part) in self.marks or (last and not self._is_tag(where, part)):
                where = (*where, part)
        return where

    def _is_tag(self, where: Where, part: str | int) -> bool:
        value = self.value
        for step in where:
            value = value[step]
        return isinstance(value, Mapping) and value.get("kind") == part and part != "kind"


def read(path: Path, environment: Mapping[str, str]) -> Document:
    """The values in the file at ``path``, references filled in from ``environment`` and from files.

    Raises:
        CatalogError: there is no such file, it is no YAML, or a reference has no value.
    """
    document = Document(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise CatalogError(f"{path.name}: larger than {MAX_BYTES} bytes; a catalog is not")
        text = path.read_text(encoding="utf-8-sig")
        root = yaml.compose(text, _Loader)
    except OSError as error:
        raise CatalogError(f"{path.name}: cannot be read ({error.strerror}); name another with --catalog") from None
    except UnicodeDecodeError:
        raise CatalogError(f"{path.name}: is not UTF-8; save it as such") from None
    except RecursionError:
        raise CatalogError(f"{path.name}: nested too deeply; a catalog has few levels") from None
    except yaml.YAMLError as error:
        raise CatalogError(_syntax(path, error)) from None
    if root is None:
        raise CatalogError(f"{path.name}:1:1 is empty; see docs/examples for one that works")
    values = _Values(document, environment)
    document.value = values.build(root, ())
    if values.mistakes:
        raise CatalogError(document.report(values.mistakes))
    return document


def _syntax(path: Path, error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or "not YAML"
    position = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
    return f"{path.name}{position} {problem}; check the indentation, colons and quotes before this place"


class _Values:
    """Turns composed nodes into values, noting where each stands and what is wrong."""

    def __init__(self, document: Document, environment: Mapping[str, str]) -> None:
        self._document, self._environment = document, environment
        self._scalars = yaml.constructor.SafeConstructor()
        self._visited = 0
        self._above: list[int] = []
        self.mistakes: list[Mistake] = []

    def build(self, node: yaml.Node, where: Where) -> Any:
        """The value of ``node`` at ``where``."""
        self._visited += 1
        if self._visited > MAX_NODES or id(node) in self._above or len(self._above) > 50:
            raise CatalogError(self._document.line(Mistake(where, "aliases make the file endless; write it out")))
        self._document.marks[where] = node.start_mark
        self._above.append(id(node))
        try:
            if isinstance(node, yaml.MappingNode):
                return self._mapping(node, where)
            if isinstance(node, yaml.SequenceNode):
                return [self.build(child, (*where, number)) for number, child in enumerate(node.value)]
            return self._scalar(node, where) if isinstance(node, yaml.ScalarNode) else None
        finally:
            self._above.pop()

    def _mapping(self, node: yaml.MappingNode, where: Where) -> dict[str, Any]:
        built: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._document.marks[(*where, "?")] = key.start_mark
                self.mistakes.append(Mistake((*where, "?"), "a key is a word; put this in quotes"))
                continue
            place = (*where, key.value)
            if key.tag == "tag:yaml.org,2002:merge":
                self._document.marks[place] = key.start_mark
                self.mistakes.append(Mistake(place, "merge keys are not read; write the fields out, or use ${env:…}"))
            elif key.value in built:
                line = f"{self._document.keys[place].line + 1}"
                self._document.keys[place] = key.start_mark
                self.mistakes.append(Mistake(place, f"stands here and on line {line}; keep one of them"))
            else:
                built[key.value] = self.build(value, place)
                self._document.keys[place] = key.start_mark
        return built

    def _scalar(self, node: yaml.ScalarNode, where: Where) -> Any:
        if node.tag not in {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:null"} and is_secret(where, node.value):
            self.mistakes.append(
                Mistake(
                    where,
                    "holds a secret in plain text; put it in the environment and write ${env:NAME}, or in a file outside of the "
                    "repository and write ${file:PATH}",
                )
            )
        if node.tag != "tag:yaml.org,2002:str":
            try:
                return self._scalars.construct_object(node)
            except (yaml.YAMLError, ValueError):
                self.mistakes.append(Mistake(where, "is neither text, number, day nor true or false; put it in quotes"))
                return None
        return _REFERENCE.sub(lambda match: self._filled(match, where), node.value) if "${" in node.value else node.value

    def _filled(self, match: re.Match[str], where: Where) -> str:
        escaped, reference = match.groups()
        if escaped:
            return match[0][1:]
        if variable := _ENVIRONMENT.fullmatch(reference):
            name, default = variable.groups()
            value = self._environment.get(name, default)
            if value is not None:
                return str(value)
            self.mistakes.append(
                Mistake(where, f"the environment has no {name}; set it, or give a default: ${{env:{name}:-…}}")
            )
        elif reference.startswith("file:"):
            path = Path(self._document.path.parent, Path(reference.removeprefix("file:")).expanduser())
            try:
                return path.read_text(encoding="utf-8").rstrip("\r\n")
            except (OSError, UnicodeDecodeError, ValueError):
                self.mistakes.append(Mistake(where, "the file it names cannot be read; create it, or correct ${file:PATH}"))
        else:
            self.mistakes.append(Mistake(where, "knows ${env:NAME} and ${file:PATH} only; write $${ for a plain one"))
        return ""


def _is_echo(error: Mapping[str, Any]) -> bool:
    """Whether pydantic says that a list is empty only because its entries are wrong."""
    return bool(error["type"] == "too_short" and len(error.get("input") or ()) >= error["ctx"]["min_length"])


def _dotted(where: Where) -> str:
    """``where`` as ``sources[0].licence:`` and a space; empty for the whole file."""
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in where)
    return f"{path.removeprefix('.')}: " if where else ""


def _position(line: str) -> tuple[int, int, str]:
    match = re.match(r"[^:]*:(\d+):(\d+)", line)
    return (int(match[1]), int(match[2]), line) if match else (0, 0, line)
