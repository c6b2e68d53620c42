"""Identities: what makes two documents, examples or entities the same one.

All are keyed with the dataset's salt, so that an id in a released file cannot be turned back into a file name or a person by
hashing a list of candidates. None depends on the time, the host, the run or the home.
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence

ID_HEX = 32  # 128 bits: by the birthday bound, a billion ids collide with a chance below 1e-20


def keyed_hash(salt: str, purpose: str, *parts: str) -> str:
    """HMAC-SHA256 over ``parts`` under ``salt`` (RFC 2104), cut to 128 bits, as 32 hexadecimal digits.

    ``purpose`` separates domains: the same parts hashed for two purposes give unrelated ids. Parts are length-prefixed, so that
    ``("ab", "c")`` and ``("a", "bc")`` differ.
    """
    message = bytearray()
    for part in (purpose, *parts):
        encoded = part.encode("utf-8", "surrogatepass")
        message += len(encoded).to_bytes(8, "big") + encoded
    return hmac.digest(salt.encode(), message, "sha256").hex()[:ID_HEX]  # at once: half the time of an object that is fed


def keyed_hashes(salt: str, purpose: str, shared: Sequence[str], lasts: Iterable[str]) -> list[str]:
    """`keyed_hash` of ``(*shared, last)`` for each of ``lasts``; what they share is encoded once, which for a table's rows counts."""
    secret, digest = salt.encode(), hmac.digest
    message = b"".join(
        len(part).to_bytes(8, "big") + part for part in (text.encode("utf-8", "surrogatepass") for text in (purpose, *shared))
    )
    encoded = (last.encode("utf-8", "surrogatepass") for last in lasts)
    return [digest(secret, message + len(part).to_bytes(8, "big") + part, "sha256").hex()[:ID_HEX] for part in encoded]


def object_id(salt: str, source: str, key: str) -> str:
    """The id of the object at ``key`` in ``source``."""
    return keyed_hash(salt, "object", source, key)


def document_id(salt: str, source: str, key: str, row_key: str | None = None) -> str:
    """The id of a whole object's document, or of the row or entry ``row_key`` in it."""
    return keyed_hash(salt, "document", source, key, *([] if row_key is None else [row_key]))


def document_ids(salt: str, source: str, key: str, row_keys: Iterable[str]) -> list[str]:
    """`document_id` of each of ``row_keys`` in one object."""
    return keyed_hashes(salt, "document", (source, key), row_keys)


def example_id(salt: str, task: str, document_ids: list[str], anchor: str) -> str:
    """The id of the example that ``task`` makes of ``document_ids`` (in the recipe's order) at ``anchor``."""
    return keyed_hash(salt, "example", task, *document_ids, anchor)


def content_sha256(content: bytes) -> str:
    """SHA-256 of an object's bytes, 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
