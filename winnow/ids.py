"""Identities: what makes two documents, examples or entities the same one.

All are keyed with the dataset's salt, so that an id in a released file cannot be turned back into a file name or a person by
hashing a list of candidates. None depends on the time, the host, the run or the home.
"""

import hashlib
import hmac

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


def object_id(salt: str, source: str, key: str) -> str:
    """The id of the object at ``key`` in ``source``."""
    return keyed_hash(salt, "object", source, key)


def document_id(salt: str, source: str, key: str, row_key: str | None = None) -> str:
    """The id of a whole object's document, or of the row or entry ``row_key`` in it."""
    return keyed_hash(salt, "document", source, key, *([] if row_key is None else [row_key]))


def example_id(salt: str, task: str, document_ids: list[str], anchor: str) -> str:
    """The id of the example that ``task`` makes of ``document_ids`` (in the recipe's order) at ``anchor``."""
    return keyed_hash(salt, "example", task, *document_ids, anchor)


def content_sha256(content: bytes) -> str:
    """SHA-256 of an object's bytes, 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
