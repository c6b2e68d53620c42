"""A home whose days are done, made by code: what `make bench-set` runs the set part over.

An example is a row of an export of `ROWS_AN_OBJECT` rows, some 700 bytes of text in sentences of made-up words among English small ones,
by which its language is told. Half are tickets with one of `LABELS` labels, half are questions with their answers, of another source.
Each customer has three; `COPIES` of them are a former one of the same export with a few words replaced. In every tenth text a person has
been replaced, and every third row gives somebody's name away, whom one in a hundred other texts may mention.

Everything lies where and as the line's own functions put it: objects in a folder that the ledger has scanned, and the days' tables with
their keys, from the exports to the examples. No reader and no scrubber has run.

Belongs here: the rows and their tables. Does not belong here: what is measured on them (`benchmarks.set_part`).
"""

import datetime as dt
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks.near_copies import vocabulary
from resources.ledger import Sighting
from resources.stage_keys import asset_key, example_key, scrubbed_key
from resources.workspace import Workspace, open_workspace
from winnow.ids import document_ids, example_id
from winnow.people import entity_id
from winnow.placeholders import OPEN, render
from winnow.schemas import DOCUMENTS, EXAMPLES, SCRUBBED
from winnow.shapes import placeholder
from winnow.tokens import count_tokens

SALT = "made-up texts have no secrets"
ASSET = "departmental_exports"
SCRUBBED_STAGE, EXAMPLES_STAGE = "scrubbed_documents", "examples"
SOURCES = ("tickets", "questions")
TASKS, KINDS = {"tickets": "topics", "questions": "answers"}, {"tickets": "classification", "questions": "pairs"}
START = dt.date(2026, 1, 1)

LABELS = 77
COPIES = 0.09
EXAMPLES_A_CUSTOMER = 3
ROWS_AN_OBJECT = 100
MOST_DAYS = 10
WORDS = (92, 133)  # of an example, input and target together: 112 in the mean
SENTENCE = 12  # words of one
SMALL_WORDS = (
    "the of and to in is that for it as was with be by on not he his but at are this have from or had an they which one you were all "
    "her she there would their we him been has when who will no more if out so up said what its about than into them can only other"
)
LONGEST_WORD = 7  # characters: an example is of about 730 bytes
MOST_EDITS = 4  # words replaced in a copy: it stays above a similarity of 0.6, and mostly above 0.8
WITH_PERSON, TELLING, FOUND = (
    0.1,
    1 / 3,
    0.01,
)  # shares of the rows: a person replaced, a name given away, one that may be mentioned
PERSON = "PERSON"
TOKENIZER = "o200k_base"  # the default of a task
FORMS = 3  # hashes of an example: what in it could be somebody's name or number

_COMMON = {"language": "en", "licence": "proprietary", "audience": "internal", "origin": "human"}
_SPAN = {"part": "input"}

Columns: TypeAlias = dict[str, list[Any]]

_CATALOG = """\
version: 1
start: {start}
dataset:
  name: set_part
  salt: {salt}
  formats: [chat, completion]
  audiences: [internal]
engine: {{workers: 1}}
pii: {{model: {{kind: none}}}}
sources:
  - name: tickets
    asset: departmental_exports
    kind: folder
    url: {folder}/tickets
    include: ["**/*.csv"]
    licence: proprietary
    day: {{pattern: '(?P<day>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})'}}
    table: {{key: [id], columns: [text, topic]}}
  - name: questions
    asset: departmental_exports
    kind: folder
    url: {folder}/questions
    include: ["**/*.csv"]
    licence: proprietary
    day: {{pattern: '(?P<day>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})'}}
    table: {{key: [id], columns: [question, answer]}}
tasks:
  - {{name: topics, kind: classification, sources: [tickets], text: text, label: topic, formats: [chat, completion, classification]}}
  - {{name: answers, kind: pairs, sources: [questions], input: question, target: answer}}
"""


def make(folder: Path, size: int, rows_an_object: int = ROWS_AN_OBJECT) -> tuple[Path, Path]:
    """A catalog and a home of ``size`` examples below ``folder``; both paths."""
    catalog, home, landing = folder / "catalog.yaml", folder / "home", folder / "landing"
    catalog.write_text(_CATALOG.format(start=START, salt=SALT, folder=landing), encoding="utf-8")
    lengths = [min(rows_an_object, size - start) for start in range(0, size, rows_an_object)]
    days = [START + dt.timedelta(days=number) for number in range(min(MOST_DAYS, len(lengths)))]
    for number, length in enumerate(lengths):
        path = landing / SOURCES[number % 2] / f"{days[number * len(days) // len(lengths)]}" / f"{number:07}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{number}, of {length}\n", encoding="utf-8")
    rows = {f"{number:07}": length for number, length in enumerate(lengths)}
    for source in SOURCES:
        (landing / source).mkdir(parents=True, exist_ok=True)
    space = open_workspace(catalog, home)
    try:
        space.scan()
        made = Rows(size)
        for day in days:
            _write_day(space, day, made, rows)
    finally:
        space.close()
    return catalog, home


def _write_day(space: Workspace, day: dt.date, made: "Rows", lengths: Mapping[str, int]) -> None:
    """The tables of ``day``: of its exports, scrubbed, and the examples of these."""
    objects = [made.of(sighting, lengths[Path(sighting.key).stem]) for sighting in space.ledger.objects(ASSET, day)]
    keys = {ASSET: asset_key(space.catalog, ASSET), SCRUBBED_STAGE: scrubbed_key(space.catalog)}
    keys[EXAMPLES_STAGE] = example_key(space.catalog)
    schemas = {ASSET: DOCUMENTS, SCRUBBED_STAGE: SCRUBBED, EXAMPLES_STAGE: EXAMPLES}
    for stage, schema in schemas.items():
        tables = (_table(both[stage == EXAMPLES_STAGE], schema) for both in objects)
        batches = (batch for table in tables for batch in table.to_batches())
        space.lake.write(stage, day, batches, schema, {"stage_key": keys[stage], "contents": day.isoformat()})


def _table(columns: Columns, schema: pa.Schema) -> pa.Table:
    """``columns`` under ``schema``; what is not among them is null, or an empty list."""
    size = len(columns["object_id"])
    empty: Columns = {field.name: [[]] * size for field in schema if pa.types.is_list(field.type)}
    given = {**empty, **columns}
    arrays = [pa.array(given.get(field.name, [None] * size), field.type) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


class Rows:
    """Makes the rows of one object after the other; the same objects in the same order give the same rows."""

    def __init__(self, size: int) -> None:
        """``size``: how many there will be in all, of which the number of customers follows."""
        self._rng = np.random.default_rng(7)
        self._customers = max(1, size // EXAMPLES_A_CUSTOMER)
        # Words of a text are shorter than those of a vocabulary, since the short ones are said more often.
        made = vocabulary(random.Random(7))  # noqa: S311 - a reproducible sample, no secret
        words = [*SMALL_WORDS.split(), *(word for word in made if len(word) <= LONGEST_WORD)]
        self._words = np.array([words, [word.title() for word in words], [f"{word}." for word in words]], dtype=object)
        self._weights, self._labels = _cumulated(len(words), 20), _cumulated(LABELS, 10)

    def of(self, sighting: Sighting, count: int) -> tuple[Columns, Columns]:
        """``count`` rows of the object of ``sighting``: columns of `SCRUBBED`, and of the `EXAMPLES` made of them."""
        rng, numbers = self._rng, range(count)
        source, labelled = sighting.source, sighting.source == SOURCES[0]
        documents = document_ids(SALT, sighting.source, sighting.key, map(str, numbers))
        customers = [f"customer-{number}" for number in rng.integers(0, self._customers, count).tolist()]
        classes = [f"class-{label:02}" for label in np.searchsorted(self._labels, rng.random(count)).tolist()]
        texts = self._texts(count)
        forms, known = self._forms(count)
        content = {"object_id": sighting.object_id, "content_sha256": sighting.sha256}
        common: Columns = {name: [value] * count for name, value in {**_COMMON, **content, "source": source}.items()}
        scrubbed = {
            **common,
            "document_id": documents,
            "format": ["csv"] * count,
            "row_number": list(numbers),
            "customer": customers,
            "alike": classes if labelled else [None] * count,
            "individual": customers if labelled else [None] * count,
            "fields": [[{"name": "text", "value": text}] for text in texts],
            "known": known,
        }
        parts = list(zip(texts, classes, strict=True)) if labelled else [_halves(text) for text in texts]
        tokens = [count_tokens(rendered, TOKENIZER) for rendered in map(render, parts)]
        examples: Columns = {
            **common,
            "example_id": [example_id(SALT, TASKS[source], [name], "") for name in documents],
            "task": [TASKS[source]] * count,
            "kind": [KINDS[source]] * count,
            "anchor": documents,
            "input": [before for before, _ in parts],
            "target": [after for _, after in parts],
            "label": classes if labelled else [None] * count,
            "input_tokens": [before for before, _ in tokens],
            "target_tokens": [after for _, after in tokens],
            "group_keys": [list(pair) for pair in zip(documents, customers, strict=True)],
            "alike": [[name] for name in classes] if labelled else [[]] * count,
            "contents": [[content]] * count,
            "spans": [
                [{**_SPAN, "document_id": name, "object_id": sighting.object_id, "row_number": row}]
                for row, name in enumerate(documents)
            ],
            "pii": [[{"name": PERSON, "count": 1}] if OPEN in text else [] for text in texts],
            "forms": forms,
        }
        return scrubbed, examples

    def _texts(self, count: int) -> list[str]:
        """Texts in sentences; some are copies of one before, and in some a person has been replaced."""
        rng = self._rng
        lengths = rng.integers(*WORDS, count)
        drawn = np.searchsorted(self._weights, rng.random(int(lengths.sum())))
        ends = np.cumsum(lengths).tolist()
        places = np.concatenate([np.arange(length) for length in lengths]) % SENTENCE
        shapes = np.where(places == 0, 1, np.where(places == SENTENCE - 1, 2, 0))
        words = self._words[shapes, drawn].tolist()
        copied, replaced = rng.random(count) < COPIES, rng.random(count) < WITH_PERSON
        found: list[list[str]] = []
        for number, end in enumerate(ends):
            own = words[end - int(lengths[number]) : end]
            if copied[number] and number:
                own = list(found[int(rng.integers(0, number))])
                for _ in range(int(rng.integers(1, MOST_EDITS + 1))):
                    own[int(rng.integers(0, len(own)))] = str(self._words[0, int(rng.integers(0, 1000))])
            elif replaced[number]:
                name = " ".join(self._words[1, rng.integers(len(SMALL_WORDS.split()), self._words.shape[1], 2)].tolist())
                own[len(own) // 2] = placeholder(PERSON, entity_id(SALT, PERSON, name.casefold()), name, SALT)
            found.append(own)
        return [" ".join(own) for own in found]

    def _forms(self, count: int) -> tuple[list[list[int]], list[list[dict[str, Any]]]]:
        """Hashes of each text's candidates, and what its row gives away; a few texts have one that a row of the export gives away."""
        rng = self._rng
        forms = rng.integers(0, 1 << 63, (count, FORMS)).tolist()
        people = rng.integers(0, 1 << 63, count).tolist()
        telling, found = rng.random(count) < TELLING, rng.random(count) < FOUND
        known = [
            [{"entity": PERSON, "form_id": person, "words": 2}] if tells else []
            for person, tells in zip(people, telling.tolist(), strict=True)
        ]
        for number in np.flatnonzero(found).tolist():
            forms[number][0] = people[int(rng.integers(0, count))]
        return forms, known


def _halves(text: str) -> tuple[str, str]:
    words = text.split(" ")
    middle = len(words) * 3 // 5
    return " ".join(words[:middle]), " ".join(words[middle:])


def _cumulated(size: int, flat: int) -> npt.NDArray[np.float64]:
    """The cumulated shares of ``size`` values of which the n-th is as frequent as 1 / (n + ``flat``)."""
    weights = np.cumsum(1 / (np.arange(size) + flat))
    return np.asarray(weights / weights[-1])
