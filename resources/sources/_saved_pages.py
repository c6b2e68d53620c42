"""What browsers save beside a page: a folder with its pictures, styles, scripts and frames, which are no documents of their own.

Belongs here: which keys lie in such a folder. Does not belong here: patterns (`_globs`), and the page itself, which is read.
"""

from collections.abc import Iterable, Iterator

from resources.sources._base import Listed

_ENDINGS = (  # as browsers in many languages write them (Windows' list of connected files), in lower case
    *("_files", ".files", "-files", "_file", "-filer", "-dateien", "_fichiers", "_bestanden", "_archivos", "_arquivos"),
    *("_ficheiros", "_pliki", "_soubory", "_elemei", "_dosyalar", "_datoteke", "_fitxers", "_tiedostot", "_fajlovi", "_bylos"),
    *("_failid", "_fails", "_fitxategiak"),
)

_PAGES = (".html", ".htm", ".xhtml", ".shtml")


def without_page_files(listed: Iterable[Listed]) -> Iterator[Listed]:
    """``listed`` without what lies in a folder ``X_files`` beside a page ``X.html`` that is itself in ``listed``.

    Such files come last: whether their page is there is known only at the end.
    """
    pages: set[str] = set()
    held: list[tuple[Listed, tuple[str, ...]]] = []
    for one in listed:
        name = one.key.casefold()
        if name.endswith(_PAGES):
            pages.add(name.rpartition(".")[0])
        stems = tuple(_stems(name))
        if stems:
            held.append((one, stems))
        else:
            yield one
    yield from (one for one, stems in held if pages.isdisjoint(stems))


def _stems(name: str) -> Iterator[str]:
    """The paths, without suffix, of the pages whose folders ``name`` may lie in."""
    at = name.find("/")
    while at >= 0:
        folder = name[:at]
        yield from (folder[: -len(ending)] for ending in _ENDINGS if folder.endswith(ending))
        at = name.find("/", at + 1)
