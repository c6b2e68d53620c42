"""The recogniser `winnow.recognizers.crypto`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"]),
        ("3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", ["3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"]),
        ("to bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq.", ["bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"]),
        ("0xde0B295669a9FD93d5F28D9Ec85E40f4cb697BAe", ["0xde0B295669a9FD93d5F28D9Ec85E40f4cb697BAe"]),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", []),
        ("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdr", []),
        ("0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", []),
        ("0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", []),
        ("rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", ["rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"]),
        ("LTC LVg2kJoFNg45Nbpy53h7Fe1wKyeXVRhMH9", ["LVg2kJoFNg45Nbpy53h7Fe1wKyeXVRhMH9"]),
        (
            "Solana wallet 7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV",
            ["7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV"],
        ),
        ("rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTi", []),
        ("7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV", []),
        ("a wallet with internationalisationproblems", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Wallet addresses with a correct checksum, and Ethereum addresses by their form, are found."""
    assert found("crypto", text) == expected
