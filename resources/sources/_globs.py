"""Which keys a folder's include and exclude patterns take.

``*`` is any run of characters within one folder, ``**`` any run of folders, ``?`` one character, ``[a-c]`` one of a set,
``{pdf,docx}`` one of several. Case does not matter, since exports come as ``.pdf`` and ``.PDF`` from one and the same program.
"""

import re
from collections.abc import Iterable

_SKIPPED = re.compile(
    r"(?:^|/)(?:\.(?!\.?(?:/|$))|~\$|#|thumbs\.db$|desktop\.ini$)"  # hidden, Office's and Emacs's locks, Windows' own files
    r"|(?:~|\.(?:tmp|part|partial|crdownload|swp|filepart))$",  # copies and downloads that are not finished
    re.IGNORECASE,
)

_SYMBOL = re.compile(r"\*\*/|\*\*|\*|\?|\[!?\]?[^\]/]*\]|[{},]|.", re.DOTALL)

_SIMPLE = {"**/": "(?:[^/]*/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}


class Globs:
    """Include and exclude patterns, compiled; a key is taken if any of the first and none of the second match it whole."""

    def __init__(self, include: Iterable[str], exclude: Iterable[str]) -> None:
        """Compile the patterns; ValueError for one that cannot be."""
        include = tuple(include)
        self._include = [translate(pattern) for pattern in include]
        self._beginnings = tuple(_beginning(pattern) for pattern in include)
        self._exclude = [translate(pattern) for pattern in exclude]

    def take(self, key: str) -> bool:
        """Whether the object at ``key`` belongs to the source; hidden and unfinished files never do."""
        if _SKIPPED.search(key):
            return False
        return any(glob.fullmatch(key) for glob in self._include) and not any(glob.fullmatch(key) for glob in self._exclude)

    def may_hold(self, folder: str) -> bool:
        """Whether ``folder``, an archive, belongs to the source and an include pattern may take something in it."""
        if _SKIPPED.search(folder) or any(glob.fullmatch(folder) for glob in self._exclude):
            return False
        place = f"{folder}/".casefold()
        return any(place.startswith(beginning) or beginning.startswith(place) for beginning in self._beginnings)


def _beginning(glob: str) -> str:
    """What every key that ``glob`` takes begins with, in lower case."""
    return re.split(r"[*?{\[]", glob.removeprefix("./"), maxsplit=1)[0].casefold()


def translate(glob: str) -> re.Pattern[str]:
    """The regular expression that a whole key must match; ValueError if ``glob`` is malformed."""
    depth, parts = 0, []
    for symbol in _SYMBOL.findall(glob.removeprefix("./")):
        if symbol in _SIMPLE:
            parts.append(_SIMPLE[symbol])
        elif symbol == "{":
            depth += 1
            parts.append("(?:")
        elif symbol == "}" and depth:
            depth -= 1
            parts.append(")")
        elif symbol == "," and depth:
            parts.append("|")
        elif len(symbol) > 2 and symbol[0] == "[":
            body = symbol[1:-1].replace("\\", "\\\\")
            parts.append(f"[^/{body[1:]}]" if body[0] == "!" else f"[{body}]")
        else:
            parts.append(re.escape(symbol))
    if depth or glob.startswith("/") or ".." in glob.split("/"):
        raise ValueError("not a pattern below the folder: close every brace, start with no slash, use no `..`")
    try:
        return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)
    except re.error as error:
        message = f"not a pattern: {error.msg}"
        raise ValueError(message) from None
