"""The benchmark of extraction reads what it says it reads; no time is looked at."""

from pathlib import Path

from benchmarks import extract, files
from resources.engine import Engine
from winnow.extract import extract_one


def test_the_files_are_of_all_formats_and_the_same_each_time(tmp_path: Path) -> None:
    """Every format comes in turn, each file can be read, and its bytes depend on nothing but its number."""
    (tmp_path / "again").mkdir()
    paths = files.write_files(tmp_path, len(files.PARAGRAPHS))
    assert {path.suffix for path in paths} == set(files.PARAGRAPHS)
    for path in paths:
        assert "quarantine" not in extract_one(path.read_bytes(), path.name, files.options(path)), path.suffix
    again = files.write_files(tmp_path / "again", len(files.PARAGRAPHS))
    same = [path for path, other in zip(paths, again, strict=True) if path.read_bytes() == other.read_bytes()]
    assert {path.suffix for path in paths} - {path.suffix for path in same} <= {
        ".docx",
        ".xlsx",
    }  # their packages hold the time


def test_the_isolated_side_reads_every_file(tmp_path: Path) -> None:
    """What is timed in workers is the whole of extraction: rows with ids for every file."""
    paths = files.write_files(tmp_path, len(files.PARAGRAPHS))
    with Engine(1) as engine:
        founds = list(extract.found_in(engine, paths))
    assert [found.reason for found in founds if found.rows is None] == []
    assert all(extract.rows_of(found).column("document_id")[0].as_py() for found in founds)


def test_the_ratio_is_taken_pass_by_pass() -> None:
    """Each pass in workers is compared with the pass beside it."""
    assert extract._ratios([{"a": 1.0, "b": 1.0}, {"a": 4.0}], [2.2, 4.8]) == "1.15 (1.10 to 1.20)"
