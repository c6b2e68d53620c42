"""Starting a consumer's program and reading what it says: one JSON value, on the last line."""

import io
import json
import os
import subprocess
from pathlib import Path
from typing import Any

from winnow.checking.facts import Options
from winnow.checking.opening import open_rows
from winnow.checking.survey import Survey

HERE = Path(__file__).parent


def asked(python: str, program: str, *arguments: object, cache: Path) -> Any:
    """What a program of this folder prints, run by ``python``, with no network and no accelerator; its errors are this test's."""
    command = [python, "-P", str(HERE / program), *map(str, arguments)]
    done = subprocess.run(command, env=surroundings(cache), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def checked(*files: Path) -> set[str]:
    """The codes that `winnow check` finds in files, each a set of its own name."""
    survey = Survey(Options(language_rows=5), io.BytesIO())
    for path in files:
        rows, source = open_rows(io.BytesIO(path.read_bytes()), path.suffix)
        survey.add(rows, source, path.stem)
    return {code for file in survey.finish() for code in file.found}


def surroundings(cache: Path) -> dict[str, str]:
    """The environment of a consumer: nothing is fetched, and what it keeps lies below ``cache``."""
    return {
        **os.environ,
        "HF_HUB_OFFLINE": "1",
        "HF_DATASETS_OFFLINE": "1",
        "HF_HOME": str(cache),
        "CUDA_VISIBLE_DEVICES": "",
        "DISABLE_VERSION_CHECK": "1",  # of LLaMA-Factory, which pins older ones of what its readers use
    }
