"""Vocabularies from tiktoken's cache folder."""

import base64
import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from winnow import tiktoken_cache
from winnow.tokens import count_tokens, is_exact, tokenizer_version

ADDRESS = "https://openaipublic.blob.core.windows.net/encodings/r50k_base.tiktoken"

ASKED = """
import socket
def refuse(*_, **__):
    raise AssertionError("somebody asked the network")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
from winnow.tokens import count_tokens, is_exact, tokenizer_version
print(count_tokens(["héllo"], "r50k_base"), is_exact("r50k_base"), tokenizer_version("r50k_base"))
"""


def _cached(folder: Path, content: bytes) -> None:
    (folder / hashlib.sha1(ADDRESS.encode(), usedforsecurity=False).hexdigest()).write_bytes(content)


@pytest.mark.parametrize("content", [None, b"", b"IQ== 0\n"], ids=["absent", "empty", "another"])
def test_without_the_published_file_the_count_is_a_bound(tmp_path: Path, content: bytes | None) -> None:
    """Nothing is fetched: where the file is missing or another one, bytes are counted, and named as a bound."""
    if content is not None:
        _cached(tmp_path, content)
    environment = {"TIKTOKEN_CACHE_DIR": str(tmp_path), "PATH": "", "PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout == "[6] False r50k_base utf8_bytes\n"
    assert [path.read_bytes() for path in tmp_path.iterdir()] == ([] if content is None else [content])


def test_a_cached_vocabulary_counts_as_tiktoken_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the file in the cache, tokens are those of tiktoken's own tokenizer over that vocabulary."""
    pytest.importorskip("tiktoken")
    tokens = [bytes([number]) for number in range(256)] + [b"he", b"ll", b"hell", b" hell"]
    content = b"".join(base64.b64encode(token) + f" {rank}\n".encode() for rank, token in enumerate(tokens))
    _cached(tmp_path, content)
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    monkeypatch.setitem(tiktoken_cache.PUBLISHED, "r50k_base", (ADDRESS, hashlib.sha256(content).hexdigest()))
    count = tiktoken_cache.counter("r50k_base")
    assert count is not None
    assert (count("hello"), count("hell"), count("<|endoftext|>")) == (2, 1, 13)


def test_the_bound_is_what_the_manifest_would_name() -> None:
    """Each vocabulary of the cache is a tokenizer that can be asked, exact or not, and its version says which."""
    for name in tiktoken_cache.PUBLISHED:
        assert count_tokens(["a"], name) == [1]
        assert ("tiktoken" in tokenizer_version(name)) is is_exact(name)
