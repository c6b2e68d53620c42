"""Models of other libraries, swapped in by the catalog."""

import importlib.util
import random
import sys
from pathlib import Path

import pytest
import spacy
import yaml
from spacy.training import Example

from resources.catalog import load_catalog
from resources.model_kinds import transformers as transformers_kind
from resources.models import model_factory
from winnow.detect import build_detector, detector_version
from winnow.detector_config import DetectorConfig
from winnow.errors import CatalogError, UsageError

TEXT = "Yesterday Zyx Quux called from Blorbville about it."


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A spaCy pipeline that was trained, for two steps, and has a list of names besides, as a folder."""
    folder = tmp_path_factory.mktemp("spacy") / "pipeline"
    nlp = spacy.blank("en")
    nlp.add_pipe("ner").add_label("PERSON")
    example = Example.from_dict(nlp.make_doc("I met Zyx Quux"), {"entities": [(6, 14, "PERSON")]})
    optimizer = nlp.initialize(lambda: [example])
    random.seed(0)
    for _ in range(2):
        nlp.update([example], sgd=optimizer)
    ruler = nlp.add_pipe("entity_ruler", config={"overwrite_ents": True})
    ruler.add_patterns([{"label": "PER", "pattern": "Zyx Quux"}, {"label": "VILLAGE", "pattern": "Blorbville"}])
    nlp.to_disk(folder)
    return folder


def _catalog(folder: Path, model: dict[str, object], policy: str = "strict") -> Path:
    (folder / "landing").mkdir(exist_ok=True)
    source = {"name": "s", "asset": "internal_reports", "kind": "folder", "url": "landing", "licence": "proprietary"}
    written = {
        "version": 1,
        "start": "2026-10-05",
        "dataset": {"name": "d", "salt": "sixteen characters or so", "audiences": ["internal"]},
        "sources": [source],
        "tasks": [{"name": "t", "kind": "generation", "sources": ["s"]}],
        "pii": {"policy": policy, "model": model},
    }
    (folder / "catalog.yaml").write_text(yaml.safe_dump(written), encoding="utf-8")
    return folder / "catalog.yaml"


def test_a_spacy_pipeline_can_be_swapped_in(pipeline: Path, tmp_path: Path) -> None:
    """The catalog names a pipeline and its labels, and what that finds is found."""
    (tmp_path / "models").symlink_to(pipeline.parent)
    model = {"kind": "spacy", "folder": "models/pipeline", "languages": ["en", "eo"], "labels": {"VILLAGE": "LOCATION"}}
    catalog = load_catalog(_catalog(tmp_path, model))
    config = catalog.scrub_config()
    assert config.model is not None
    assert config.languages == {"en", "eo"}
    detect = build_detector(config.detector, config.model)
    found = {(TEXT[span.start : span.end], span.entity, span.recognizer) for span in detect.guesses([TEXT, ""])[0]}
    assert {
        ("Zyx Quux", "PERSON", "name_model:PERSON"),
        ("Blorbville", "LOCATION", "name_model:LOCATION"),
    } <= found
    corporate = load_catalog(_catalog(tmp_path, model, "corporate")).scrub_config()
    kept = build_detector(corporate.detector, corporate.model).guesses([TEXT])[0]
    assert "LOCATION" not in {span.entity for span in kept}


def test_a_pipeline_s_version_is_that_of_its_files(pipeline: Path, tmp_path: Path) -> None:
    """A pipeline that changes is another version."""
    import shutil  # noqa: PLC0415 - for this one test

    copied = Path(shutil.copytree(pipeline, tmp_path / "copy"))

    def version(folder: Path) -> str:
        config = DetectorConfig.model_validate({"model": {"kind": "spacy", "folder": str(folder), "languages": ["en"]}})
        return detector_version(config, model_factory(config))

    before = version(copied)
    assert before == version(pipeline)
    with (copied / "tokenizer").open("ab") as file:
        file.write(b" ")
    assert version(copied) != before


def test_a_long_text_is_read_to_its_end(pipeline: Path) -> None:
    """SpaCy refuses a text of a million characters; a name at the end of one is found all the same."""
    model = {"kind": "spacy", "folder": str(pipeline), "languages": ["en"], "labels": {"VILLAGE": "ADDRESS"}}
    config = DetectorConfig.model_validate({"model": model, "entities": ["ADDRESS"]})
    text = "\n" * 1_100_000 + "Blorbville"
    assert [(span.start, span.end) for span in build_detector(config, model_factory(config)).guesses([text])[0]] == [
        (1_100_000, 1_100_010)
    ]


@pytest.mark.parametrize(
    ("model", "says"),
    [
        ({"kind": "spacy", "package": "en_core_web_none", "languages": ["en"]}, "en_core_web_none is not installed"),
        ({"kind": "spacy", "folder": "nowhere", "languages": ["en"]}, "never downloaded"),
        ({"kind": "spacy", "folder": ".", "languages": ["en"]}, "config.cfg is missing"),
        ({"kind": "onnx", "folder": "nowhere"}, "never downloaded"),
    ],
)
def test_a_model_that_is_not_there_is_never_fetched(model: dict[str, object], says: str, tmp_path: Path) -> None:
    """What is missing is an error before anything runs, with what to do."""
    with pytest.raises(UsageError, match=says):
        load_catalog(_catalog(tmp_path, model)).scrub_config()


@pytest.mark.parametrize(("kind", "module"), [("transformers", "transformers"), ("gliner", "gliner")])
def test_a_library_that_is_not_installed_is_named(
    kind: str, module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Optional libraries are none of winnow's; a catalog that needs one is told how to install it."""
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name == module else real(name, *rest))
    monkeypatch.setitem(sys.modules, "torch", None)
    config = DetectorConfig.model_validate({"model": {"kind": kind, "folder": str(tmp_path), "languages": ["en"]}})
    with pytest.raises(UsageError, match="pip install"):
        model_factory(config)


@pytest.mark.parametrize(
    ("model", "says"),
    [
        ({"kind": "bert"}, "kind"),
        ({"folder": "x"}, "kind"),
        ({"kind": "spacy", "languages": ["en"]}, "say either"),
        ({"kind": "spacy", "folder": "x", "package": "y", "languages": ["en"]}, "say either"),
        ({"kind": "gliner", "folder": "x", "languages": []}, "languages"),
        ({"kind": "transformers", "folder": "x", "languages": ["english"]}, "languages"),
        ({"kind": "transformers", "folder": "x", "languages": ["en"], "labels": {"PER": "person"}}, "labels"),
        ({"kind": "none", "folder": "x"}, "folder"),
    ],
)
def test_a_catalog_that_makes_no_sense_is_refused(model: dict[str, object], says: str, tmp_path: Path) -> None:
    """A wrong model is a mistake at its place in the catalog."""
    with pytest.raises(CatalogError, match=says):
        load_catalog(_catalog(tmp_path, model))


def test_a_failing_pipeline_is_not_a_clean_text() -> None:
    """A call that fails inside Presidio's recogniser, which goes on as if nothing was found, is raised afterwards."""

    def fails(_: str) -> object:
        raise OSError("Zyx Quux")

    watched = transformers_kind._Watched(fails)
    assert watched("x") == []
    with pytest.raises(RuntimeError, match=r"^the name model failed: OSError$"):
        watched.check()
    watched.check()
