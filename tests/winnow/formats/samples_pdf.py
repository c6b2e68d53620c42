"""PDFs written byte by byte, for what no library would write: hidden text, loops, bombs, damage."""

import zlib
from collections.abc import Mapping

HELVETICA = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"

PROSE = (
    b"BT /F1 11 Tf 72 700 Td 14 TL (The committee met in March and looked at the figures of the first quarter) Tj T* "
    b"(in some detail. Revenue was higher than planned, mostly because two large) Tj T* (orders came early.) Tj ET\n"
)
"""Content of a page: three lines of prose."""

TEXT = (
    "The committee met in March and looked at the figures of the first quarter in some detail. Revenue was higher than planned, "
    "mostly because two large orders came early."
)
"""What `PROSE` says."""


def shown(text: str, x: float, y: float, *, size: float = 11, before: str = "") -> bytes:
    """Content that shows ``text``; ``before``: operators for its state."""
    return f"q {before} BT /F1 {size} Tf {x} {y} Td ({text}) Tj ET Q\n".encode()


def built(objects: Mapping[int, bytes], *, trailer: bytes = b"", root: int = 1) -> bytes:
    """A file of ``objects`` with its table of references."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = {}
    for number, body in sorted(objects.items()):
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = len(out)
    size = max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n"
    return bytes(out + b"trailer\n<< /Size %d /Root %d 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, root, trailer, table))


def stream(content: bytes, entries: bytes = b"", *, packed: bool = False) -> bytes:
    """A stream object's body."""
    if packed:
        content, entries = zlib.compress(content, 9), entries + b" /Filter /FlateDecode"
    return b"<< /Length %d %s >>\nstream\n" % (len(content), entries) + content + b"\nendstream"


def objects(
    *contents: bytes,
    forms: Mapping[str, bytes] | None = None,
    packed: bool = False,
    page: bytes = b"",
    resources: bytes = b"",
    catalog: bytes = b"",
) -> dict[int, bytes]:
    """The objects of a file with a page for each of ``contents``.

    ``forms`` are XObjects by name, complete bodies, which all pages can draw; they are objects 20 and up. ``page``, ``resources``
    and ``catalog`` are entries added to each of these dictionaries.
    """
    drawn = dict(enumerate((forms or {}).values(), 20))
    named = b" ".join(b"/%s %d 0 R" % (name.encode(), number) for name, number in zip(forms or {}, drawn, strict=True))
    shared = b"<< /Font << /F1 4 0 R >> /XObject << %s >> %s >>" % (named, resources)
    made = {4: HELVETICA, 6: shared, **drawn}
    kids = []
    for number, content in enumerate(contents):
        at = 1000 + 2 * number
        kids.append(b"%d 0 R" % at)
        made[at] = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources 6 0 R /Contents %d 0 R %s >>" % (
            at + 1,
            page,
        )
        made[at + 1] = stream(content, packed=packed)
    made[1] = b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog
    made[2] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    return made


def form(content: bytes, entries: bytes = b"/Resources 6 0 R", *, packed: bool = False) -> bytes:
    """A form XObject's body."""
    return stream(content, b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] " + entries, packed=packed)


def image(grey: int, *, side: int = 8) -> bytes:
    """An image XObject's body: a square of one grey."""
    entries = b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8" % (side, side)
    return stream(bytes([grey]) * (side * side), entries)
