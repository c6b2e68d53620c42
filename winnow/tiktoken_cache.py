"""Vocabularies that tiktoken has fetched before: read from its cache folder, and never fetched.

Belongs here: finding such a file, and counting by it. Does not belong here: which tokenizers there are, and what counts where there is
no file (`winnow.tokens`).

This is the one module of `winnow` that reads a folder which is not its own. tiktoken's own loader is not asked: it would fetch what
is missing, and delete and fetch what does not match. The file is where tiktoken puts it (``TIKTOKEN_CACHE_DIR``,
``DATA_GYM_CACHE_DIR``, else ``data-gym-cache`` in the folder for temporary files), under the SHA-1 of its address, and counts only if its
SHA-256 is the published one (both by tiktoken 0.12's ``openai_public``).
"""

import base64
import hashlib
import os
import tempfile
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PUBLISHED = {
    "r50k_base": (
        "https://openaipublic.blob.core.windows.net/encodings/r50k_base.tiktoken",
        "306cd27f03c1a714eca7108e03d66b7dc042abe8c258b44c199a7ed9838dd930",
    ),
    "p50k_base": (
        "https://openaipublic.blob.core.windows.net/encodings/p50k_base.tiktoken",
        "94b5ca7dff4d00767bc256fdd1b27e5b17361d7b8a5f968547f9f23eb70d2069",
    ),
}
"""Vocabulary → address and SHA-256: GPT-2's and GPT-3's (``r50k_base``), and that of its later models."""

# GPT-2's, as tiktoken writes it; it is the same for both.
_PATTERN = r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s"""


def counter(name: str) -> Callable[[str], int] | None:
    """Counts the tokens of a text under the vocabulary ``name``; None without tiktoken, or without its file in the cache."""
    content = _content(name)
    if content is None:
        return None
    try:
        import tiktoken  # noqa: PLC0415 - only where its cache holds something, and optional
    except ImportError:
        return None
    ranks = {base64.b64decode(token): int(rank) for token, rank in (line.split() for line in content.splitlines() if line)}
    encoding = tiktoken.Encoding(name, pat_str=_PATTERN, mergeable_ranks=ranks, special_tokens={})
    return lambda text: len(encoding.encode_ordinary(text))


def library() -> str:
    """The name of tiktoken with its version; empty without it."""
    try:
        return f"tiktoken {version('tiktoken')}"
    except PackageNotFoundError:
        return ""


def _content(name: str) -> bytes | None:
    """The cached file of ``name``, if it is whole and the published one."""
    address, sha256 = PUBLISHED[name]
    try:
        content = (_folder() / hashlib.sha1(address.encode(), usedforsecurity=False).hexdigest()).read_bytes()
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest() == sha256 else None


def _folder() -> Path:
    given = os.environ.get("TIKTOKEN_CACHE_DIR", os.environ.get("DATA_GYM_CACHE_DIR"))
    return Path(given) if given else Path(tempfile.gettempdir()) / "data-gym-cache"
