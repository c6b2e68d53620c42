"""What holds for all tests."""

from typing import Any


def pytest_make_parametrize_id(config: Any, val: object, argname: str) -> str | None:
    """Bytes name no test: packed ones hold the time at which they were packed, and two runners would collect different tests."""
    del config
    return argname if isinstance(val, bytes) else None
