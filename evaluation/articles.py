"""How much of an article is found on its page: the measure of article-extraction-benchmark, and whom it is measured against.

A page's score is precision and recall over the multiset of its four-word shingles; those of a set are averaged over pages, so that a
long page counts as much as a short one, and F1 is the harmonic mean of the two averages (Zyte, article-extraction-benchmark,
``evaluate.py``, https://github.com/scrapinghub/article-extraction-benchmark).

Belongs here: the measure, and reading the set. Does not belong here: tables (`evaluation.extraction_tables`).
"""

import gzip
import json
import math
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import trafilatura

from evaluation.intervals import RESAMPLES, SEED
from winnow.errors import UnreadableDocument
from winnow.extract import extract_one

WORDS = 4  # of a shingle, as the benchmark has it

TRUTH = "articles-ground-truth.json"

MAX_PAGE_BYTES = 64 * 1024 * 1024  # of one packed page; the set's largest has one

_WORD = re.compile(r"\w+")

Reader = Callable[[bytes], str]


@dataclass(frozen=True, slots=True)
class Page:
    """A saved page and the article on it, as a person marked it."""

    name: str
    content: bytes
    article: str


@dataclass(frozen=True, slots=True)
class Score:
    """Precision and recall of one page, or averaged over pages; ``seconds`` of CPU a page.

    Of a page of which nothing was read the precision is not a number: the benchmark averages it over the others.
    """

    precision: float
    recall: float
    seconds: float = 0.0

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def pages(folder: Path) -> Iterator[Page]:
    """The pages of the set in ``folder``, by name.

    Raises:
        FileNotFoundError: the truth, or a page that it names, is not there.
    """
    truth = json.loads((folder / TRUTH).read_text(encoding="utf-8"))
    for name in sorted(truth):
        with gzip.open(folder / f"{name}.html.gz") as file:
            yield Page(name, file.read(MAX_PAGE_BYTES), truth[name].get("articleBody") or "")


def score(article: str, found: str) -> Score:
    """Of a page whose article is ``article``, of which ``found`` was read; shingles count as often as they stand there."""
    true, read = _shingles(article), _shingles(found)
    both = (true & read).total()
    if true == read:
        return Score(1.0, 1.0)
    return Score(both / read.total() if read else math.nan, both / true.total() if true else math.nan)


def mean(scores: Sequence[Score]) -> Score:
    """The average of precision, of recall and of the time, each over the pages that have it."""
    table = np.array([(one.precision, one.recall, one.seconds) for one in scores])
    return Score(*map(float, np.nanmean(table, axis=0)))


def interval(scores: Sequence[Score]) -> tuple[float, float]:
    """The 95% percentile interval of F1, pages drawn with replacement (Efron 1979)."""
    table = np.array([(one.precision, one.recall) for one in scores])
    draws = np.random.default_rng(SEED).integers(0, len(table), size=(RESAMPLES, len(table)))
    means = np.nanmean(table[draws], axis=1)
    values = 2 * means.prod(axis=1) / np.maximum(means.sum(axis=1), 1e-12)
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    return Counter(tuple(words[at : at + WORDS]) for at in range(max(1, len(words) - WORDS + 1))) if words else Counter()


def measured(folder: Path) -> dict[str, list[Score]]:
    """The scores of every page in ``folder`` by who read it, winnow first."""
    found: dict[str, list[Score]] = {name: [] for name in READERS}
    for page in pages(folder):
        for name, read in READERS.items():
            begun = time.process_time()
            text = read(page.content)
            seconds = time.process_time() - begun
            one = score(page.article, text)
            found[name].append(Score(one.precision, one.recall, seconds))
    return found


def own(content: bytes) -> str:
    """The blocks that winnow reads, a line each; nothing if it refuses the page. The title is no part of the article here."""
    return "\n".join(block["text"] for block in extract_one(content, "page.html").get("blocks", ()))


def _trafilatura(*, precision: bool) -> Reader:
    def read(content: bytes) -> str:
        try:
            return trafilatura.extract(content, include_comments=False, favor_precision=precision) or ""
        except (ValueError, UnreadableDocument):
            return ""

    return read


READERS: dict[str, Reader] = {
    "winnow": own,
    "trafilatura, precision": _trafilatura(precision=True),
    "trafilatura, as it comes": _trafilatura(precision=False),
}
"""Who reads the pages, by the name that the table gives them."""
