"""Addresses of the web: read, brought into one form, and turned into keys.

Belongs here: what an address is (RFC 3986) and the key of what lies there. Does not belong here: which machines may be reached
(`_guard`), and whether a site wants it (`_robots`, `_optouts`).

Two addresses that differ in form alone become one: the case of the host, a default port, ``.`` and ``..``, percent-encoded
letters, a fragment. A ``..`` never leads above the root, and no address carries a user name or password.
"""

import functools
import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import idna

MAX_LENGTH = 2048  # characters; longer ones are traps or hold what does not belong into an address
MAX_HOST = 253  # characters of a name in the DNS (RFC 1035)

PORTS = {"http": 80, "https": 443}

_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PATH = _UNRESERVED | frozenset("!$&'()*+,;=:@/")  # what stands in a path as it is (RFC 3986, 3.3)
_QUERY = _PATH | {"?"}

_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_IPV4 = re.compile(r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!$)|$)){4}")

TYPES: dict[str, tuple[str, ...]] = {
    "text/html": (".html", ".htm", ".xhtml"),
    "application/xhtml+xml": (".html", ".htm", ".xhtml"),
    "application/pdf": (".pdf",),
    "text/plain": (".txt", ".text", ".md", ".markdown", ".vtt", ".srt"),
    "text/markdown": (".md", ".markdown"),
    "text/vtt": (".vtt",),
    "application/json": (".json",),
    "application/feed+json": (".json",),
    "application/rss+xml": (".rss", ".xml"),
    "application/atom+xml": (".atom", ".xml"),
    "application/xml": (".xml", ".jats", ".nxml", ".rss", ".atom"),
    "text/xml": (".xml", ".jats", ".nxml", ".rss", ".atom"),
}
"""Content type → the suffixes an object of it may have; the first is given to one that has none of them."""


class BadAddress(ValueError):
    """Not an address that can be fetched; the message says why, without the address."""


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """An address in its one form; ``host`` is a name in ASCII, or an IP address (IPv6 without brackets)."""

    scheme: str
    host: str
    port: int
    path: str
    query: str = ""

    @property
    def authority(self) -> str:
        """Host, and port where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port (RFC 6454): what one robots.txt speaks for."""
        return f"{self.scheme}://{self.authority}"

    @property
    def target(self) -> str:
        """What the request line asks for: path and query."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def place(self) -> str:
        """The address without its scheme: http and https show the same page."""
        return f"{self.authority}{self.target}"

    def __str__(self) -> str:
        """The whole address."""
        return f"{self.origin}{self.target}"

    def at(self, target: str) -> "Address":
        """The address of ``target`` (a path) on the same origin."""
        return parse(f"{self.origin}{target}")


def parse(text: str) -> Address:
    """The address that ``text`` is.

    Raises:
        BadAddress: too long, of another scheme than http and https, without a host, with a user name, or malformed.
    """
    text = text.strip(" \t\r\n\f")
    if len(text) > MAX_LENGTH or any(ord(character) < 33 or ord(character) == 127 for character in text):
        raise BadAddress("is too long, or holds a space or a control character")
    try:
        parts = urlsplit(
            text.replace("\\", "/")
        )  # browsers take a backslash for a slash; a check that does not can be led astray
        port = parts.port
    except ValueError:
        raise BadAddress("is malformed") from None
    scheme = parts.scheme.lower()
    if scheme not in PORTS:
        raise BadAddress("begins with neither http:// nor https://")
    if "@" in parts.netloc:
        raise BadAddress("holds a user name or a password")
    if port == 0:
        raise BadAddress("names no port")
    host = _host(parts.hostname or "")
    path = _without_dots(escaped(parts.path, _PATH)) or "/"
    return Address(scheme, host, port or PORTS[scheme], path, escaped(parts.query, _QUERY))


def resolve(base: Address, reference: str) -> Address:
    """The address that ``reference``, found at ``base``, leads to (RFC 3986, 5).

    Raises:
        BadAddress: it is none that can be fetched.
    """
    if len(reference) > MAX_LENGTH:
        raise BadAddress("is too long, or holds a space or a control character")
    try:
        return parse(urljoin(str(base), reference.strip(" \t\r\n\f")))
    except BadAddress:
        raise
    except ValueError:
        raise BadAddress("is malformed") from None


def escaped(text: str, safe: frozenset[str] = _QUERY) -> str:
    """``text`` percent-encoded in one way: capitals, nothing encoded that need not be (RFC 3986, 6.2.2)."""
    pieces = []
    end = 0
    for match in _ESCAPE.finditer(text):
        pieces.append(_encoded(text[end : match.start()], safe))
        character = chr(int(match[1], 16))
        pieces.append(character if character in _UNRESERVED else f"%{match[1].upper()}")
        end = match.end()
    pieces.append(_encoded(text[end:], safe))
    return "".join(pieces)


def object_key(address: Address, content_type: str) -> str | None:
    """The key of the object of ``content_type`` at ``address``; None for a type that nobody reads.

    It is the address without its scheme, and ends with a suffix of the type. Where the path does not end so itself, a ``?``, the
    query and the suffix follow: ``example.org/post?.html``. No path holds a ``?``, so different addresses have different keys.
    """
    suffixes = TYPES.get(content_type)
    if suffixes is None:
        return None
    name = address.path.rpartition("/")[2]
    stem, dot, suffix = name.rpartition(".")
    if not address.query and stem and f"{dot}{suffix.lower()}" in suffixes:
        return f"{address.authority}{address.path}"
    return f"{address.authority}{address.path}?{address.query}{suffixes[0]}"


@functools.lru_cache(maxsize=4096)
def _host(host: str) -> str:
    host = host.rstrip(".").lower()
    if "%" in host:
        raise BadAddress("has an encoded host, or one with a zone")
    if ":" in host:
        try:
            return str(ipaddress.IPv6Address(host))
        except ValueError:
            raise BadAddress("has a host that is no name") from None
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except idna.IDNAError:
            raise BadAddress("has a host that is no name") from None
    labels = host.split(".")
    if not host or len(host) > MAX_HOST or not all(_LABEL.fullmatch(label) for label in labels):
        raise BadAddress("has a host that is no name")
    if _NUMBER.fullmatch(labels[-1]) and not _IPV4.fullmatch(host):  # 2130706433, 0x7f.1 and 127.1 are 127.0.0.1 to resolvers
        raise BadAddress("has a host that is no name")
    return host


def _encoded(text: str, safe: frozenset[str]) -> str:
    if all(character in safe for character in text):
        return text
    return "".join(
        character if character in safe else "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "replace"))
        for character in text
    )


def _without_dots(path: str) -> str:
    """``path`` with ``.`` and ``..`` resolved; nothing leads above the root."""
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments[1:] if path.startswith("/") else segments:
        if segment == "..":
            if kept:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)
