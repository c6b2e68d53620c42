"""Name models in the layout of the shipped one: loading, running, and every way to be broken."""

import json
import pickle
import socket
from pathlib import Path

import model_stages
import numpy as np
import pyarrow as pa
import pytest

from resources.engine import Engine
from resources.model_kinds import _layout, kinds
from resources.models import model_factory
from tests.name_models import LABELS, attentive, lexicon
from winnow.decoding import Scheme
from winnow.detect import build_detector, detector_version
from winnow.detector_config import DetectorConfig
from winnow.errors import UsageError
from winnow.tagging import Tagger
from winnow.wordpieces import default, encode

TEXT = "Maria Keller lives in London; ask Thomas Smith on Friday."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that knows some names by heart."""
    return lexicon(tmp_path_factory.mktemp("lexicon") / "model")


def _config(folder: Path, policy: str = "strict", **more: object) -> DetectorConfig:
    return DetectorConfig.model_validate({"model": {"kind": "onnx", "folder": str(folder)}, "policy": policy, **more})


def _found(config: DetectorConfig, text: str = TEXT) -> set[tuple[str, str]]:
    detect = build_detector(config, model_factory(config))
    return {(span.entity, text[span.start : span.end]) for span in detect.guesses([text])[0]}


def test_a_model_of_the_user_s_own_finds_names(folder: Path) -> None:
    """A folder that the catalog names is loaded, and its names are found."""
    assert _found(_config(folder)) == {
        ("PERSON", "Maria Keller"),
        ("PERSON", "Thomas Smith"),
        ("LOCATION", "London"),
        ("DATE_TIME", "Friday"),
    }


def test_the_policy_chooses_the_operating_points(folder: Path) -> None:
    """Under corporate only what its operating points name is found."""
    assert _found(_config(folder, "corporate")) == {("PERSON", "Maria Keller"), ("PERSON", "Thomas Smith")}


def test_corporate_keeps_places_whatever_the_card_says(tmp_path: Path) -> None:
    """A card cannot make the corporate policy remove what that policy keeps."""
    points = {"corporate": {"LOCATION": 0.5, "PERSON": 0.5}, "strict": {"PERSON": 0.5}}
    assert ("LOCATION", "London") not in _found(_config(lexicon(tmp_path, operating_points=points), "corporate"))


def test_the_factory_travels_to_workers_and_loads_once(folder: Path) -> None:
    """A pickled factory gives the same model, and a process loads it once."""
    made = model_factory(_config(folder))
    assert made is not None
    again = pickle.loads(pickle.dumps(made))
    assert again == made
    assert again() is made()
    assert made.languages == {"en"}


def test_no_model_is_no_factory() -> None:
    """`none` asks for patterns alone."""
    assert model_factory(DetectorConfig.model_validate({"model": {"kind": "none"}})) is None


def test_nothing_reaches_the_network(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading a model and asking it opens no connection."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    _layout._loaded.cache_clear()
    assert _found(_config(folder))


def test_logits_do_not_depend_on_the_batch(tmp_path: Path) -> None:
    """A passage's logits are the same bits alone and among others of any length, though every piece weighs on every other."""
    where = attentive(tmp_path)
    card = _layout.card(where)
    tagger = Tagger(_layout._session(where, card.stated), default(), card.scheme("strict"))
    chance = np.random.default_rng(3)
    words = ["Maria", "went", "to", "Leeds", "and", "1985", "O'Neill", "said", "so", "."]
    texts = [" ".join(chance.choice(words, int(length))) for length in chance.integers(1, 90, 60)]
    together = tagger.logits(encode(texts))
    for text, answer in zip(texts, together, strict=True):
        (alone,) = tagger.logits(encode([text]))
        assert np.array_equal(alone, answer)


def test_the_version_is_the_model_s(folder: Path, tmp_path: Path) -> None:
    """Another operating point or other weights are another version; a copy elsewhere is the same one."""
    config = _config(folder)
    version = detector_version(config, model_factory(config))
    copied = _config(lexicon(tmp_path / "copy"))
    assert detector_version(copied, model_factory(copied)) == version
    points = {"corporate": {"PERSON": 0.5}, "strict": {"PERSON": 0.3}}
    moved = _config(lexicon(tmp_path / "points", operating_points=points))
    assert detector_version(moved, model_factory(moved)) != version
    other = _config(attentive(tmp_path / "weights"))
    assert detector_version(other, model_factory(other)) != version
    assert detector_version(config) not in {version, detector_version(config.model_copy(update={"policy": "corporate"}))}


@pytest.mark.parametrize("name", ["model.onnx", "vocab.txt", "model.json"])
def test_a_missing_file_is_named(name: str, tmp_path: Path) -> None:
    """A model without one of its files is refused before any worker starts, and the message says which."""
    lexicon(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(UsageError, match=name.replace(".", r"\.")):
        model_factory(_config(tmp_path))


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    """A file that is not what the card says is refused, also when it changed after it was first looked at."""
    lexicon(tmp_path)
    made = model_factory(_config(tmp_path))
    with (tmp_path / "model.onnx").open("ab") as file:
        file.write(b"x")
    with pytest.raises(UsageError, match="damaged"):
        model_factory(_config(tmp_path))
    assert made is not None
    with pytest.raises(UsageError, match="damaged"):
        made()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"format": 2}, "format"),
        ({"labels": ["O", "PERSON"]}, "labels"),
        ({"operating_points": {"strict": {"PERSON": 0.5}}}, "corporate"),
        ({"operating_points": {"strict": {"PERSON": 0.5}, "corporate": {"CAT": 0.5}}}, "CAT"),
        ({"operating_points": {"strict": {"PERSON": 1.5}, "corporate": {}}}, "strict"),
        ({"sha256": {}}, "sha256"),
        ({"languages": []}, "languages"),
        ({"overlap_pieces": 64}, "overlap"),
    ],
)
def test_a_wrong_card_is_refused(changes: dict[str, object], says: str, tmp_path: Path) -> None:
    """A card that makes no sense is an error that says where."""
    with pytest.raises(UsageError, match=says):
        model_factory(_config(lexicon(tmp_path, **changes)))


def test_a_card_that_is_no_json_is_refused(tmp_path: Path) -> None:
    """A truncated card is an error, not a crash."""
    lexicon(tmp_path)
    (tmp_path / "model.json").write_text("{", encoding="utf-8")
    with pytest.raises(UsageError, match=r"model\.json"):
        model_factory(_config(tmp_path))


def test_a_graph_of_other_labels_is_refused(tmp_path: Path) -> None:
    """A graph that gives another number of labels than the card names is not used."""
    config = _config(lexicon(tmp_path, labels=LABELS[:7]))
    made = model_factory(config)
    assert made is not None
    with pytest.raises(UsageError, match="9 labels"):
        made()


def test_a_graph_that_is_none_is_refused(tmp_path: Path) -> None:
    """Bytes that the card vouches for and that are no graph are an error that says so."""
    import hashlib  # noqa: PLC0415 - for this one test

    lexicon(tmp_path)
    (tmp_path / "model.onnx").write_bytes(b"no graph")
    card = json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))
    card["sha256"]["model.onnx"] = hashlib.sha256(b"no graph").hexdigest()
    (tmp_path / "model.json").write_text(json.dumps(card), encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be loaded"):
        build_detector(_config(tmp_path), model_factory(_config(tmp_path)))


def test_a_missing_folder_says_what_to_do(tmp_path: Path) -> None:
    """A folder that is not there is an error that says nothing is downloaded."""
    with pytest.raises(UsageError, match="never downloaded"):
        model_factory(_config(tmp_path / "none"))


def test_every_kind_of_the_catalog_can_be_loaded() -> None:
    """Each kind that `pii.model` accepts has a module here, `none` apart."""
    stated = DetectorConfig.model_json_schema()["properties"]["model"]["discriminator"]["mapping"]
    assert set(kinds()) == set(stated) - {"none"}


def test_the_shipped_model_works() -> None:
    """The model in the package loads, has the card's labels, and finds an ordinary name in prose."""
    config = DetectorConfig(policy="strict")
    assert isinstance(_layout.card(Path(_layout.__file__).parent.parent / "name_model").scheme("strict"), Scheme)
    text = "Yesterday Maria Keller met Thomas Brown in Manchester to talk about the contract."
    assert {("PERSON", "Maria Keller"), ("PERSON", "Thomas Brown")} <= _found(config, text)


def test_the_shipped_model_s_logits_do_not_depend_on_the_batch() -> None:
    """The weights are eight-bit numbers; their scales are a passage's own, so that no other passage moves a logit."""
    folder = Path(_layout.__file__).parent.parent / "name_model"
    card = _layout.card(folder)
    tagger = Tagger(_layout._session(folder, card.stated), default(), card.scheme("strict"))
    texts = ["Maria Keller", "1", "AAAA BBBB " * 30, "The board met on 3 May in Leeds, with Mr Okafor in the chair.", "x y z"]
    together = tagger.logits(encode(texts))
    for text, answer in zip(texts, together, strict=True):
        (alone,) = tagger.logits(encode([text]))
        assert np.array_equal(alone, answer)


def test_workers_load_the_model_within_their_memory() -> None:
    """The shipped model works in the engine's workers, whose address space is limited, on texts of any length."""
    config = DetectorConfig(policy="strict")
    texts = ["Maria Keller met Thomas Brown.", "Yesterday Maria Keller met Thomas Brown in Manchester. " * 400, ""]
    batch = pa.RecordBatch.from_pydict({"text": texts, "found": [None] * 3}, schema=model_stages.COUNTS)
    with Engine(workers=1, memory_bytes=512 * 1024**2) as engine:
        (answer,) = engine.map_batches(
            model_stages.counter, (config, model_factory(config)), [batch], on_poison=lambda row, _: row
        )
    found = answer["found"].to_pylist()
    assert found[0] == 2
    assert found[1] >= 800
    assert found[2] == 0
