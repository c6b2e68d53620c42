"""The recogniser `winnow.recognizers.ip`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("host 10.0.0.12 is down", ["10.0.0.12"]),
        ("8.8.8.8", ["8.8.8.8"]),
        ("server 1.2.3.4", ["1.2.3.4"]),
        ("at 2001:db8::1.", ["2001:db8::1"]),
        ("fe80::1ff:fe23:4567:890a", ["fe80::1ff:fe23:4567:890a"]),
        ("[::1]", ["::1"]),
        ("10.0.0.12:8080", ["10.0.0.12"]),
        ("1\u200b92.168.\xad1.10", ["1\u200b92.168.\xad1.10"]),
        ("version 10.1.2.3", []),
        ("v2.10.3.44", []),
        ("section 1.2.3.4", []),
        ("see 1.2.3.4 below", []),
        ("256.1.1.1", []),
        ("1.2.3", []),
        ("1.2.3.4.5", []),
        ("std::vector", []),
        ("12:30:45", []),
        ("a::b", []),
        ("x[1::2]", []),
        ("01.02.2026.10", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Addresses of both versions are found; version, section and decimal numbers, times and code are not."""
    assert found("ip", text) == expected
