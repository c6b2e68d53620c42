"""What the recognisers' tests share: running one recogniser alone, through Presidio, over the normalised view."""

from collections.abc import Callable

import pytest

from winnow.detect import available
from winnow.normalise import view

Found = Callable[[str, str], list[str]]


@pytest.fixture(scope="session")
def found() -> Found:
    """The parts of a text that the recogniser of a name reports under the policy ``strict``.

    In the original's characters and in order; those within others are left out. Weak rules, which are for the countries that a
    catalog names, are not used.
    """
    built = {
        name: kept.build("en") for name, recognizer in available().items() if (kept := recognizer.within("strict")) is not None
    }

    def find(name: str, text: str) -> list[str]:
        looked_at = view(text)
        results = built[name].analyze(looked_at.text, list(available()[name].entities))
        spans = {looked_at.original(result.start, result.end) for result in results}
        outer = [one for one in spans if not any(a <= one[0] and one[1] <= b and (a, b) != one for a, b in spans)]
        return [text[start:end] for start, end in sorted(outer)]

    return find
