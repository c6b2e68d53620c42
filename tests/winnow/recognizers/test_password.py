"""The recogniser `winnow.recognizers.password`."""

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("password: hunter2", ["hunter2"]),
        ("Passwd=s3cr3t!x", ["s3cr3t!x"]),
        ('"password": "a b"', []),
        ('"password": "hunter2",', ["hunter2"]),
        ("the password for the VPN is Sommer-2026!", ["Sommer-2026!"]),
        ("Passwort ist 'geheim'", ["geheim"]),
        ("Kennwort: blau42", ["blau42"]),
        ("my PIN is 4821.", ["4821"]),
        ("password: `1234`", ["1234"]),
        ("password: required", []),
        ("your password is incorrect", []),
        ("the password was reset on Monday", []),
        ("password policy", []),
        ("PIN code 12", []),
        ("passwords are secret", []),
        ("the password is case-sensitive", []),
    ],
)
def test_spans(found: Callable[[str, str], list[str]], text: str, expected: list[str]) -> None:
    """Passwords and PINs are found where they are given; talk about passwords is not."""
    assert found("password", text) == expected
