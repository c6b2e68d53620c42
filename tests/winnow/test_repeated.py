"""Boilerplate of a table of examples: by source and policy, in any order of rows, with counts that add up."""

import random
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.winnow.test_boilerplate import NOTICE, prose
from tests.winnow.test_examples import PAIRS
from winnow.boilerplate import Minimum
from winnow.documents import Document
from winnow.examples import ExampleConfig, finish
from winnow.placeholders import internal
from winnow.recipes._base import Candidate, Refusal
from winnow.recipes.classification import ClassificationTask
from winnow.repeated import Repeated, Rules, Stripping, block_table, blocks, find, source_table, text_of, with_stays
from winnow.schemas import EXAMPLES
from winnow.stripping import ONLY_BOILERPLATE

SALT = "0123456789abcdef"
TOPICS = ClassificationTask(name="topics", sources=("mails", "notes"), label="topic", min_words=3)
CONFIG = ExampleConfig(SALT, (PAIRS, TOPICS))
SMALL = Minimum(documents=5, share=0.0)


def mail(number: int, text: str, source: str = "mails", label: str | None = "topic", **rest: Any) -> list[dict[str, Any]]:
    """The row of `EXAMPLES` that one document with ``text`` becomes."""
    document = Document(document_id=f"{source}{number}", object_id=f"o{number}", content_sha256="e", source=source, **rest)
    place = ((document, None),)
    target = label or "the answer"
    candidate = Candidate((document,), "document", text, target, label=label, input_places=place, target_places=place)
    return finish(candidate, TOPICS if label else PAIRS, SALT)


def table(rows: list[list[dict[str, Any]]]) -> pa.Table:
    """``rows`` as `EXAMPLES`."""
    return pa.Table.from_pylist([row for part in rows for row in part], schema=EXAMPLES)


def company(documents: int = 8) -> list[list[dict[str, Any]]]:
    """Mails and notes under one notice, a mail that is the notice alone but for a word, and a refusal."""
    rows = [mail(n, f"{prose(n)}\n\n{NOTICE}", source) for source in ("mails", "notes") for n in range(documents)]
    document = Document(document_id="r", object_id="r", content_sha256="e", source="mails")
    return [*rows, mail(90, f"Yes\n\n{NOTICE}"), finish(Refusal((document,), "document", "no_text"), TOPICS, SALT)]


def strip(rows: pa.Table, **actions: str) -> pa.Table:
    """``rows`` behind the stage."""
    return Stripping(find(rows, Rules(actions, SMALL)), CONFIG).left(rows)


def test_each_source_has_its_own_policy() -> None:
    """What one source strips another reports; the notes keep every byte of every column."""
    rows = table(company())
    left = strip(rows, mails="strip", notes="report")
    before, after = rows.to_pylist(), left.to_pylist()
    assert [row for row in after if row["source"] == "notes"] == [row for row in before if row["source"] == "notes"]
    assert [row["input"] for row in after if row["source"] == "mails"][:8] == [prose(n) for n in range(8)]
    assert [row["label"] for row in after][:8] == ["topic"] * 8


def test_no_policy_strips_by_itself() -> None:
    """Under ``report`` and ``keep`` the table is what it was."""
    rows = table(company())
    assert strip(rows, mails="report", notes="keep").equals(rows)


def test_what_has_too_little_left_is_refused() -> None:
    """A mail of one word above the notice is refused for its own reason, without text, and a refusal stays one."""
    after = strip(table(company()), mails="strip", notes="keep").to_pylist()
    assert [row["reason"] for row in after[-2:]] == [ONLY_BOILERPLATE, "no_text"]
    assert after[-2]["input"] is None
    assert after[-2]["group_keys"] == ["mails90"]


def test_a_placeholder_that_only_the_block_named_is_missed_in_the_target() -> None:
    """A target that names somebody whom only the block named is refused, as its recipe would have."""
    person = internal("PERSON", "ab12")
    rows = [mail(n, f"{prose(n)}\n\n{NOTICE} Write to {person} then.") for n in range(6)]
    rows.append(mail(50, f"{prose('q')}\n\n{NOTICE} Write to {person} then.", label=None))
    rows[-1][0]["target"] = f"Please ask {person} about all of this, he has the list."
    after = strip(table(rows), mails="strip").to_pylist()
    assert after[-1]["reason"] == "placeholder_not_in_input"
    assert after[0]["pii"] == []


def held_blocks(rows: pa.Table, left: pa.Table, found: Repeated) -> pa.Table:
    """The blocks of ``rows``, of which ``left`` is left."""
    return with_stays(blocks(rows, found, SALT), found.row_of_runs, left["reason"])


@given(st.integers(1, 20))
@settings(deadline=None, max_examples=10)
def test_rows_part_by_part_lose_what_they_lose_together(size: int) -> None:
    """Rows that are asked for a few at a time are stripped as they are all at once."""
    rows = table(company())
    stripping = Stripping(find(rows, Rules({"mails": "strip", "notes": "report"}, SMALL)), CONFIG)
    parts = [stripping.left(rows.slice(first, size), first) for first in range(0, len(rows), size)]
    assert pa.concat_tables(parts).equals(stripping.left(rows))


def test_counts_add_up() -> None:
    """Each source's table counts its examples and documents, and the blocks' table the same examples by block."""
    rows = table(company())
    found = find(rows, Rules({"mails": "strip", "notes": "report"}, SMALL))
    left = Stripping(found, CONFIG).left(rows)
    held = held_blocks(rows, left, found)
    mails, notes = source_table(found, held)
    assert (mails["examples"], mails["documents"], mails["examples_with_blocks"]) == (9, 9, 9)
    assert (notes["examples"], notes["documents"], notes["examples_with_blocks"]) == (8, 8, 8)
    words = len(NOTICE.split())
    assert notes["share_of_words"] == round(words / (words + 25), 4)
    by_block = block_table(held)
    assert sum(row["examples"] for row in by_block if row["source"] == "mails") == 9
    assert sum(row["stays"] for row in held.to_pylist()) == 16
    assert len({row["block"] for row in by_block}) == len({(row["source"], row["block"]) for row in by_block}) - 1


def test_the_named_example_stays() -> None:
    """The example that stands for a block is one that stays where there is one, so that it can be traced."""
    rows = table(company())
    found = find(rows, Rules({"mails": "strip"}, SMALL))
    left = Stripping(found, CONFIG).left(rows)
    kept = {row["example_id"] for row in left.to_pylist() if row["reason"] is None}
    assert {row["example_id"] for row in block_table(held_blocks(rows, left, found))} <= kept


def test_a_block_is_shown_as_it_stands() -> None:
    """The text of a run is that of its lines in the example."""
    rows = table(company())
    found = find(rows, Rules({"mails": "report"}, SMALL))
    assert text_of(rows, found, 0) == NOTICE


def test_mails_of_one_customer_count_once() -> None:
    """Rows that share a customer or thread are one document, and those of several customers are not."""
    same = [mail(n, f"{prose(n)}\n\n{NOTICE}", customer=f"c{n % 4}") for n in range(12)]
    assert strip(table(same), mails="strip").equals(table(same))
    others = [mail(n, f"{prose(n)}\n\n{NOTICE}", customer=f"c{n % 6}") for n in range(12)]
    assert strip(table(others), mails="strip")["input"].to_pylist() == [prose(n) for n in range(12)]


def test_a_document_behind_the_first_counts_for_its_own_source() -> None:
    """The target that comes from a joined document is looked at under that document's source."""
    rows = []
    for n in range(6):
        first = Document(document_id=f"m{n}", object_id=f"m{n}", content_sha256="e", source="meetings")
        second = Document(document_id=f"s{n}", object_id=f"s{n}", content_sha256="e", source="minutes")
        text = f"{prose('b', n)}\n\n{NOTICE}"
        places = {"input_places": ((first, None),), "target_places": ((second, None),)}
        rows.append(finish(Candidate((first, second), "pair", prose(n), text, **places), PAIRS, SALT))
    of = {f"s{n}": "minutes" for n in range(6)}
    found = find(table(rows), Rules({"meetings": "keep", "minutes": "strip"}, SMALL), of)
    assert Stripping(found, CONFIG).left(table(rows))["target"].to_pylist() == [prose("b", n) for n in range(6)]


def test_a_target_that_is_no_prose_is_no_passage() -> None:
    """The same JSON as the answer to many inputs is what is learnt, as a label is."""
    rows = []
    for n in range(6):
        (row,) = mail(n, prose(n), label=None)
        rows.append([{**row, "target": '{"reason": "the parcel was not there when the customer came to fetch it"}'}])
    assert strip(table(rows), mails="strip")["reason"].to_pylist() == [ONLY_BOILERPLATE] * 6
    fixed = Rules({"mails": "strip"}, SMALL, frozenset({PAIRS.name}))
    assert Stripping(find(table(rows), fixed), CONFIG).left(table(rows)).equals(table(rows))


def test_an_empty_table_has_no_blocks() -> None:
    """No examples, no blocks, no error."""
    rows = EXAMPLES.empty_table()
    found = find(rows, Rules({"mails": "strip"}, SMALL))
    left = Stripping(found, CONFIG).left(rows)
    assert left.equals(rows)
    assert block_table(held_blocks(rows, left, found)) == []
    assert source_table(found, held_blocks(rows, left, found))[0]["examples"] == 0


@given(st.integers(0, 10), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=15)
def test_the_order_of_rows_does_not_matter(documents: int, dice: random.Random) -> None:
    """Rows in another order, in other batches, are stripped of the same blocks, which have the same names."""
    rows = company(documents)
    mixed = dice.sample(rows, len(rows))
    results = []
    for part in (table(rows), pa.concat_tables([table(mixed[:3]), table(mixed[3:])])):
        found = find(part, Rules({"mails": "strip", "notes": "report"}, SMALL))
        left = Stripping(found, CONFIG).left(part)
        held = block_table(held_blocks(part, left, found))
        results.append((sorted(left.to_pylist(), key=lambda row: (row["example_id"], row["reason"] or "")), held))
    assert results[0] == results[1]
