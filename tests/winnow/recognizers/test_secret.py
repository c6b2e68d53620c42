"""The recogniser `winnow.recognizers.secret`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AKIAIOSFODNN7EXAMPLE", ["AKIAIOSFODNN7EXAMPLE"]),
        ("uses AKIAI-OSFODNN7EXAMPLE.", ["AKIAI-OSFODNN7EXAMPLE"]),
        ("use ghp_a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2.", ["ghp_a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2"]),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl", ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl"]),
        ("sk_live_4eC39HqLyjWD", ["sk_live_4eC39HqLyjWD"]),
        ("postgres://app:s3cret@db.internal:5432/x now", ["postgres://app:s3cret@db.internal:5432/x"]),
        ('api_key = "0123456789abcdef0123"', ["0123456789abcdef0123"]),
        ("Bearer abcdef0123456789abcdef", ["abcdef0123456789abcdef"]),
        ("Server=x;Pwd=hunter22;Db=y", ["hunter22"]),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nMIIB\nAAAA\n-----END RSA PRIVATE KEY-----\nok",
            ["-----BEGIN RSA PRIVATE KEY-----\nMIIB\nAAAA\n-----END RSA PRIVATE KEY-----"],
        ),
        ("the token is unacknowledgeability", []),
        ("secret ingredients", []),
        ("-----BEGIN CERTIFICATE-----", []),
        ("AKIAIOSFODNN7EXAMPL", []),
        ("https://example.com/a", []),
        ("sk-learn is a library", []),
        ("a secret meeting on 2026-10-01", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Keys, tokens, private keys and addresses with credentials are found; words beside the names of keys are not."""
    assert found("secret", text) == expected
