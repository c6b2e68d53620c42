"""What the adapters' tests share: catalogs, folders with settled files, and subprocesses that are killed on purpose."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from resources.sources import Source, kinds


@pytest.fixture
def folder_source() -> Callable[..., Source]:
    """A source over a folder, by its path."""

    def build(root: Path | str, **options: object) -> Source:
        given = {"name": "reports", "asset": "internal_reports", "kind": "folder", "licence": "CC0-1.0", "url": str(root)}
        return kinds()["folder"].options.model_validate({**given, **options})

    return build


@pytest.fixture
def run_python() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a program text in a fresh interpreter with this repository's packages."""

    def run(code: str, *arguments: object, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
            env={**os.environ, **(environment or {})},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


STAGES = Path(__file__).parent / "stages"
sys.path.append(str(STAGES))  # the worker processes of the engine's tests are told this path
