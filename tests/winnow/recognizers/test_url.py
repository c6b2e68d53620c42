"""The recogniser `winnow.recognizers.url`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see https://app.example.com:8080/a?b=c#d).", ["https://app.example.com:8080/a?b=c#d"]),
        ("(http://example.com/a_(b))", ["http://example.com/a_(b)"]),
        ("www.example.org.", ["www.example.org"]),
        ("techcorp.io is ours", ["techcorp.io"]),
        ("on shop.example.co.uk/cart?id=7, ok", ["shop.example.co.uk/cart?id=7"]),
        ("ftp://files.internal/x", ["ftp://files.internal/x"]),
        ("ex\xadample.com", ["ex\xadample.com"]),
        ("import os.sy", []),
        ("run rpc.py now", []),
        ("the end.It was", []),
        ("use ASP.NET or socket.io", []),
        ("a://", []),
        ("3.com", []),
        ("maria@example.com", []),
        ("self.info(x)", []),
        ("e.g. this", []),
        ("file.json and main.rs", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Addresses and domain names are found without the punctuation around them; program text is not."""
    assert found("url", text) == expected
