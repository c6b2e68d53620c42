"""The benchmark of the set part runs every stage and the whole; no time is looked at."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import set_part
from benchmarks.set_home import make
from evaluation.pages import renewed
from resources.workspace import open_workspace
from winnow.schemas import SPLITS


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """What the program prints of 300 examples, and where it worked."""
    folder = tmp_path_factory.mktemp("set-part")
    command = [sys.executable, "-m", "benchmarks.set_part", "--size", "300", "--folder", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    return done.stdout, folder


def test_the_table_has_every_stage(ran: tuple[str, Path]) -> None:
    """Each stage and check has a row with CPU seconds and a peak, and so have their sum and the whole."""
    rows = dict(re.findall(r"^\| `?([^|`]+?)`? \| ([\d,.]+ \| [\d,]+) \|$", ran[0], re.MULTILINE))
    assert list(rows) == [*set_part.stages(), "sum and highest of these", set_part.WHOLE]
    assert all(float(cell) > 0 for row in rows.values() for cell in row.replace(",", "").split(" | "))


def test_the_stages_alone_and_the_whole_publish_the_same_version(ran: tuple[str, Path]) -> None:
    """Both homes have one version of one name, with most of the examples in it."""
    found = []
    for name in ("home", set_part.AGAIN):
        space = open_workspace(ran[1] / "catalog.yaml", ran[1] / name, reading=True)
        found.append((space.releases.versions(), space.releases.manifest()["examples"]))
        space.close()
    assert found[0] == found[1]
    ((version,), examples) = found[0]
    assert version
    # Labels that few customers have are too few alike, and copies leave.
    assert 150 < sum(examples[task][side] for task in ("answers", "topics") for side in SPLITS) < 300


def test_the_same_rows_are_made_each_time(tmp_path: Path) -> None:
    """A home is a function of its size: the bytes of every day's tables are equal."""
    homes = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        _, home = make(tmp_path / name, 40, 10)
        homes.append({path.relative_to(home): path.read_bytes() for path in sorted(home.glob("lake/*/rows/*"))})
    assert len(homes[0]) == 12
    assert homes[0] == homes[1]


def test_the_page_has_a_place_for_the_table() -> None:
    """The table can be renewed between its marks."""
    page = f"<!-- begin {set_part.PART} -->\nold\n<!-- end {set_part.PART} -->\n"
    assert "new" in renewed(page, set_part.PART, "new")
