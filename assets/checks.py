"""The blocking checks on the candidate, and the verdict that publication asks for. Those on personal data are in `assets.audit`.

Each check is a function from the workspace to a `Finding`. All of them run together, over the candidate's own files where they can,
and their verdict is bound to the candidate's hash. A finding carries counts and ids, never text.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import dagster as dg
import pyarrow.compute as pc

from assets import candidate, examples, scrubbed, sets
from assets.candidate import ingested
from assets.evaluation import INPUT_PREFIX
from assets.frozen import missing
from assets.guard import guarded
from assets.metadata import count_table
from assets.pairs import contents_are_current, is_current
from assets.trace import records
from resources.catalog import ASSETS
from resources.stage_keys import asset_key, example_key, scrubbed_key
from resources.workspace import Workspace
from resources.workspace_resource import WorkspaceResource
from winnow.balance import shortages
from winnow.examples import joins
from winnow.figures import ADVICE as DROPPED
from winnow.leaks import COLUMNS as LEAK_COLUMNS
from winnow.leaks import Leaks, leaks
from winnow.manifest import side_of_path, verify_manifest
from winnow.schemas import SPLITS
from winnow.shares import large_groups
from winnow.tokens import count_tokens

_COUNTED_ROWS = 2_000  # whose tokens are counted at once

SHOWN = 20  # problems in a finding; more say nothing new, and metadata is kept for ever
SHOWN_LEAKS = 5  # of each kind: two ids of 32 characters each


@dataclass(frozen=True)
class Finding:
    """What a check found: whether it passed, what to say, and counts to show. ``warn`` findings do not block."""

    passed: bool
    message: str
    counts: Mapping[str, int] = field(default_factory=dict)
    warn: bool = False


_AGAIN = "make the sets again with `winnow run`, which parts no group; `winnow trace` shows an example"
LEAK_ADVICE = {
    "texts": "the same text on two sides: " + _AGAIN,
    "groups": "one group on two sides: " + _AGAIN,
    "keys": "one document, link or customer on two sides: " + _AGAIN,
    "pairs": "nearly the same text on two sides: " + _AGAIN,
    "contained": "a text that stands within a longer one on another side (shorter in longer): " + _AGAIN,
    "unseen": "examples whose text is not there to be looked at: make the sets again with `winnow run`",
}
"""What each kind of leak is and what can be done about it."""


def no_group_on_two_sides(workspace: Workspace) -> Finding:
    """No equal text, group, key, near-duplicate pair or contained text across sides, by a search without the split's code."""
    thresholds = {task.name: task.near_duplicate_threshold for task in workspace.catalog.tasks}
    found = leaks(sets.kept_examples(workspace, LEAK_COLUMNS), workspace.lake.read(sets.BALANCED), thresholds)
    message = f"{sum(found.counts.values())} pairs stand on two sides; {found.examples} examples were looked at"
    return Finding(not found, message + "".join(_said(found)), found.counts)


def _said(found: Leaks) -> Iterator[str]:
    """For each kind of leak that was found what it is, how many there are, ids of the first, and what to do."""
    for kind, advice in LEAK_ADVICE.items():
        some = [" in ".join(ids) if kind == "contained" else " and ".join(ids) for ids in found.named(kind)[:SHOWN_LEAKS]]
        if some:
            more = found.counts[kind] - len(some)
            yield f"; {kind} ({advice}): {', '.join(some)}{f' and {more} more' if more else ''}"


def groups_small_enough(workspace: Workspace) -> Finding:
    """No group has more than its share of a task; a warning, since what one customer wrote or a form repeats is not to be cut."""
    share = workspace.catalog.dataset.group_share
    large = large_groups(workspace.lake.read(sets.SPLIT), share)
    by_task = Counter(row["task"] for row in large)
    said = ", ".join(f"{row['task']}: {row['group']} ({row['examples']}, {row['share']:.1%})" for row in large[:SHOWN])
    message = f"groups with more than {share:.1%} of a task: {said}" if large else "no group is too large"
    return Finding(not large, message, by_task, warn=True)


def frozen_sides_hold(workspace: Workspace) -> Finding:
    """Every example of a frozen side stands there; a warning where one was deleted, refused or rewritten, which nobody can undo."""
    joined = workspace.lake.read(sets.JOINED, columns=["example_id", "reason"])
    gone = missing(workspace, joined, workspace.lake.read(sets.BALANCED))
    by_reason: Counter[str] = Counter()
    for (_, reason), number in gone.items():
        by_reason[reason] += number
    ours = by_reason.keys() & (DROPPED.keys() - {"changed_since_freeze"} | {"other_side"})
    said = "; ".join(f"{side}, {reason}: {number}" for (side, reason), number in sorted(gone.items()))
    advice = "; name a later version to freeze what is left" if gone else ""
    message = f"examples of frozen sides that are not there: {said}{advice}" if gone else "every frozen side is whole"
    return Finding(not gone, message, by_reason, warn=not ours)


def lines_are_whole(workspace: Workspace) -> Finding:
    """Every file has the hash and rows the manifest says, every line parses under its format's rules, none is over its limit."""
    folder = workspace.releases.candidate_path()
    present = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    problems = verify_manifest(workspace.releases.candidate_manifest(), lambda path: (folder / path).open("rb"), present)
    long = _over_limit(workspace)
    return Finding(
        not problems and not long,
        f"{len(problems)} broken files or lines, {long} over their token limit"
        + "".join(f"; {line}" for line in problems[:SHOWN]),
        {"broken": len(problems), "over_limit": long},
    )


def _over_limit(workspace: Workspace) -> int:
    """Examples that stay and, counted again, have more tokens than their task allows or than the table says."""
    columns = ("example_id", "task", "input", "target", "input_tokens", "target_tokens")
    rows, decisions = sets.kept_examples(workspace, columns), workspace.lake.read(sets.BALANCED)
    kept = decisions.filter(pc.is_null(decisions["reason"]))["example_id"].combine_chunks()
    stays = pc.is_in(rows["example_id"], value_set=kept)
    over = 0
    for start in range(0, len(rows), _COUNTED_ROWS):  # a copy of all that stays would be a gigabyte more
        part = rows.slice(start, _COUNTED_ROWS).filter(stays.slice(start, _COUNTED_ROWS))
        for task in workspace.catalog.tasks:
            batch = part.filter(pc.equal(part["task"], task.name))
            asked = count_tokens(batch.column("input").to_pylist(), task.tokenizer)
            answered = count_tokens(batch.column("target").to_pylist(), task.tokenizer)
            over += sum(
                before + after > task.limit_tokens or after != stored
                for before, after, stored in zip(asked, answered, batch.column("target_tokens").to_pylist(), strict=True)
            )
    return over


def counts_add_up(workspace: Workspace) -> Finding:
    """Every object, document, candidate and example is accounted for, from the sources to the lines of the files."""
    differences = {name: difference for name, difference in _differences(workspace) if difference}
    said = "; ".join(f"{name}: {difference:+d}" for name, difference in sorted(differences.items()))
    return Finding(not differences, said or "all counts add up", {name: abs(value) for name, value in differences.items()})


def _differences(workspace: Workspace) -> Iterator[tuple[str, int]]:
    """Name and difference of every pair of counts that must be equal; days that the manifest calls missing are left out."""
    lake, current, missing = workspace.lake, workspace.ledger.current(), _missing_days(workspace)
    documents: Counter[str] = Counter()
    for asset in ASSETS:
        for day in sorted(set(lake.days(asset)) - missing):
            rows = lake.read(asset, day, ["object_id", "content_sha256", "source", "reason"])
            wanted = {(s.object_id, s.sha256) for s in workspace.ledger.objects(asset, day)}
            present = set(zip(rows["object_id"].to_pylist(), rows["content_sha256"].to_pylist(), strict=True))
            yield f"objects without a row in {asset} {day}", len(wanted - present)
            kept = rows.filter(pc.and_(pc.is_null(rows["reason"]), is_current(rows, current)))
            documents.update(kept["source"].to_pylist())
    scrubbed_counts: Counter[str] = Counter()
    for day in sorted(set(lake.days(scrubbed.NAME)) - missing):
        rows = lake.read(scrubbed.NAME, day, ["object_id", "content_sha256", "source", "reason"])
        rows = rows.filter(is_current(rows, current))
        for source, number in Counter(rows["source"].to_pylist()).items():
            documents[source] -= number
        scrubbed_counts.update(rows.filter(pc.is_null(rows["reason"]))["source"].to_pylist())
    for source, number in sorted(documents.items()):
        yield f"documents of {source} before and after scrubbing", number
    yield from _example_differences(workspace, scrubbed_counts)


def _missing_days(workspace: Workspace) -> set[dt.date]:
    """The days that failed and that this candidate may lack, or have an older state of."""
    return {dt.date.fromisoformat(day) for day in workspace.releases.candidate_manifest()["missing_days"]}


def _example_differences(workspace: Workspace, scrubbed_counts: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    lake = workspace.lake
    joined = lake.read(sets.JOINED, columns=["example_id", "task", "reason"])
    candidates = Counter(joined["task"].to_pylist())
    for day in sorted(_missing_days(workspace).intersection(lake.days(examples.NAME))):
        made = lake.read(examples.NAME, day, ["task", "contents"])
        candidates.subtract(made.filter(contents_are_current(made, workspace.ledger.current()))["task"].to_pylist())
    for task in workspace.catalog.tasks:
        if task.kind in {"classification", "sentiment", "pairs", "preference", "spans"} and not joins(task):
            wanted = sum(scrubbed_counts.get(source, 0) for source in task.sources)
            yield f"documents and candidates of {task.name}", candidates[task.name] - wanted
    decisions = lake.read(sets.BALANCED)
    kept = decisions.filter(pc.is_null(decisions["reason"]))
    yield "examples and decisions", len(joined.filter(pc.is_null(joined["reason"]))) - len(decisions)
    sides = Counter(zip(kept["task"].to_pylist(), kept["split"].to_pylist(), strict=True))
    lines = Counter(sides)
    for task, side, copies in zip(*(kept[name].to_pylist() for name in ("task", "split", "copies")), strict=True):
        lines[task, side] += copies - 1
    manifest = workspace.releases.candidate_manifest()
    rows = {file["path"]: file["rows"] for file in manifest["files"]}
    for side in SPLITS:
        yield f"index lines of {side}", rows.get(f"index/{side}.jsonl", 0) - sum(n for (_, s), n in sides.items() if s == side)
    left_out = _left_out(workspace)
    for path, number in sorted(rows.items()):
        if (place := side_of_path(path)) and number is not None:
            yield f"lines of {path}", number - lines[place[0], place[2]] + left_out[place]


def _left_out(workspace: Workspace) -> Counter[tuple[str, str, str]]:
    """Lines that a format does not have, by task, format and side, as the candidate's index says."""
    found: Counter[tuple[str, str, str]] = Counter()
    for side in SPLITS:
        for record in records(workspace.releases.candidate_path() / "index" / f"{side}.jsonl"):
            for name in record["left_out"]:
                found[record["task"], name, side] += record["copies"]
    return found


def quarantine_under_limit(workspace: Workspace) -> Finding:
    """The share of current objects in quarantine is not above the catalog's limit."""
    held: set[str] = set()
    current = workspace.ledger.current()
    for asset in ASSETS:
        for day in workspace.lake.days(asset):
            rows = workspace.lake.read(asset, day, ["object_id", "content_sha256", "row_number", "reason"])
            whole = pc.and_(pc.is_valid(rows["reason"]), pc.is_null(rows["row_number"]))
            held.update(rows.filter(pc.and_(whole, is_current(rows, current)))["object_id"].to_pylist())
    everything = len(ingested(workspace))
    share, limit = len(held) / max(1, everything), workspace.catalog.limits.quarantine_limit
    return Finding(
        share <= limit,
        f"{len(held)} of {everything} objects are in quarantine ({share:.1%}); the catalog allows {limit:.1%}",
        {"quarantined": len(held), "objects": everything},
    )


def sources_are_there(workspace: Workspace) -> Finding:
    """Most objects of the last version are still in the sources: a folder that was mounted empty does not empty the dataset."""
    inputs = workspace.releases.manifest()["inputs"] if workspace.releases.latest() else []
    before = {entry["object_id"] for entry in inputs if not entry["object_id"].startswith(INPUT_PREFIX)}
    gone = len(before - set(ingested(workspace)))
    share, limit = gone / max(1, len(before)), workspace.catalog.limits.gone_limit
    return Finding(
        share <= limit,
        f"{gone} of {len(before)} objects of the last version are gone ({share:.1%}); the catalog allows {limit:.1%}",
        {"gone": gone, "before": len(before)},
    )


def one_stage_key(workspace: Workspace) -> Finding:
    """Every day was made by today's code and catalog: a version never mixes two."""
    catalog = workspace.catalog
    keys: dict[str, str] = {asset: asset_key(catalog, asset) for asset in ASSETS}
    keys |= {scrubbed.NAME: scrubbed_key(catalog), examples.NAME: example_key(catalog)}
    stale = {
        stage: sum(workspace.lake.key(stage, day) != key for day in workspace.lake.days(stage)) for stage, key in keys.items()
    }
    number = sum(stale.values())
    advice = "; `winnow run` makes them again" if number else ""
    return Finding(not number, f"{number} day files were made under another stage key{advice}", stale)


def classes_large_enough(workspace: Workspace) -> Finding:
    """Every class has the minimum of train examples; a warning, or an error where the catalog says so."""
    rules = {task.name: task.balance for task in workspace.catalog.tasks}
    few = shortages(workspace.lake.read(sets.BALANCED), sets.kept_examples(workspace, sets.COUNTED), rules)
    strict = [shortage for shortage in few if shortage.remedy == "error"]
    by_task = Counter(shortage.task for shortage in few)
    said = ", ".join(f"{task}: {number}" for task, number in sorted(by_task.items()))
    message = f"classes with fewer train examples than the minimum: {said}" if few else "every class reaches its minimum"
    return Finding(not few, message, by_task, warn=not strict)


CHECKS: dict[str, Callable[[Workspace], Finding]] = {
    check.__name__: check
    for check in (
        no_group_on_two_sides,
        groups_small_enough,
        frozen_sides_hold,
        lines_are_whole,
        counts_add_up,
        quarantine_under_limit,
        sources_are_there,
        one_stage_key,
        classes_large_enough,
    )
}
"""Every check by its name in the UI."""


def judge(workspace: Workspace) -> dict[str, Finding]:
    """Run all checks on the sealed candidate and write its verdict; what an earlier audit said of it counts no more."""
    sealed = workspace.releases.candidate()
    assert sealed is not None, "dataset_candidate comes before its checks"
    findings = {name: check(workspace) for name, check in CHECKS.items()}
    verdict = {name: finding.passed or finding.warn for name, finding in findings.items()}
    said = {name: finding.message for name, finding in findings.items() if not verdict[name]}
    workspace.releases.write_verdict(sealed.sha256, passed=all(verdict.values()), checks=verdict, said=said)
    return findings


def candidate_checks() -> dg.AssetChecksDefinition:
    """The checks as Dagster knows them; each stops everything behind the candidate."""
    specs = [
        dg.AssetCheckSpec(name, asset=candidate.NAME, blocking=True, description=(check.__doc__ or "").strip())
        for name, check in CHECKS.items()
    ]

    @dg.multi_asset_check(name="candidate_checks", specs=specs)
    def check_candidate(workspace: WorkspaceResource) -> Iterator[dg.AssetCheckResult]:
        space = workspace.open()
        with space.lock.held(), guarded():
            findings = judge(space)
        for name, finding in findings.items():
            yield dg.AssetCheckResult(
                check_name=name,
                asset_key=candidate.NAME,
                passed=finding.passed,
                severity=dg.AssetCheckSeverity.WARN if finding.warn else dg.AssetCheckSeverity.ERROR,
                description=finding.message,
                metadata={"counts": count_table(finding.counts)} if finding.counts else {},
            )

    return check_candidate
