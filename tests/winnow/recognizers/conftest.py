"""What the recognisers' tests share: running one recogniser alone, through Presidio, over the normalised view."""

from collections.abc import Callable

import pytest

from winnow.detect import available
from winnow.normalise import view

Found = Callable[[str, str], list[str]]


@pytest.fixture(scope="session")
def found() -> Found:
    """The parts of a text that the recogniser of a name reports, in the original's characters, in order, each once."""
    built = {name: recognizer.build("en") for name, recognizer in available().items()}

    def find(name: str, text: str) -> list[str]:
        looked_at = view(text)
        results = built[name].analyze(looked_at.text, list(available()[name].entities))
        spans = {looked_at.original(result.start, result.end) for result in results}
        return [text[start:end] for start, end in sorted(spans)]

    return find
