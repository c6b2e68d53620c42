"""What the tests of checks share: a file's bytes in, what is known of it out."""

import io
import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from winnow.checking.facts import FileSurvey, Options
from winnow.checking.opening import open_rows
from winnow.checking.survey import Survey

Checked = Callable[..., FileSurvey]


def lines(rows: Sequence[Any]) -> bytes:
    """``rows`` as JSON lines; bytes among them stand as they are."""
    return b"".join(row + b"\n" if isinstance(row, bytes) else json.dumps(row).encode() + b"\n" for row in rows)


@pytest.fixture(scope="session")
def checked() -> Checked:
    """The survey of one file: ``checked(rows or bytes, suffix=".jsonl", role="train", others=[(content, role)], **options)``."""

    def run(
        content: Any, suffix: str = ".jsonl", *, role: str = "train", others: Sequence[tuple[Any, str]] = (), **options: Any
    ) -> FileSurvey:
        survey = Survey(Options(**{"language_rows": 5, **options}), io.BytesIO())
        for given, its_role in [*others, (content, role)]:
            stream = io.BytesIO(given if isinstance(given, bytes) else lines(given))
            rows, source = open_rows(stream, suffix)
            survey.add(rows, source, its_role)
        return survey.finish()[-1]

    return run
