"""What the end-to-end tests share."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.end_to_end.forked import Forked
from tests.end_to_end.line import Line


@pytest.fixture(scope="session")
def forked() -> Iterator[Forked]:
    """The process that runs commands without importing everything anew."""
    server = Forked()
    yield server
    server.close()


@pytest.fixture(scope="session")
def new_line(forked: Forked, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Line]:
    """An empty home over a landing zone."""

    def build(landing: Path) -> Line:
        return Line(tmp_path_factory.mktemp("line"), landing, forked)

    return build
