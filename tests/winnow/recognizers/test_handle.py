"""The recogniser `winnow.recognizers.handle`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ask @maria_k.", ["@maria_k"]),
        ("(@j.doe99)", ["@j.doe99"]),
        ("via @Acme_Support!", ["@Acme_Support"]),
        ("@property", []),
        ("@dg.asset", []),
        ("@Override public", []),
        ("@everyone hi", []),
        ("maria@example.com", []),
        ("@media (x)", []),
        ("at @ 5", []),
        ("f(@u1) = 0", []),
        ('@app.route("/")', []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Handles are found; annotations of code, group mentions and e-mail addresses are not."""
    assert found("handle", text) == expected
