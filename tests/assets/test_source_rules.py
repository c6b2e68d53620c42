"""Rules of one source from the catalog to the finished files: what may stay there stays there, and goes everywhere else."""

from collections.abc import Iterator

import pytest

from assets import sets
from assets.audit import judge_audit
from assets.candidate import stage_candidate
from assets.released import pieces
from tests.assets.conftest import Line, build, gather
from tests.end_to_end.landing import PATTERNS_ALONE, article, markdown_report, put, ticket_rows, tickets

PERSON, COMPANY = "Jane Roe", "Siemens AG"

SAID = f" That is what {PERSON} of {COMPANY} told us all."


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """The company with a person whom a table declares and a company that the catalog declares; articles may name both."""
    made = build(tmp_path_factory.mktemp("rules"))
    rules = f"known: {{ORGANIZATION: [{COMPANY}]}}, sources: {{articles: {{allow: [{COMPANY}, {PERSON}]}}}}"
    made.edit((PATTERNS_ALONE, f"{{model: {{kind: none}}, {rules}}}"))
    rows = ticket_rows(0)
    rows[0]["customer_name"] = PERSON
    for row in rows:
        row["text"] += SAID
    put(made.landing, "exports/tickets-0.csv", tickets(rows), 0)
    put(made.landing, "articles/article-1.html", article(1).replace(".</p>", f".{SAID}</p>"), 1)
    report = markdown_report(0)
    put(made.landing, "reports/report-0.md", report.replace(".\n\n## ", f".{SAID}\n\n## "), 0)
    made.ingest()
    made.decide()
    stage_candidate(made.space)
    yield made
    made.space.close()


def test_the_version_passes_every_check_of_personal_data(line: Line) -> None:
    """What a source's rules allow is no finding there, neither of the second search nor of the audit."""
    assert {name: finding.message for name, finding in judge_audit(line.space).items() if not finding.passed} == {}
    assert sets.PERSONAL_DATA_LEFT not in gather(line.space)["reason"].to_pylist()


def test_what_one_source_allows_stays_there_and_goes_in_the_others(line: Line) -> None:
    """Released lines of articles say both names; no line of any other source does, though their texts did."""
    rows = sets.kept_examples(line.space)
    source = dict(zip(rows["example_id"].to_pylist(), rows["source"].to_pylist(), strict=True))
    texts: dict[str, str] = {}
    for piece in pieces(line.space.releases.candidate_path()):
        if piece.example_id:
            name = source[piece.example_id]
            texts[name] = texts.get(name, "") + piece.text
    assert PERSON in texts["articles"]
    assert COMPANY in texts["articles"]
    others = "".join(text for name, text in texts.items() if name != "articles")
    assert "of <ORGANIZATION_" in others
    assert PERSON not in others
    assert COMPANY not in others


def test_the_audit_still_sees_an_allowed_name_elsewhere(line: Line) -> None:
    """The same name in a line of another source, or in a file beside the data, stops the version."""
    folder = line.space.releases.candidate_path()
    for path in (
        next(path for path in sorted(folder.glob("data/topics/chat/*.jsonl")) if path.stat().st_size),
        folder / "README.md",
    ):
        before = path.read_bytes()
        spoilt = (
            before.replace(b"Write to ", f"Write to {PERSON} ".encode(), 1)
            if path.suffix == ".jsonl"
            else before + PERSON.encode()
        )
        assert spoilt != before
        path.write_bytes(spoilt)
        assert not judge_audit(line.space)["no_known_person"].passed
        path.write_bytes(before)
