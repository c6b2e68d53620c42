"""Addresses of cryptocurrency wallets: Bitcoin (Base58Check, Bech32 of BIP 173 and BIP 350) and Ethereum."""

import hashlib
import re

from winnow.recognizers._base import Recognizer, Rule, when

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
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
            why="a Bitcoin address with a correct checksum",
            pattern=re.compile(r"[13](?<![^\W_].)[1-9A-HJ-NP-Za-km-z]{25,34}(?![^\W_])"),
            score=1.0,
            check=when(base58check),
        ),
        Rule(
            name="bech32",
            why="a Bitcoin address with a correct checksum",
            pattern=re.compile(r"(?:bc1|BC1)(?<![^\W_]...)[0-9a-zA-Z]{11,71}(?![^\W_])"),
            score=1.0,
            needs=("bc1", "BC1"),
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
