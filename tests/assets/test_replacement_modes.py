"""The other two ways of replacing, surrogates and removal, from files to a released version."""

import re
from collections.abc import Iterator

import pytest

from assets import sets
from assets.audit import judge_audit
from assets.candidate import stage_candidate
from assets.released import pieces
from tests.assets.conftest import DAYS, Line, build
from tests.end_to_end.landing import PATTERNS_ALONE, PEOPLE, day, meeting, minutes, put, ticket_rows, tickets, words
from winnow.placeholders import CLOSE, OPEN

TOLD = (
    "Dear Ms Keller, my address is 14 Mill Lane, Leeds LS1 4DY. I was born on 14 March 1985.",
    "I paid with card 4111 1111 1111 1111, and the money went to IBAN GB82 WEST 1234 5698 7654 32 instead.",
    "Call me at +49 30 901820 or write to maria.keller@tarnvale.example (before noon).",
    "The login is password: hunter2hunter2! and the host was 10.20.30.40; see https://intranet.tarnvale.example/people/anna.",
    "My SSN is 536-90-4399, my employee number EMP-20417.\n\nKind regards,\n\nDr. Thomas Vogel\n+49 30 901821",
    "Mr Whitcombe and Dr. Vogel (both of sales) said that maria.keller@tarnvale.example, Ms Keller's address, is wrong.",
)
"""What people write to a help desk; ends of the tickets of a day."""

PLANTED = (
    *("Keller", "Vogel", "14 Mill Lane", "LS1 4DY", "14 March 1985", "4111 1111 1111 1111", "GB82 WEST", "901820", "901821"),
    *(
        "tarnvale",
        "hunter2",
        "10.20.30.40",
        "intranet",
        "536-90-4399",
        "EMP-20417",
        "Whitcombe",
        "Bakke",
        "Thuy",
    ),
)
"""Parts of it, and of the landing zone's own people, that no released file may hold."""


def written(line: Line, mode: str) -> Line:
    """The company with such tickets and with minutes that name the speakers of their meetings, in the mode."""
    line.edit((PATTERNS_ALONE, f"{{model: {{kind: none}}, replacement: {mode}}}"))
    for number in range(DAYS):
        rows = ticket_rows(number)
        for row, told in zip(rows, TOLD, strict=False):
            row["text"] = f"{words(30, 'told', number, row['id'])} {told}"
        put(line.landing, f"exports/tickets-{number}.csv", tickets(rows), number)
        first, second, third = (PEOPLE[(number + turn) % 3] for turn in range(3))
        note = f"{first} will call the carrier; Ms {second.split()[-1]}'s offer was refused, and {third.split()[0]} agreed."
        put(line.landing, f"meetings/{meeting(number)}.minutes.md", minutes(number, note), number)
    return line


@pytest.fixture(scope="module", params=["surrogate", "removal"])
def done(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """The company with a staged candidate; not to be changed."""
    line = written(build(tmp_path_factory.mktemp(request.param)), request.param)
    line.ingest([day(number) for number in range(DAYS)])
    line.decide()
    stage_candidate(line.space)
    yield line
    line.space.close()


def test_the_audit_lets_the_version_pass(done: Line) -> None:
    """Made-up values are no findings, and nothing real is left: every check of the audit passes over examples of each task."""
    assert {name: finding.message for name, finding in judge_audit(done.space).items() if not finding.passed} == {}
    assert {"topics", "satisfaction", "summaries", "answers"} <= set(sets.kept_examples(done.space)["task"].to_pylist())


def test_no_planted_value_stands_in_any_file(done: Line) -> None:
    """No file of the candidate holds a part of a planted value, an internal id, or, but for secrets, a numbered placeholder."""
    texts = [piece.text for piece in pieces(done.space.releases.candidate_path())]
    assert len(texts) > 100
    assert [part for part in PLANTED if any(part.casefold() in text.casefold() for text in texts)] == []
    assert not any(OPEN in text or CLOSE in text for text in texts)
    rows = sets.kept_examples(done.space)
    own = "\n".join([*rows["input"].to_pylist(), *rows["target"].to_pylist()])  # the card speaks of placeholders
    left = {"surrogate": {"PASSWORD"}, "removal": set()}[done.space.catalog.pii.replacement]
    assert set(re.findall(r"<([A-Z_]+)_[0-9]+>", own)) == left


def test_a_person_is_the_same_on_both_sides(done: Line) -> None:
    """Whoever speaks in a meeting has one made-up name there and in its minutes; where names are removed there is none."""
    rows = [row for row in sets.kept_examples(done.space).to_pylist() if row["task"] == "summaries"]
    assert len(rows) == DAYS
    for row in rows:
        speakers = set(re.findall(r"^([^\W\d_]+ [^\W\d_]+):", row["input"], re.MULTILINE))
        if done.space.catalog.pii.replacement == "removal":
            assert (speakers, row["surrogates"] or []) == (set(), [])
            continue
        assert len(speakers) == 3
        said = re.search(r"(\w+ \w+) will call the carrier; M[sr]s? (\w+)'s offer was refused, and (\w+) agreed", row["target"])
        assert said is not None
        first, second, third = said.groups()
        others = speakers - {first}
        assert first in speakers
        assert {name for name in others if name.endswith(f" {second}")} | {
            name for name in others if name.startswith(f"{third} ")
        } == others
