"""Questions about the line that no asset answers: what would run, how it stands, what is in quarantine and what became of it.

Nothing here writes.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from assets.candidate import is_settled
from assets.days import DayStage, is_fresh, open_days
from assets.graph import DAILY_STAGES
from resources.catalog import ASSETS
from resources.workspace import Workspace
from winnow.languages import UNSUPPORTED
from winnow.schemas import SPLITS


def planned(workspace: Workspace) -> dict[str, Any]:
    """What `winnow run` would do: counts of a rehearsed scan by source, days with a reason, objects that wait, and whether to publish."""
    today = workspace.clock.today()
    with workspace.rehearsed_scan() as scan:
        sources = [
            {"source": name, "new": c.new, "changed": c.changed + c.returned, "gone": c.gone, "unchanged": c.unchanged}
            for name, c in sorted(scan.counts.items())
        ]
        days = _days(workspace, today - dt.timedelta(days=1))
        waiting = sum(
            len(workspace.ledger.objects(asset, day)) for asset in ASSETS for day in _not_over(workspace, asset, today)
        )
        publish = bool(days) or not is_settled(workspace)
    return {
        "sources": sources,
        "unlisted": dict(sorted(scan.failed.items())),
        "days": days,
        "waiting": waiting,
        "publish": publish,
    }


def _days(workspace: Workspace, yesterday: dt.date) -> list[dict[str, str]]:
    """Every stage of every day that would be made, and why: what is open, what follows from that, and yesterday always."""
    days = {day for stage in DAILY_STAGES for day in open_days(workspace, stage, yesterday)}
    if yesterday >= workspace.catalog.start:
        days.add(yesterday)
    rows = []
    for day in sorted(days):
        earlier = False  # whether a stage before would be made, which makes those that read it stale
        for stage in DAILY_STAGES:
            if not is_fresh(workspace, stage, day) or (earlier and stage.name not in ASSETS):
                rows.append({"day": day.isoformat(), "stage": stage.name, "why": why(workspace, stage, day)})
                earlier = True
    return rows


def why(workspace: Workspace, stage: DayStage, day: dt.date) -> str:
    """Why ``day`` of ``stage`` has something to do."""
    footer = workspace.lake.metadata(stage.name, day)
    if footer is None:
        return "never made"
    if footer.get("stage_key") != workspace.stage_key(stage.name, stage.key):
        return "the catalog, the code or a library changed"
    return "its inputs changed"


def standing(workspace: Workspace) -> dict[str, Any]:
    """How the line stands: version in force, last scan, open and stale days, failed checks, examples by task and side."""
    today = workspace.clock.today()
    open_, stale = set[dt.date](), set[dt.date]()
    for stage in DAILY_STAGES:
        made = set(workspace.lake.days(stage.name))
        for day in open_days(workspace, stage, today - dt.timedelta(days=1)):
            (stale if day in made else open_).add(day)
    latest = workspace.releases.latest()
    holder = workspace.lock.holder()
    return {
        "version": latest.version if latest else None,
        "published_at": workspace.releases.published_at(),
        "last_scan": workspace.ledger.last_scan(),
        "holder": f"winnow {holder.command} (process {holder.pid}, since {holder.since})" if holder else None,
        "open_days": [day.isoformat() for day in sorted(open_)],
        "stale_days": [day.isoformat() for day in sorted(stale - open_)],
        "failed_checks": workspace.releases.failed_checks(),
        "examples": _examples(workspace) if latest else [],
    }


def quarantined(workspace: Workspace) -> list[dict[str, Any]]:
    """Every current object or row that is in quarantine, whole or in part, with its name from the ledger, by day and source."""
    rows = []
    for stage in DAILY_STAGES[: len(ASSETS) + 1]:
        for day in workspace.lake.days(stage.name):
            columns = ["object_id", "content_sha256", "source", "row_number", "reason", "notes"]
            for row in _held(workspace.lake.read(stage.name, day, columns)):
                sightings = workspace.ledger.resolve(row["object_id"])
                if sightings and sightings[0].gone is None and sightings[0].sha256 == row["content_sha256"]:
                    rows.append(_quarantine_row(stage.name, day, row, sightings[0].key))
    return sorted(rows, key=lambda row: (row["day"], row["source"], row["key"], row["row"] or 0))


def mark_for_retry(workspace: Workspace, rows: Sequence[Mapping[str, Any]]) -> list[dt.date]:
    """Make the days of ``rows``, which are of `quarantined`, stale in this process, and their objects to be read again; the days."""
    current = {row["object_id"]: row["content_sha256"] for row in workspace.ledger.current().to_pylist()}
    objects = {row["object_id"] for row in rows if row["stage"] in ASSETS}
    workspace.retry.contents = frozenset((name, current[name]) for name in objects if name in current)
    workspace.retry.days = {(row["stage"], dt.date.fromisoformat(row["day"])) for row in rows}
    return sorted({day for _, day in workspace.retry.days})


def recovered(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What became of the objects of ``before`` in ``after``, both of `quarantined`, by the reason that they had, the commonest first.

    Each has ``reason``, ``tried``, ``read`` (in no quarantine now), ``still`` (for the same reason), ``otherwise`` (reason → how many).
    """
    reasons: dict[str, set[str]] = defaultdict(set)
    for row in after:
        reasons[row["object_id"]].add(row["reason"])
    tried: dict[str, set[str]] = defaultdict(set)
    for row in before:
        tried[row["reason"]].add(row["object_id"])
    account = []
    for reason, objects in sorted(tried.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        still = {name for name in objects if reason in reasons[name]}
        other = Counter(min(reasons[name]) for name in objects - still if reasons[name])
        read = len(objects) - len(still) - other.total()
        account.append(
            {
                "reason": reason,
                "tried": len(objects),
                "read": read,
                "still": len(still),
                "otherwise": dict(sorted(other.items())),
            }
        )
    return account


def _held(rows: pa.Table) -> Iterator[dict[str, Any]]:
    """The refused of ``rows``, and those that lost parts: with the parts' reason, and their number as ``parts``."""
    for row in rows.filter(pc.or_(pc.is_valid(rows["reason"]), pc.greater(pc.list_value_length(rows["notes"]), 0))).to_pylist():
        if row["reason"] is not None:
            yield {**row, "parts": None}
            continue
        for note in row["notes"]:
            if note["name"] == UNSUPPORTED:
                yield {**row, "reason": UNSUPPORTED, "parts": note["count"]}


def _quarantine_row(stage: str, day: dt.date, row: dict[str, Any], key: str) -> dict[str, Any]:
    return {
        "day": day.isoformat(),
        "stage": stage,
        "source": row["source"],
        "object_id": row["object_id"],
        "key": key,
        "row": row["row_number"],
        "reason": row["reason"],
        "parts": row["parts"],
    }


def _not_over(workspace: Workspace, asset: str, today: dt.date) -> list[dt.date]:
    stage = next(stage for stage in DAILY_STAGES if stage.name == asset)
    return [day for day in workspace.ledger.days(asset) if day >= today and not is_fresh(workspace, stage, day)]


def _examples(workspace: Workspace) -> list[dict[str, Any]]:
    counts: Any = workspace.releases.manifest().get("examples", {})
    return [{"task": task, **{side: sides.get(side, 0) for side in SPLITS}} for task, sides in sorted(counts.items())]
