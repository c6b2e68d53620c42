"""The Python that has torch, and tiny bases made by it."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.assets.conftest import Line
from tests.consumers import released
from tests.resources import small_version

HEAVY = ("test_loaders.py", "test_local_training.py", "test_openai_client.py", "test_readers.py", "test_trl.py")

_ASKED_FOR = {"WINNOW_TRAIN_PYTHON", "WINNOW_READERS_PYTHON", "WINNOW_LOADERS"} & set(os.environ)

collect_ignore = [] if _ASKED_FOR else list(HEAVY)
"""What needs the gigabytes of `make test-consumers` is no part of `make test`, rather than a part that is skipped."""

BASES = Path(__file__).parent / "bases.py"


@pytest.fixture(scope="session")
def train_python() -> str:
    """The interpreter with the extra `train`: this one, or the one that WINNOW_TRAIN_PYTHON names."""
    named = os.environ.get("WINNOW_TRAIN_PYTHON")
    if named:
        return named
    if importlib.util.find_spec("torch") is None or importlib.util.find_spec("transformers") is None:
        pytest.skip("needs the extra `train`: `make test-consumers`")
    return sys.executable


@pytest.fixture(scope="session")
def base(train_python: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A tiny model of a kind (bert, albert, llama, gpt), made once."""
    root = tmp_path_factory.mktemp("bases")
    corpus = root / "corpus.txt"
    lines = [example["input"] for example in small_version.examples("train", 60)]
    corpus.write_text("\n".join([*lines, *small_version.WORDS, "Say what it is about."]))

    def made(kind: str) -> Path:
        folder = root / kind
        if not folder.is_dir():
            subprocess.run([train_python, "-P", str(BASES), kind, str(folder), str(corpus)], check=True, capture_output=True)
        return folder

    return made


@pytest.fixture(scope="session")
def line(tmp_path_factory: pytest.TempPathFactory) -> Line:
    """A company whose one version is in all twelve formats; not to be changed."""
    return released.make(tmp_path_factory.mktemp("released"))


@pytest.fixture(scope="session")
def version(line: Line) -> Path:
    """That version's folder; not to be changed."""
    return released.folder_of(line)


@pytest.fixture(scope="session")
def readers_python() -> str:
    """The interpreter with tests/consumers/readers.txt, which `make test-consumers` names."""
    named = os.environ.get("WINNOW_READERS_PYTHON")
    if not named:
        pytest.skip("needs the packages of tests/consumers/readers.txt: `make test-consumers`")
    return named


@pytest.fixture(scope="session")
def loaders() -> Path:
    """The folder with tests/consumers/loaders.txt, without what those ask for, which `make test-consumers` names."""
    named = os.environ.get("WINNOW_LOADERS")
    if not named:
        pytest.skip("needs the packages of tests/consumers/loaders.txt: `make test-consumers`")
    return Path(named)
