"""`personal_data_audit`: a second, independent search of the candidate's finished files, and its blocking checks.

The files are read again byte by byte, whatever they are: lines, index, card, manifest, every string and every file name. What is
personal by form, known, declared, or replaced elsewhere in an example's own documents stops the version. What the name model
alone still sees does not: it is counted, over a sample, as the estimated leak rate. Nothing that is found is recorded, only how
often, of which entity, and in which examples by their ids.

Belongs here: the report and its checks. Does not belong here: what is searched for (`winnow.audit`), reading the files
(`assets.released`), and asking each string once (`assets.audited`).
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from assets import candidate
from assets.audited import Strings
from assets.checks import CHECKS as CANDIDATE_CHECKS
from assets.checks import SHOWN, Finding
from assets.cost import measured
from assets.guard import guarded
from assets.metadata import count_table, records_table, table
from assets.released import Piece, pieces, pieces_of
from resources.batches import batches_by_bytes
from resources.models import model_factory
from resources.workspace import Workspace
from resources.workspace_resource import WorkspaceResource
from winnow.audit import DECLARED, KNOWN_PERSON, SAME_SCOPE, by_kind
from winnow.audit_patterns import CONTACT, SECRET, VALID_NUMBER
from winnow.detector_config import guessed
from winnow.documents import from_counts
from winnow.leak_rate import SAMPLE, SAMPLE_CHARS, EstimateConfig, Seen, estimator, rates, sampled, words
from winnow.rescan import TEXTS, unsearched

NAME = "personal_data_audit"

DESCRIPTION = (
    "The candidate's finished files searched again, by other code than the scrubber's: what stops the version, and the leak rate "
    "that the name model estimates."
)

LEFT = "left"
"""The kind of what the scrubber's own recognisers still find."""

ADVICE = {
    VALID_NUMBER: "if it is no personal number, name it in `pii.allow`; else list its format in `pii.patterns`, and run again",
    SECRET: "change the secret where it is used, and take it out of the source; a false alarm goes into `pii.allow`",
    CONTACT: "name a public address in `pii.allow`; else declare its column, or list its form in `pii.patterns`",
    KNOWN_PERSON: (
        "a column, a speaker's label or a mail header gives this person away, and `winnow trace` shows the example; name in "
        "`pii.allow` who may be read about, in `pii.known` another spelling"
    ),
    SAME_SCOPE: (
        "it was replaced in one of the example's documents, and `winnow trace` shows them; name it in `pii.known`, or, if it may stay, "
        "in `pii.allow`"
    ),
    DECLARED: (
        "`pii.known` or `pii.patterns` declare it; narrow the pattern, or take the value out of the catalog's own texts, such as a label"
    ),
    LEFT: "`winnow trace` shows the example; name a false alarm in `pii.allow`, else list its form in `pii.patterns`",
}
"""What a person can do about each kind of finding; the command line prints it after the count."""

_log = logging.getLogger(__name__)


def audit(workspace: Workspace) -> dict[str, Any]:
    """Search the sealed candidate, write the report beside it, and return it.

    Returns:
        ``candidate_sha256``, ``texts``, ``kinds`` (by kind: ``found`` by entity, ``files``, ``examples``: up to `SHOWN` ids, and
        ``examples_touched``), ``leak_rate`` (rows of `winnow.leak_rate.rates`) and ``searched_by_model`` (examples).
    """
    sealed = workspace.releases.candidate()
    assert sealed is not None, "dataset_candidate comes before its audit"
    folder = workspace.releases.candidate_path()
    strings = Strings(workspace)
    strings.search(pieces(folder))
    kinds = {kind: _Kind() for kind in ADVICE}
    places = strings.places(pieces(folder)) if strings.audited or strings.left else {}
    for name, found in strings.audited.items():
        for kind, counts in by_kind(found).items():
            if counts:
                kinds[kind].add(counts, places[name])
    for name, left in strings.left.items():
        kinds[LEFT].add(left, places[name])
    sample = _seen(workspace, strings)
    report = {
        "candidate_sha256": sealed.sha256,
        "texts": strings.count(),
        "kinds": {kind: found.record() for kind, found in kinds.items()},
        "searched_by_model": len(sample),
        "leak_rate": rates(sample) if sample else [],
    }
    workspace.releases.write_audit(report)
    return report


class _Kind:
    """What was found of one kind."""

    def __init__(self) -> None:
        self._found: Counter[str] = Counter()
        self._files: set[str] = set()
        self._examples: set[str] = set()

    def add(self, counts: Mapping[str, int], places: Sequence[Piece]) -> None:
        """Take in what one string holds, which stands at ``places``."""
        self._found.update(counts)
        self._files.update(place.path for place in places)
        self._examples.update(place.example_id for place in places if place.example_id)

    def record(self) -> dict[str, Any]:
        """Counts, files and ids; no text."""
        return {
            "found": dict(sorted(self._found.items())),
            "files": sorted(self._files)[:SHOWN],
            "examples": sorted(self._examples)[:SHOWN],
            "examples_touched": len(self._examples),
        }


def _seen(workspace: Workspace, strings: Strings) -> list[Seen]:
    """What the name model sees in the sample; empty without a model."""
    pii = workspace.catalog.pii
    # The stricter operating point: at the scrubber's own the model would only be asked what it has answered already.
    detector = pii.model_copy(update={"policy": "strict"})
    model = model_factory(detector)
    if model is None:
        return []
    salt = workspace.catalog.dataset.salt
    chosen = {name for lengths in strings.chars.values() for name in sampled(lengths, salt)}
    by_example, texts = strings.own(pieces_of(workspace.releases.candidate_path(), chosen))
    config = EstimateConfig(detector, model, guessed(pii))
    rows = ({"text_hash": name, "text": text} for name, text in sorted(texts.items()))
    batches = batches_by_bytes(rows, TEXTS, workspace.catalog.engine.batch_bytes)
    found: dict[str, Mapping[str, int]] = {}
    for batch in workspace.engine.map_batches(estimator, config, batches, on_poison=unsearched):
        found.update({row["text_hash"]: from_counts(row["found"]) for row in batch.to_pylist()})
    return [_one(by_example[example], texts, found) for example in sorted(chosen)]


def _one(own: Mapping[str, Piece], texts: Mapping[str, str], found: Mapping[str, Mapping[str, int]]) -> Seen:
    hits: Counter[str] = Counter()
    for name in own:
        hits.update(found.get(name, {}))
    place = next(iter(own.values()))
    return Seen(place.task, place.split, sum(words(texts[name]) for name in own), dict(hits))


def _check(kind: str) -> Callable[[Mapping[str, Any]], Finding]:
    def finding(report: Mapping[str, Any]) -> Finding:
        found = report["kinds"][kind]
        total = sum(found["found"].values())
        if not total:
            return Finding(True, f"{report['texts']} strings searched, nothing found")
        examples = ", ".join(found["examples"][:3])
        where = f" in {found['examples_touched']} examples ({examples})" if examples else f" in {', '.join(found['files'][:3])}"
        return Finding(False, f"{total} found{where}; {ADVICE[kind]}", found["found"])

    return finding


CHECKS: dict[str, tuple[str, Callable[[Mapping[str, Any]], Finding]]] = {
    "no_personal_data": (
        "The scrubber's own recognisers find nothing in any string of any line; clean strings are not searched twice.",
        _check(LEFT),
    ),
    "no_valid_number": (
        "No card, account or national number whose checksum holds stands in any file, by checksums of the audit's own.",
        _check(VALID_NUMBER),
    ),
    "no_secret": ("No key, token, password or address with credentials stands in any file.", _check(SECRET)),
    "no_contact": ("No e-mail address or international phone number stands in any file.", _check(CONTACT)),
    "no_known_person": (
        "No person from a declared column, a speaker's label or a mail header stands in any file.",
        _check(KNOWN_PERSON),
    ),
    "no_value_of_the_scope": (
        "Nothing that was replaced in a document stands in an example made of it, or of one linked to it.",
        _check(SAME_SCOPE),
    ),
    "no_declared_pattern": ("No value and no pattern that the catalog declares stands in any file.", _check(DECLARED)),
}
"""Every check on the audit by its name in the UI: what must hold, and how the report is judged."""

REQUIRED = (*CANDIDATE_CHECKS, *CHECKS)
"""The checks that a version has to pass to be published."""


def judge_audit(workspace: Workspace, report: Mapping[str, Any] | None = None) -> dict[str, Finding]:
    """Judge ``report``, or make it first, and add what comes of it to the candidate's verdict."""
    sealed = workspace.releases.candidate()
    assert sealed is not None, "dataset_candidate comes before its audit"
    made = report or audit(workspace)
    findings = {name: judge(made) for name, (_, judge) in CHECKS.items()}
    failed = {name: finding.message for name, finding in findings.items() if not finding.passed}
    for name, message in failed.items():
        _log.error("%s blocks the candidate: %s", name, message)
    verdict = {name: name not in failed for name in findings}
    workspace.releases.add_to_verdict(made["candidate_sha256"], verdict, failed)
    return findings


def leak_rate(workspace: Workspace) -> list[dict[str, Any]]:
    """The estimate for the candidate that was audited last, by entity over all tasks first; empty without a model."""
    report = workspace.releases.audit() or {}
    return sorted(report.get("leak_rate", []), key=lambda row: (row["task"] != "all", row["entity"], row["task"], row["split"]))


def leak_columns(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, str | float | int | None]]:
    """``rows`` of `winnow.leak_rate.rates` as a person reads them: the rates with their intervals in one column each."""
    return [
        {
            "entity": row["entity"],
            "task": row["task"],
            "split": row["split"],
            "examples": row["examples"],
            "with a hit": f"{row['share']:.2%} ({row['share_low']:.2%} to {row['share_high']:.2%})",
            "per 1,000 words": f"{row['per_1000_words']:.3f} ({row['per_1000_low']:.3f} to {row['per_1000_high']:.3f})",
        }
        for row in rows
    ]


def personal_data_audit(code_version: str) -> dg.AssetsDefinition:
    """The Dagster asset."""

    @dg.asset(
        name=NAME,
        deps=[candidate.NAME],
        code_version=code_version,
        group_name="release",
        kinds={"json"},
        owners=["team:data-platform"],
        description=DESCRIPTION,
    )
    def materialize(workspace: WorkspaceResource) -> dg.MaterializeResult[None]:
        space = workspace.open()
        with space.lock.held(), guarded(), measured(makes_room=True) as cost:
            report = audit(space)
            found = [
                (kind, entity, count)
                for kind, rows in report["kinds"].items()
                for entity, count in sorted(rows["found"].items())
            ]
            metadata = {
                "candidate_sha256": report["candidate_sha256"],
                "strings": report["texts"],
                "found": table(("kind", "entity", "count"), found),
                "leak_rate": records_table(leak_columns(leak_rate(space))),
                "searched_by_model": report["searched_by_model"],
                "most_searched_by_model": f"{SAMPLE} examples or {SAMPLE_CHARS:,} characters of each task and side",
            }
        return dg.MaterializeResult(metadata={**metadata, **cost.metadata()})

    return materialize


def audit_checks() -> dg.AssetChecksDefinition:
    """The checks as Dagster knows them; each stops the publication."""
    specs = [
        dg.AssetCheckSpec(name, asset=NAME, blocking=True, description=description) for name, (description, _) in CHECKS.items()
    ]

    @dg.multi_asset_check(name="audit_checks", specs=specs)
    def check_audit(workspace: WorkspaceResource) -> Iterator[dg.AssetCheckResult]:
        space = workspace.open()
        with space.lock.held(), guarded():
            sealed, report = space.releases.candidate(), space.releases.audit()
            fits = report is not None and sealed is not None and report["candidate_sha256"] == sealed.sha256
            findings = judge_audit(space, report if fits else None)
        for name, finding in findings.items():
            yield dg.AssetCheckResult(
                check_name=name,
                asset_key=NAME,
                passed=finding.passed,
                severity=dg.AssetCheckSeverity.ERROR,
                description=finding.message,
                metadata={"counts": count_table(finding.counts)} if finding.counts else {},
            )

    return check_audit
