"""The proof: canaries go in, the whole line runs by its own commands, and every file that it leaves is searched.

``python -m tests.canaries.proof --count 10000 --table FILE`` prints what survived and how many names in prose were seen, by place.

Belongs here: one run over one home, where a canary may stand, and the figures. Does not belong here: planting and searching.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from resources.raw_zone import entry_of
from tests.canaries.plan import DAY, PROSE, Plan, write_catalog
from tests.canaries.survivors import Search, Survivor, survivors
from tests.canaries.values import Canary
from winnow.formats import formats
from winnow.leak_rate import wilson

SCRUBBED = "lake/scrubbed_documents/"

CLOCK = "2026-10-31T02:00:00Z"

COMMANDS = (
    ("backfill", "--from", DAY, "--to", DAY),
    ("run", "--json"),
    ("plan", "--json"),
    ("status", "--json"),
    ("quarantine", "--json"),
    ("versions", "--json"),
    ("verify", "--json"),
)
"""The commands that are run, one after the other; what they print is searched too, but for file names in the quarantine's list."""


@dataclass
class Proof:
    """What became of the canaries."""

    plan: Plan
    files: int  # searched
    faults: list[Survivor]  # outside the raw zone, of what must not survive
    missed: set[int]  # names in prose that stand in scrubbed text
    version: str | None
    held_back: int  # documents that were read and not scrubbed: what they hold proves nothing
    refused: int  # files that could not be read: the same

    @property
    def names(self) -> list[Canary]:
        """Names that stand in running text alone."""
        return [canary for canary in self.plan.canaries if is_prose_name(canary)]


def is_prose_name(canary: Canary) -> bool:
    """Whether only a model can find this canary: a person in running text who is named nowhere else."""
    return canary.entity == "PERSON" and canary.place.partition(":")[0] in PROSE | {"file name"}


def run(folder: Path, count: int, *, workers: int, more: str = "") -> Proof:
    """Plant ``count`` canaries below ``folder``, run the line over them, and search all that it leaves there."""
    plan = Plan(count)
    landing = plan.write(folder / "landing")
    catalog = write_catalog(folder / "catalog.yaml", landing, workers=workers, more=more)
    version, refused = _commands(folder, catalog)
    kept = [path for path in sorted(folder.rglob("*")) if path.is_file() and landing not in path.parents and path != catalog]
    return Proof(plan, len(kept), *_searched(plan.canaries, kept, folder), version, _held_back(folder / "home"), refused)


def _held_back(home: Path) -> int:
    reasons = [pq.read_table(path, columns=["reason"])["reason"] for path in (home / SCRUBBED).glob("rows/*.parquet")]
    return sum(len(column) - column.null_count for column in reasons)


def _commands(folder: Path, catalog: Path) -> tuple[str | None, int]:
    """Run all of `COMMANDS`: the version that was published, and how many objects are in quarantine."""
    refused = 0
    (folder / "tmp").mkdir()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("WINNOW", "DAGSTER"))},
        "WINNOW_HOME": str(folder / "home"),
        "WINNOW_CATALOG": str(catalog),
        "WINNOW_CLOCK": CLOCK,
        "TMPDIR": str(folder / "tmp"),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    for number, command in enumerate(COMMANDS):
        printed = folder / "printed" / f"{number}-{command[0]}.txt"
        printed.parent.mkdir(exist_ok=True)
        with printed.open("wb") as target:
            program = [sys.executable, "-c", "from pipelines.cli import main; main()", *command]
            ended = subprocess.run(program, env=environment, stdout=target, stderr=subprocess.STDOUT, check=False, cwd=folder)
        if command[0] == "quarantine":  # it names files on the terminal of their owner: that is what it is for
            refused = sum(row["stage"] == "extract" for row in json.loads(printed.read_text(encoding="utf-8")))
            printed.unlink()
        elif ended.returncode:
            raise RuntimeError(
                f"`winnow {command[0]}` ended with {ended.returncode}: {printed.read_text(errors='replace')[-2000:]}"
            )
    latest = list((folder / "home" / "releases").glob("*/LATEST"))
    return (latest[0].read_text() if latest else None), refused


def _searched(canaries: Sequence[Canary], paths: Sequence[Path], folder: Path) -> tuple[list[Survivor], set[int]]:
    """Faults, and the names in prose that scrubbed text still holds."""
    zones: dict[str, list[Path]] = defaultdict(list)
    for path in paths:
        zones[zone(path.relative_to(folder).as_posix())].append(path)
    search = Search(canaries)
    released = survivors(search, zones["none"], folder)
    interim = survivors(search, zones["interim"], folder)
    missed = {found.canary.number for found in interim if SCRUBBED in found.where and is_prose_name(found.canary)}
    missed |= {
        found.canary.number for found in released if is_prose_name(found.canary) and found.where.startswith("home/releases")
    }
    faults = [found for found in released if not (is_prose_name(found.canary) and found.where.startswith("home/releases"))]
    faults += [found for found in interim if not is_prose_name(found.canary)]
    return faults, missed


def zone(path: str) -> str:
    """Where a file lies, by the home's own list: ``raw`` and ``names`` may hold canaries, ``interim`` names in prose, ``none`` nothing."""
    entry = entry_of(path.removeprefix("home/")) if path.startswith("home/") else None
    return "none" if entry is None or entry.kind == "released" else entry.kind


def recall(proof: Proof) -> list[dict[str, str | int]]:
    """Names in prose by place: planted, replaced, and recall with its 95 % interval (Wilson)."""
    planted, found = Counter[str](), Counter[str]()
    for canary in proof.names:
        for place in (canary.place, "all"):
            planted[place] += 1
            found[place] += canary.number not in proof.missed
    rows: list[dict[str, str | int]] = []
    for place in sorted(planted, key=lambda name: (name == "all", name)):
        low, high = wilson(found[place], planted[place])
        share = found[place] / planted[place]
        interval = f"{low:.3f} to {high:.3f}"
        rows.append(
            {"place": place, "planted": planted[place], "replaced": found[place], "recall": f"{share:.3f}", "95 %": interval}
        )
    return rows


def survived(proof: Proof) -> list[dict[str, str | int]]:
    """Canaries that must not survive, by entity: planted, and how many did."""
    planted = Counter(canary.entity if not is_prose_name(canary) else "" for canary in proof.plan.canaries)
    left = Counter(entity for entity, _ in {(found.canary.entity, found.canary.number) for found in proof.faults})
    return [{"entity": entity, "planted": planted[entity], "survivors": left[entity]} for entity in sorted(planted) if entity]


def markdown(rows: Sequence[Mapping[str, str | int]]) -> str:
    """``rows`` as a Markdown table."""
    names = list(rows[0])
    lines = [names, ["---"] * len(names), *([str(row[name]) for name in names] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def described(faults: Iterable[Survivor]) -> str:
    """Where canaries survived, by entity, place, format and kind of file; the canaries' own numbers find them again."""
    counted = Counter(
        (found.canary.entity, found.canary.place, found.canary.form, found.how, _kind(found.where)) for found in faults
    )
    return "\n".join(f"{number} × {' | '.join(what)}" for what, number in sorted(counted.items()))


def _kind(where: str) -> str:
    return "/".join(part for part in where.split("/")[:6] if not any(sign.isdigit() for sign in part))


_INTRODUCTION = """\
# Canaries

What became of known values planted in every place of all {} formats when the whole line ran over them: `make canaries` writes this
page; [personal data](pii.md#proof) says what is planted, what is searched and how spellings are compared.
"""


def tables(proof: Proof) -> str:
    """What the proof says, as a page of Markdown."""
    planted, files = len(proof.plan.canaries), len(proof.plan.documents) + len(proof.plan.tables)
    head = f"{planted:,} canaries were planted in {files:,} files, and {proof.files:,} files that the run left were searched."
    return (
        f"{_INTRODUCTION.format(len(formats()))}\n{head}\n\n## What must not survive\n\n{markdown(survived(proof))}\n"
        f"## Names in running text\n\nThese nothing but the name model can find, so their recall is measured.\n\n{markdown(recall(proof))}"
    )


def main() -> None:
    """Run the proof; exits with 1 if anything survived that must not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="how many canaries to plant")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes of the line")
    parser.add_argument("--table", type=Path, help="where to write the tables")
    parser.add_argument("--keep", type=Path, help="an empty folder to work in and leave as it is")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        proof = run(folder, chosen.count, workers=chosen.workers)
    shown = tables(proof)
    print(shown)  # noqa: T201 - this is the program's output
    if chosen.table:
        chosen.table.write_text(shown, encoding="utf-8")
    if proof.faults:
        print(described(proof.faults), file=sys.stderr)  # noqa: T201 - the same
    sys.exit(bool(proof.faults))


if __name__ == "__main__":
    main()
