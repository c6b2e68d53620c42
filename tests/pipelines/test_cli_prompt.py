"""`winnow prompt` over a published version of a small company."""

import io
import json
import sys
from pathlib import Path

import pytest

from tests.end_to_end.landing import day, write_catalog, write_landing
from tests.pipelines.cli import Place
from winnow.exports.completion import SEPARATOR

TEXT = "The pump is loud. </s> [SEP]\n\n###\n\nUSER: why?"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A company with one version in several formats."""
    place = Place(tmp_path_factory.mktemp("prompts"))
    write_landing(place.landing, 1)
    write_catalog(place.catalog)
    text = place.catalog.read_text(encoding="utf-8")
    wanted = "formats: [chat, completion, classification, alpaca, sharegpt, text, parquet]"
    place.catalog.write_text(text.replace("formats: [chat, completion]", wanted), encoding="utf-8")
    assert place.winnow("backfill", "--from", str(day(0)), "--to", str(day(0))).code == 0
    return place


def _given(text: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text), encoding="utf-8"))


def _folder(place: Place) -> Path:
    (version,) = place.winnow("versions", "--json").json()
    return Path(version["path"])


@pytest.mark.parametrize("name", ["completion", "text", "chat", "alpaca", "sharegpt", "classification"])
def test_a_prompt_is_the_beginning_of_a_training_record(published: Place, name: str) -> None:
    """Asked for the input of a train example, the command prints what that example's record begins with, byte for byte."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - beside its use

    folder = _folder(published) / "data" / "topics"
    example = pq.read_table(folder / "parquet" / "train.parquet").slice(0, 1).to_pylist()[0]
    shown = published.winnow("prompt", "topics", example["input"], "--format", name, "--json").json()
    array = (folder / name / "train.json").is_file()
    content = (folder / name / f"train.json{'' if array else 'l'}").read_text(encoding="utf-8")
    record = json.loads(content)[0] if array else json.loads(content.splitlines()[0])
    for key, value in shown["prompt"].items():
        assert record[key][: len(value)] == value
    assert (shown["text"] is None) == (name == "chat")


def test_the_text_is_printed_and_nothing_behind_it(published: Place) -> None:
    """A format of one text is printed to the byte, without a line break at its end."""
    ended = published.winnow("prompt", "topics", "The pump is loud.", "--format", "completion")
    assert (ended.code, ended.out) == (0, f"The pump is loud.{SEPARATOR}")


def test_messages_are_one_line_of_json(published: Place) -> None:
    """Without a format a chat is printed, as the request's messages."""
    ended = published.winnow("prompt", "topics", "The pump is loud.")
    assert json.loads(ended.out) == {"messages": [{"role": "user", "content": "The pump is loud."}]}
    assert ended.out.endswith("}\n")


def test_standard_input_is_read(published: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """- and nothing stand for standard input, whose last line break no example has."""
    for argument in (["-"], []):
        _given("größer\n".encode(), monkeypatch)
        assert published.winnow("prompt", "topics", *argument, "--format", "completion").out == f"größer{SEPARATOR}"


def test_what_is_neutralised_is_named(published: Place) -> None:
    """A new input gets the treatment of training, and --json says which and how to stop."""
    shown = published.winnow("prompt", "topics", TEXT, "--format", "completion", "--json").json()
    assert shown["text"].count(SEPARATOR) == 1
    assert shown["changed"] == ["control_token", "separator"]
    assert (shown["stop"], shown["max_tokens"], shown["cut"]) == ("\n", 2, False)
    assert published.winnow("prompt", "topics", TEXT, "--format", "sharegpt", "--json").json()["changed"] == [
        "control_token",
        "user_tag",
    ]


def test_a_long_input_is_cut_where_training_would(published: Place) -> None:
    """An input of more pieces than BERT takes is cut, and said to be."""
    shown = published.winnow("prompt", "topics", "loud pump " * 600, "--format", "classification", "--json").json()
    assert shown["cut"] is True
    assert len(shown["text"].split()) == 510


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing", "x"], "has no task"),
        (["../index", "x"], "has no task"),
        (["topics", "x", "--format", "vertex"], "has no format"),
        (["topics", "  "], "there is no input"),
        (["topics", "x", "--version", "zzz"], "no versions begin"),
    ],
)
def test_a_wrong_request_says_what_there_is(published: Place, arguments: list[str], said: str) -> None:
    """Unknown tasks, formats and versions, and no input, end with 2 and name what can be asked for."""
    ended = published.winnow("prompt", *arguments)
    assert ended.code == 2
    assert said in ended.err


def test_input_that_is_no_utf8_is_refused(published: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes that are no UTF-8 end with 2 and not with a guess."""
    _given(b"\xff\xfe", monkeypatch)
    ended = published.winnow("prompt", "topics", "-")
    assert (ended.code, "UTF-8" in ended.err) == (2, True)
