"""What the catalog says of quality and evaluation files: names that must be there, and what a change costs."""

from pathlib import Path

import pytest

from resources.catalog import load_catalog
from resources.stage_keys import example_key, set_key
from tests.end_to_end.landing import catalog_text
from winnow.errors import CatalogError, UsageError


def catalog(folder: Path, more: str) -> Path:
    """The small company's catalog with ``more`` at its end."""
    path = folder / "catalog.yaml"
    path.write_text(catalog_text(str(folder)) + more, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("quality: {drop: [{signals: [c4], sources: [crawl]}]}", r"quality\.drop\[0\]\.sources\[0\]: there is no such source"),
        ("quality: {drop: [{signals: [c4], tasks: [chat]}]}", r"quality\.drop\[0\]\.tasks\[0\]: there is no such task"),
        ("quality: {contradictions: {tasks: [chat]}}", r"quality\.contradictions\.tasks\[0\]: there is no such task"),
        ("quality: {drop: [{signals: [gofer]}]}", r"quality\.drop\[0\]\.signals: .*no signal and no family"),
        ("decontaminate: {files: [{name: x, path: a.docx}]}", r"decontaminate\.files\[0\]\.path: no reader knows its suffix"),
        ("decontaminate: {files: [{name: x, path: a.csv}]}", r"decontaminate\.files\[0\]\.path: there is no such file"),
    ],
)
def test_what_is_not_there_is_a_mistake_at_its_place(tmp_path: Path, more: str, said: str) -> None:
    """A source, task, signal or file that does not exist is refused with its place and what to do."""
    with pytest.raises(CatalogError, match=said):
        load_catalog(catalog(tmp_path, f"\n{more}\n"))


def test_a_rule_makes_the_set_part_stale_and_no_day(tmp_path: Path) -> None:
    """Quality is decided behind the daily part: another rule is another key of the sets, and no example is made again."""
    plain = load_catalog(catalog(tmp_path, ""))
    ruled = load_catalog(catalog(tmp_path, "\nquality: {drop: [{signals: [c4]}]}\n"))
    assert set_key(plain) != set_key(ruled)
    assert example_key(plain) == example_key(ruled)


def test_an_evaluation_file_that_vanishes_is_told_by_its_name(tmp_path: Path) -> None:
    """A file that is gone after the catalog was read is an error that names it as the catalog does, without its path."""
    file = tmp_path / "bench.csv"
    file.write_text("text\none two three\n", encoding="utf-8")
    loaded = load_catalog(catalog(tmp_path, "\ndecontaminate: {files: [{name: bench, path: bench.csv}]}\n"))
    file.unlink()
    with pytest.raises(UsageError, match="evaluation file bench cannot be read"):
        set_key(loaded)
