"""Days that texts give themselves, and the survivor order, from a mailbox in the landing zone to the sides and to the way back."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from assets import sets
from assets.candidate import stage_candidate
from assets.checks import judge, no_group_on_two_sides
from assets.trace import records, trace
from resources.stage_keys import asset_key, example_key, scrubbed_key, set_key
from tests.assets.conftest import Line
from tests.end_to_end.landing import put, words
from winnow.errors import CatalogError

MAILS = """  - name: mails
    asset: internal_reports
    kind: folder
    url: {url}
    include: ["*.mbox"]
    licence: proprietary
tasks:
"""

SECTIONS = "sources: [reports, articles]"

SHARES = "shares: {train: 0.6, validation: 0.2, test: 0.2}"

FIRST = dt.date(2026, 9, 1)


def _mail(name: str, day: dt.date | str, text: str, **headers: str) -> bytes:
    """One mail of a mailbox: a page with a heading and its section."""
    date = day if isinstance(day, str) else f"{day:%a, %d %b %Y} 23:30:00 -0500"
    head = {
        "From": "a@example.com",
        "Subject": words(3, name, "subject")[:-1],
        "Message-ID": f"<{name}@example.com>",
        "Date": date,
        "Content-Type": "text/html",
        **headers,
    }
    lines = "".join(f"{field}: {value}\n" for field, value in head.items())
    return f"From a@example.com Thu Jan  1 00:00:00 2026\n{lines}\n<h2>{words(3, name)[:-1]}</h2><p>{text}</p>\n\n".encode()


def _mailbox(line: Line, mails: Mapping[str, bytes], *edits: tuple[str, str]) -> None:
    """Put ``mails`` alone into the landing zone and the catalog, with more ``edits`` of it, and make their days."""
    for path in filter(Path.is_file, line.landing.rglob("*")):  # days of mails alone are made faster
        path.unlink()
    put(line.landing, "mails/all.mbox", b"".join(mails.values()), 0)
    source = MAILS.format(url=line.landing / "mails")
    line.edit(("tasks:\n", source), (SECTIONS, "sources: [reports, articles, mails]"), *edits)
    line.ingest()


def _columns(rows: Any, *names: str) -> list[tuple[Any, ...]]:
    return list(zip(*(rows[name].to_pylist() for name in names), strict=True))


def _of_mails(line: Line) -> dict[dt.date | None, list[tuple[str | None, str | None]]]:
    """By own day the side and the reason of every example that was made of a mail."""
    decided = {
        name: (side, reason)
        for name, side, reason in _columns(line.space.lake.read(sets.BALANCED), "example_id", "split", "reason")
    }
    found: dict[dt.date | None, list[tuple[str | None, str | None]]] = {}
    for name, source, day in _columns(sets.kept_examples(line.space), "example_id", "source", "day"):
        if source == "mails":
            found.setdefault(day, []).append(decided[name])
    return found


def test_mails_are_split_by_the_days_they_were_sent(line: Line) -> None:
    """Each mail of a mailbox stands on the side of its own day in UTC; one without a date, or of the future, is held back."""
    days = [FIRST + dt.timedelta(place) for place in range(9)]
    mails = {f"m{place}": _mail(f"m{place}", day, words(60, "mail", place)) for place, day in enumerate(days)}
    mails["none"] = _mail("none", "some day", words(60, "mail", "none"))
    mails["future"] = _mail("future", dt.date(2999, 1, 1), words(60, "mail", "future"))
    _mailbox(line, mails, (SHARES, f"{SHARES}\n  split: {{by: time, validation_from: 2026-09-05, test_from: 2026-09-08}}"))
    line.decide()
    later = [day + dt.timedelta(1) for day in days]  # 23:30 in New York is the next day in UTC
    sides = ["train"] * 3 + ["validation"] * 3 + ["test"] * 3
    assert _of_mails(line) == {day: [(side, None)] for day, side in zip(later, sides, strict=True)} | {
        None: [(None, "no_own_day")] * 2
    }
    stage_candidate(line.space)
    judge(line.space)
    assert no_group_on_two_sides(line.space).passed


def test_a_source_can_ignore_what_its_files_say(line: Line) -> None:
    """With `stated: ignore` a mail has no day, and with a pattern that matches it has that of its mailbox's name."""
    mails = {"m": _mail("m", FIRST, words(60, "mail"))}
    _mailbox(line, mails, ('    include: ["*.mbox"]\n', '    include: ["*.mbox"]\n    day: {stated: ignore}\n'))
    line.decide()
    assert set(_of_mails(line)) == {None}
    put(line.landing, "mails/2026-09-09.mbox", mails["m"], 1)
    (line.landing / "mails" / "all.mbox").unlink()
    line.edit(("{stated: ignore}", "{pattern: '(?P<day>[0-9-]{10})'}"))
    line.ingest()
    line.decide()
    assert set(_of_mails(line)) == {dt.date(2026, 9, 9)}


TEXT = words(80, "said twice")

TWICE = {
    "old": _mail("same", FIRST, f"{TEXT} It was longer once."),
    "new": _mail("same", FIRST + dt.timedelta(5), TEXT, **{"Message-ID": "<new@example.com>"}),
}


@pytest.mark.parametrize(
    ("rules", "stays", "why"), [("[trusted, longest]", FIRST, "longest"), ("[newest]", FIRST + dt.timedelta(5), "newest")]
)
def test_the_catalog_says_who_of_near_copies_stays(line: Line, rules: str, stays: dt.date, why: str) -> None:
    """Of two mails that say nearly the same the longer or the newer one stays, and the way back of the other says by which rule."""
    _mailbox(line, TWICE, (SHARES, f"{SHARES}\n  survivor: {rules}"))
    version = line.publish()
    found = {day: reason for day, ((_, reason),) in _of_mails(line).items()}
    assert found == {day: None if day == stays + dt.timedelta(1) else "near_duplicate" for day in found}
    folder = line.space.releases.version_path(version)
    (name,) = (one["example_id"] for one in records(folder / "dropped.jsonl") if one["reason"] == "near_duplicate")
    assert trace(line.space, name)["preferred_by"] == why
    line.edit((f"survivor: {rules}", "survivor: [longest, newest, trusted]"))
    assert trace(line.space, name)["preferred_by"] is None, "what was decided then is not what the catalog says now"


def test_another_survivor_makes_the_set_part_stale_and_nothing_else(line: Line) -> None:
    """The rule, and how much a source is trusted, stand in the key of the set part; no day is made again for them."""

    def keys() -> tuple[str, ...]:
        catalog = line.space.catalog
        return asset_key(catalog, "internal_reports"), scrubbed_key(catalog), example_key(catalog)

    daily, seen = keys(), {set_key(line.space.catalog)}
    for edit in ((SHARES, f"{SHARES}\n  survivor: [newest]"), ("    kind: folder\n", "    kind: folder\n    priority: 3\n")):
        line.edit(edit)
        seen.add(set_key(line.space.catalog))
        assert keys() == daily
    assert len(seen) == 3


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ("[]", "at least 1 entry"),
        ("[longest, longest]", "names a rule twice"),
        ("[oldest]", "'trusted', 'longest' or 'newest'"),
    ],
)
def test_an_order_of_nothing_is_refused(line: Line, rules: str, said: str) -> None:
    """No rule, one twice and one that is none are mistakes of the catalog."""
    with pytest.raises(CatalogError, match=said):
        line.edit((SHARES, f"{SHARES}\n  survivor: {rules}"))
