"""PDF by pypdf: opening a file, and the lines of a page with where and how large they were set.

Belongs here: everything that knows pypdf's reader and what it hands over. Does not belong here: what a page costs
(`winnow.formats._pdf_work`), the other engine and which of the two is believed.
"""

import io
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pypdf import PageObject, PdfReader
from pypdf.errors import LimitReachedError

from winnow.formats._base import silence, squeeze
from winnow.formats._lines import BULLET, MARK_SIZE, MARKED, RAISED, Line, has_signs, is_bold, upright

silence("pypdf")

LEGIBLE_POINTS = 1.5  # smaller type is not meant to be read

LIMITS = {  # pypdf's own bounds, closer: none of the documents that were looked at came near
    "xform_maximum_invocations_per_extraction": 2_000,
    "stream_parsing_work_maximum_count": 1_000_000,  # operands and operators of one stream
    "zlib_maximum_recovery_input_length": 1_000_000,  # bytes; it recovers a broken stream byte by byte
}

_PROGRAM_TITLES = re.compile(
    r"microsoft (?:word|powerpoint|excel) - .*|powerpoint presentation|untitled\W*\d*|unknown|document\d*"
    r"|.*\.(?:docx?|pptx?|xlsx?|pdf|tex|indd|qxd)",
    re.IGNORECASE,
)

_MARK = re.compile(r"\s?(?:\d{1,3}|[*†‡§])[).]?\s?")


class PypdfRefusal(Exception):
    """A file or page that pypdf does not read; ``reason`` is ``encrypted``, ``bomb`` or empty: it is broken."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason


class _Chunk(NamedTuple):
    """What pypdf hands over at once: text in one font, where it starts in points, its size in points, where it runs."""

    text: str
    x: float
    y: float
    size: float
    bold: bool
    turn: int


class PypdfFile:
    """An open file.

    Raises:
        PypdfRefusal: pypdf cannot open it, or only with a password.
    """

    def __init__(self, content: bytes) -> None:
        try:
            self.reader = PdfReader(io.BytesIO(content), strict=False)
            locked = self.reader.is_encrypted and not self.reader.decrypt(
                ""
            )  # an empty password is none: printing is forbidden
            self.page_count = 0 if locked else len(self.reader.pages)
        except LimitReachedError:
            raise PypdfRefusal("bomb") from None
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - a broken file makes pypdf raise whatever its code meets first
            raise PypdfRefusal from None
        if locked:
            raise PypdfRefusal("encrypted")

    def page(self, index: int) -> PageObject:
        """The page at ``index`` from 0.

        Raises:
            PypdfRefusal: there is none that could be read.
        """
        try:
            return self.reader.pages[index]
        except LimitReachedError:
            raise PypdfRefusal("bomb") from None
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - see above
            raise PypdfRefusal from None

    def forget(self) -> None:
        """Let go of the objects read so far, whose unpacked streams pypdf would keep until the file is closed."""
        self.reader.resolved_objects.clear()

    def title(self) -> str:
        """The title in the file's metadata, if a person can have given it."""
        try:
            title = squeeze((self.reader.metadata.title if self.reader.metadata else "") or "")
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - see above; a title is not worth a document
            return ""
        return "" if _PROGRAM_TITLES.fullmatch(title) or "\ufffd" in title else title

    def switches_layers_off(self) -> bool:
        """Whether the file has optional content that is not shown until somebody asks for it."""
        try:
            layers = self.reader.root_object.get("/OCProperties")
            shown = layers.get_object().get("/D").get_object() if layers is not None else {}
            return bool(shown.get("/OFF")) or shown.get("/BaseState") == "/OFF"
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - see above; without a readable list of layers there is none to switch
            return False


def page_lines(page: PageObject) -> list[Line]:
    """The lines of ``page`` in the order of its content.

    Raises:
        PypdfRefusal: pypdf trips over the page, or gives up on it as over `LIMITS`.
    """
    chunks: list[_Chunk] = []

    def visit(text: str, cm: Sequence[float], tm: Sequence[float], font: Mapping[str, Any] | None, size: float) -> None:
        if text:
            chunks.append(_chunk(text, cm, tm, font, size))

    try:
        page.extract_text(visitor_text=visit)
    except LimitReachedError:
        raise PypdfRefusal("bomb") from None
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - see `PypdfFile`
        raise PypdfRefusal from None
    return list(_lines(chunks))


def _chunk(text: str, cm: Sequence[float], tm: Sequence[float], font: Mapping[str, Any] | None, size: float) -> _Chunk:
    x, y = tm[4] * cm[0] + tm[5] * cm[2] + cm[4], tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
    # The root of the two matrices' determinants is how much they enlarge, turned text included.
    scale = math.sqrt(abs((tm[0] * tm[3] - tm[1] * tm[2]) * (cm[0] * cm[3] - cm[1] * cm[2])))
    # Where the horizontal axis of the type points to.
    across, up = tm[0] * cm[0] + tm[1] * cm[2], tm[0] * cm[1] + tm[1] * cm[3]
    turn = (0 if across >= 0 else 180) if abs(across) >= abs(up) else (90 if up > 0 else 270)
    name = str((font or {}).get("/BaseFont", ""))
    shown = text.replace(text.strip(), BULLET) if len(text.strip()) == 1 and has_signs(name) else text
    return _Chunk(shown, *upright(x, y, turn), size * scale, is_bold(name), turn)


def _lines(chunks: Sequence[_Chunk]) -> Iterator[Line]:
    """The chunks that pypdf hands over, put together to lines."""
    row: list[_Chunk] = []
    for chunk in chunks:
        first, *later = chunk.text.split("\n")
        row.append(chunk._replace(text=first))
        for part in later:
            yield from _line(row)
            row = [chunk._replace(text=part)]
    yield from _line(row)


def _line(row: Sequence[_Chunk]) -> Iterator[Line]:
    filled = [chunk for chunk in row if chunk.text.strip()]
    if not filled:
        return
    sizes: Counter[float] = Counter()
    for chunk in filled:
        sizes[round(chunk.size, 1)] += len(chunk.text)
    size = sizes.most_common(1)[0][0]
    text = ""
    for chunk in row:
        text += "" if _is_note_mark(chunk, text, filled[0].y, size) else chunk.text
    yield Line(
        text=text,
        x=round(filled[0].x, 1),
        y=round(filled[0].y, 1),
        size=size,
        bold=all(chunk.bold for chunk in filled),
    )


def _is_note_mark(chunk: _Chunk, before: str, baseline: float, size: float) -> bool:
    """Whether ``chunk`` is a small raised number behind a word: it points at a note. Behind a lone letter it is an exponent."""
    raised = chunk.y - baseline >= RAISED * size and 0 < chunk.size <= MARK_SIZE * size
    return raised and _MARK.fullmatch(chunk.text) is not None and MARKED.search(before) is not None
