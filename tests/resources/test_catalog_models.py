"""The catalog's `fine_tuning:` block."""

from pathlib import Path

import pytest

from resources.catalog import load_catalog
from resources.catalog_models import ApiModel, ClassifierModel
from resources.training import changed
from winnow.errors import CatalogError, UsageError

CATALOG = """\
version: 1
start: 2026-10-05
dataset: {name: small, salt: "${env:SALT}", audiences: [internal], formats: [chat]}
sources:
  - name: tickets
    asset: departmental_exports
    kind: folder
    url: /nowhere
    licence: proprietary
    table: {key: [id], columns: [text, topic]}
tasks:
  - {name: topics, kind: classification, sources: [tickets], text: text, label: topic}
"""

ENVIRONMENT = {"SALT": "0123456789abcdef0123", "KEY": "sk-sham-0123456789"}


def loaded(tmp_path: Path, block: str) -> object:
    """The block of a catalog that ends with it."""
    path = tmp_path / "catalog.yaml"
    path.write_text(CATALOG + block)
    return load_catalog(path, ENVIRONMENT).fine_tuning


def test_without_a_block_there_is_nothing_to_train(tmp_path: Path) -> None:
    """The block is off by default."""
    assert loaded(tmp_path, "") is None


def test_a_model_has_its_key_from_the_environment_and_never_shows_it(tmp_path: Path) -> None:
    """The key is a reference; what prints the block does not print it."""
    block = "fine_tuning:\n  models:\n    - {name: m, task: topics, kind: api, base: b, api_key: '${env:KEY}'}\n"
    found = loaded(tmp_path, block)
    assert found.models[0].api_key == ENVIRONMENT["KEY"]
    assert ENVIRONMENT["KEY"] not in repr(found)


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("{name: m, task: topics, kind: api, base: b, api_key: sk-plain-0123456789}", "secret"),
        ("{name: m, task: elsewhere, kind: api, base: b}", "no such task"),
        ("{name: m, task: topics, kind: classifier, base: b}", "no files of classification"),
        ("{name: m, task: topics, kind: api, base: b, address: 'ftp://somewhere'}", "address"),
        ("{name: m, task: topics, kind: magic, base: b}", "kind"),
        ("{name: m, task: topics, kind: api, base: b}\n    - {name: m, task: topics, kind: api, base: c}", "two models"),
    ],
)
def test_a_wrong_model_is_told_with_its_place(tmp_path: Path, model: str, said: str) -> None:
    """A key in plain text, an unknown task, a format that is not written: each is an error with line and column."""
    with pytest.raises(CatalogError, match=rf"catalog\.yaml:\d+:\d+ .*{said}"):
        loaded(tmp_path, f"fine_tuning:\n  models:\n    - {model}\n")


def test_a_services_unknown_setting_is_a_hyperparameter() -> None:
    """What a service's model does not know is handed to the service; what a local model does not know is an error."""
    service = changed(ApiModel(name="m", task="t", base="b"), {"n_epochs": 2, "suffix": "s"})
    assert isinstance(service, ApiModel)
    assert (service.hyperparameters, service.suffix) == ({"n_epochs": 2}, "s")
    with pytest.raises(UsageError, match="no setting 'n_epochs'"):
        changed(ClassifierModel(name="m", task="t", base="b"), {"n_epochs": 2})


def test_a_setting_of_another_type_is_told() -> None:
    """The error names the setting and what it expects."""
    with pytest.raises(UsageError, match="epochs"):
        changed(ClassifierModel(name="m", task="t", base="b"), {"epochs": "many"})
