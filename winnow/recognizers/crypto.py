"""Addresses of cryptocurrency wallets: by their checksum where the standard library can compute it, else by form or context.

Base58Check (Bitcoin, Litecoin, Dogecoin, Tron, XRP), Bech32 (BIP 173 and BIP 350, for Bitcoin, Litecoin and Cardano), Ethereum,
Monero; Solana beside its name. The checksum in the case of Ethereum's letters needs Keccak, and is not looked at.
"""

import hashlib
import re

from winnow.recognizers._base import Recognizer, Rule, when

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_RIPPLE = str.maketrans("rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz", _BASE58)
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_CHECKS = {1, 0x2BC830A3}  # the constants of BIP 173 and BIP 350
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def base58check(address: str) -> bool:
    """Whether the last four bytes of ``address`` are the checksum of the others."""
    number = 0
    for character in address:
        number = number * 58 + _BASE58.index(character)
    if number.bit_length() > 200:
        return False
    raw = number.to_bytes(25, "big")
    return hashlib.sha256(hashlib.sha256(raw[:-4]).digest()).digest()[:4] == raw[-4:]


def bech32(address: str) -> bool:
    """Whether ``address`` ends in the checksum of BIP 173 or BIP 350."""
    prefix, _, rest = address.lower().rpartition("1")
    if any(character not in _BECH32 for character in rest):
        return False
    values = [ord(character) >> 5 for character in prefix] + [0] + [ord(character) & 31 for character in prefix]
    check = 1
    for value in values + [_BECH32.index(character) for character in rest]:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATOR):
            check ^= generator if top >> bit & 1 else 0
    return check in _BECH32_CHECKS


RECOGNIZER = Recognizer(
    name="crypto",
    entities=("CRYPTO",),
    rules=(
        Rule(
            name="base58",
            why="a wallet address with a correct checksum",
            pattern=re.compile(r"[13LMDTA](?<![^\W_].)[1-9A-HJ-NP-Za-km-z]{25,34}(?![^\W_])"),
            score=1.0,
            check=when(base58check),
        ),
        Rule(
            name="ripple",
            why="an XRP address with a correct checksum",
            pattern=re.compile(r"r(?<![^\W_].)[1-9A-HJ-NP-Za-km-z]{24,34}(?![^\W_])"),
            score=1.0,
            check=when(lambda text: base58check(text.translate(_RIPPLE))),
        ),
        Rule(
            name="monero",
            why="a Monero address by its length and beginning",
            pattern=re.compile(r"[48](?<![^\W_].)[0-9AB][1-9A-HJ-NP-Za-km-z]{93}(?![^\W_])"),
            score=0.95,
        ),
        Rule(
            name="solana",
            why="a wallet address beside the word Solana or wallet",
            pattern=re.compile(r"(?<![^\W_])(?=[A-Za-z]{0,20}[0-9])[1-9A-HJ-NP-Za-km-z]{32,44}(?![^\W_])"),
            score=0.75,
            near=("solana", "sol address", "sol wallet", "wallet", "wallet address", "phantom"),
            check=when(lambda text: not text.islower() and not text.isupper()),
        ),
        Rule(
            name="bech32",
            why="a wallet address with a correct checksum",
            pattern=re.compile(r"(?<![^\W_])(?:bc1|BC1|ltc1|LTC1|addr1)(?:\n?[0-9a-zA-Z]){11,110}(?![^\W_])"),
            score=1.0,
            needs=("bc1", "ltc1", "addr1"),
            check=when(bech32),
        ),
        Rule(
            name="ethereum",
            why="0x and forty hexadecimal digits",
            pattern=re.compile(r"0x(?<![^\W_]..)[0-9a-fA-F]{40}(?![^\W_])"),
            score=0.9,
            needs=("0x",),
        ),
    ),
)
