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
        ("``@multi_asset`` defines", []),
        (":py:func:`@graph_asset`", []),
        ("code\n    @multi_asset\n    def f", []),
        ("x:\n    @repository\n    def f", []),
        ("\n@maria_k thanks", ["@maria_k"]),
        ("npm i @types/node", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Handles are found; annotations of code, group mentions and e-mail addresses are not."""
    assert found("handle", text) == expected
