"""What the end-to-end tests share."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.end_to_end.forked import Forked
from tests.end_to_end.landing import PATTERNS_ALONE
from tests.end_to_end.line import Line


@pytest.fixture(scope="session")
def forked() -> Iterator[Forked]:
    """The process that runs commands without importing everything anew."""
    server = Forked()
    yield server
    server.close()


@pytest.fixture(scope="session")
def new_line(forked: Forked, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Line]:
    """An empty home over a landing zone; ``pii`` is the catalog's part of that name."""

    def build(landing: Path, pii: str = PATTERNS_ALONE) -> Line:
        return Line(tmp_path_factory.mktemp("line"), landing, forked, pii)

    return build
