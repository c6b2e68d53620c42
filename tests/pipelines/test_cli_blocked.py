"""What a person is told when the audit of the finished files holds a version back."""

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from assets import candidate
from assets.audit import ADVICE, CHECKS, NAME
from pipelines.cli._running import _advice
from tests.end_to_end.landing import START, day, write_catalog, write_landing
from tests.pipelines.cli import Ended, Place

ADDRESS = "desk@tarnvale.example.com"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A company whose catalog puts an address into every line of one task."""
    made = Place(tmp_path_factory.mktemp("blocked"))
    write_landing(made.landing, 1)
    text = write_catalog(made.catalog).read_text(encoding="utf-8")
    assert "    min_words: 40\n" in text
    made.catalog.write_text(text.replace("    min_words: 40\n", f"    min_words: 40\n    system: Write to {ADDRESS}\n"))
    return made


@pytest.fixture(scope="module")
def blocked(place: Place) -> Ended:
    """How the first backfill ended."""
    return place.winnow("backfill", "--from", str(START), "--to", str(day(0)))


def test_the_command_ends_with_3_and_says_where_and_what_to_do(blocked: Ended) -> None:
    """The checks of the audit are named with their counts, each with its advice, and the value itself is not shown."""
    said = " ".join((blocked.out + blocked.err).split())
    assert blocked.code == 3
    assert f"at the checks of {NAME}" in said
    assert "no_contact" in said
    assert "`pii.allow`" in said
    assert ADDRESS not in said


def test_the_example_that_is_named_can_be_traced(place: Place, blocked: Ended) -> None:
    """The id in a check's message leads from the candidate that is held back to its object, although nothing is published."""
    found = re.search(r"examples \(([0-9a-f]+)", " ".join(blocked.err.split()))
    assert found is not None
    traced = place.winnow("trace", found[1], "--json").json()
    assert (traced["status"], traced["task"]) == ("kept", "sections")
    assert traced["objects"][0]["key"].startswith("report-")
    unknown = place.winnow("trace", "zz")
    assert unknown.code == 2


def test_what_the_advice_asks_for_lets_the_version_pass(place: Place, blocked: Ended, tmp_path: Path) -> None:
    """With the address in `pii.allow`, as the message says, the same command publishes."""
    assert blocked.code == 3
    again = Place(tmp_path)
    shutil.copytree(place.home, again.home)
    shutil.copytree(place.landing, again.landing)
    text = place.catalog.read_text(encoding="utf-8")
    again.catalog.write_text(text.replace("{model: {kind: none}}", f"{{model: {{kind: none}}, allow: [{ADDRESS}]}}"))
    ended = again.winnow("backfill", "--from", str(START), "--to", str(day(0)))
    assert ended.code == 0, ended.err


@pytest.mark.parametrize("check", sorted(CHECKS))
def test_each_check_says_what_to_do_about_what_it_found(check: str) -> None:
    """The message of a failed check is its count, where, and the advice for its kind, which names a key or a command."""
    kinds = {kind: {"found": {"X": 1}, "files": [], "examples": ["ab"], "examples_touched": 1} for kind in ADVICE}
    _, judge = CHECKS[check]
    finding = judge({"texts": 1, "kinds": kinds})
    assert not finding.passed
    advice = finding.message.partition("; ")[2]
    assert advice in ADVICE.values()
    assert re.search(r"`pii\.[a-z]+`|`winnow \w+`|change the secret", advice)
    assert _advice(f"failed checks: {check}", {check: finding.message}).endswith(f"at the checks of {NAME}")


def test_every_kind_has_its_own_advice() -> None:
    """No two of the seven checks say the same."""
    assert max(Counter(ADVICE.values()).values()) == 1
    assert len(ADVICE) == len(CHECKS) == 7


def test_checks_of_the_candidate_are_where_they_were() -> None:
    """A failed check of the candidate alone leads there; failed checks of both lead to both."""
    small, contact = {"classes_large_enough": "few"}, {"no_contact": "1 found"}
    assert _advice("", small).endswith(f"at the checks of {candidate.NAME}")
    assert _advice("", {**small, **contact}).endswith(f"at the checks of {candidate.NAME} and of {NAME}")
    assert _advice("failed checks: one_stage_key", {"one_stage_key": "x"}).startswith("`winnow run`")
