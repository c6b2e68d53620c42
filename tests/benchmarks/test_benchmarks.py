"""The benchmark does what it says it times; no time is looked at."""

import socket
from functools import partial
from pathlib import Path

import pytest

from benchmarks import scrub, texts, timing
from benchmarks.contenders import CONTENDERS, LABELS, prepare, presidio, recorder, scrub_config
from winnow.documents import from_batch
from winnow.scrub import scrubber

SMALL = ["Dear Ms Keller,\n\nplease call Ola Berg on 020 7946 0958.", "The cache is flushed twice.\n"]


def test_the_texts_are_the_same_each_time_and_of_the_size_asked_for() -> None:
    """Both kinds of text are there, hardly anything twice, and never more than was asked for."""
    found = texts.mixed(60)
    assert found == texts.mixed(60)
    assert 50_000 < sum(len(text.encode()) for text in found) <= 60_000
    assert len(set(found)) > 0.95 * len(found)


def test_every_place_is_reached_once() -> None:
    """The step through a list of any length meets each of its places."""
    for length in range(1, 60):
        assert len({at * texts._stride(length) % length for at in range(length)}) == length


def test_documents_hold_the_whole_text() -> None:
    """Record batches hold every paragraph of every text, in order."""
    documents = [document for batch in texts.batches(SMALL) for document in from_batch(batch)]
    assert ["\n\n".join(block.text for block in document.blocks) for document in documents] == SMALL


def test_threads_quote_what_came_before() -> None:
    """The last mail of a thread holds all the others, so that most of it was seen before."""
    *_, last = texts.threads(1)
    assert sum(line.startswith("> ") for line in last.split("\n")) > 20
    passages, pieces = scrub.unasked(texts.threads(2))
    assert passages > 0.5
    assert pieces > 0.5


def test_text_without_repetition_saves_nothing() -> None:
    """Where nothing was seen before, the model is asked about everything."""
    assert scrub.unasked(SMALL) == (0.0, 0.0)


def test_raw_inference_is_asked_what_the_scrubber_asks() -> None:
    """The recorded question is as long as the text's word pieces and two marks a passage, neither more nor less."""
    tagger, recorded = recorder()
    tagger(["The cache is flushed twice."])
    assert recorded.pieces == 6 + 2


@pytest.fixture(scope="module")
def pipelines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with spaCy's pipelines."""
    folder = tmp_path_factory.mktemp("pipelines")
    prepare(folder, SMALL)
    return folder


@pytest.mark.parametrize("name", CONTENDERS)
def test_every_contender_passes_over_the_texts(name: str, pipelines: Path) -> None:
    """Each can be set up and run twice on the same texts."""
    run = CONTENDERS[name](SMALL, pipelines)
    run()
    run()
    assert LABELS[name]


def test_the_whole_scrubber_scrubs() -> None:
    """What is timed replaces names and numbers: it is the stage as the line runs it, model and all."""
    config = scrub_config()
    assert config.model is not None
    stage = scrubber(config)
    text = " ".join(
        block.text for batch in texts.batches(SMALL) for document in from_batch(stage(batch)) for block in document.blocks
    )
    assert "Keller" not in text
    assert "7946" not in text
    assert "cache is flushed" in text


def test_presidio_reaches_no_network(pipelines: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An e-mail address is validated against the list in the package."""
    monkeypatch.setattr(socket.socket, "connect", partial(pytest.fail, "a connection was made"))
    presidio(["Write to ola.berg@example.com."], pipelines, pipeline="blank")()


def test_the_table_compares_with_raw_inference() -> None:
    """Speeds and ratios are of medians; the limit stands beside the scrubber."""
    shown = scrub.speeds({"raw": [2.0, 1.0, 9.0], "winnow": [2.2]}, 4_000_000)
    assert "| 2000 | 2.0 | 1.0 to 9.0 | 1.00 |  |" in shown
    assert "| 1818 | 2.2 | 2.2 to 2.2 | 1.10 | ≤ 1.2 |" in shown
    assert timing.medians({"raw": [3.0, 1.0, 2.0]}) == {"raw": 2.0}
