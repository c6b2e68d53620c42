"""What is boilerplate, and what is not."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.boilerplate import Minimum, boilerplate, runs_of
from winnow.pieces import pieces
from winnow.stripping import without

NOTICE = "Whoever gets this letter by mistake is asked to tell us so and to send it back."
MENU = "Home\n\nProducts and prices\n\nAbout us\n\nFind a shop\n\nJobs"
TWENTY = Minimum(share=0.0)

_LETTERS = "bcdfghklmnprstvz"


def prose(*names: object, words: int = 25) -> str:
    """A paragraph of ``words`` made-up words in lower case that no other ``names`` give."""
    dice = random.Random(repr(names))
    return " ".join("".join(dice.choices(_LETTERS, k=6)) for _ in range(words)) + "."


def stripped(texts: list[str], minimum: Minimum = TWENTY, owners: list[int] | None = None) -> list[str]:
    """``texts`` without their boilerplate."""
    found = pieces(texts)
    documents, of = np.arange(len(texts)), np.array(owners or range(len(texts)), dtype=np.int64)
    runs = runs_of(found, boilerplate(found, documents, of, minimum))
    cuts: dict[int, list[tuple[int, int]]] = {}
    for text, first, end in zip(runs.text.tolist(), runs.first.tolist(), runs.end.tolist(), strict=True):
        cuts.setdefault(text, []).append((int(found.first_line[first]), int(found.end_line[end - 1])))
    return [without(text, cuts.get(number, [])) for number, text in enumerate(texts)]


@pytest.mark.parametrize(("documents", "found"), [(19, False), (20, True), (200, True)])
def test_a_block_needs_enough_documents(documents: int, found: bool) -> None:
    """The same notice in twenty documents leaves all of them, in nineteen none."""
    texts = [f"{prose(number)}\n\n{NOTICE}" for number in range(documents)]
    assert stripped(texts) == ([prose(number) for number in range(documents)] if found else texts)


def test_a_block_needs_enough_of_the_source() -> None:
    """Twenty documents of a source with three thousand are under one of a hundred."""
    texts = [f"{prose(number)}\n\n{NOTICE}" for number in range(20)] + [prose("more", number) for number in range(2_980)]
    assert stripped(texts, Minimum()) == texts
    assert stripped(texts)[0] == prose(0)


@pytest.mark.parametrize("documents", [20, 60, 300])
def test_copies_of_one_document_are_no_boilerplate(documents: int) -> None:
    """However many there are of one text, with another number in each, nothing of it is taken out."""
    texts = [f"Case {number}\n\n{prose('a')}\n\n{prose('b')}\n\n{NOTICE}" for number in range(documents)]
    assert stripped(texts) == texts


@pytest.mark.parametrize("documents", [20, 60])
def test_near_copies_of_one_document_are_no_boilerplate(documents: int) -> None:
    """Copies in each of which another word was changed are copies still."""
    texts = []
    for number in range(documents):
        words = prose("a", words=60).split()
        words[number % 60] = f"changed{number}"
        texts.append(f"{' '.join(words)}\n\n{prose('b')}\n\n{NOTICE}")
    assert stripped(texts) == texts


def test_what_one_customer_repeats_is_not_the_sources() -> None:
    """Documents that belong together count once, however many there are."""
    texts = [f"{prose(number)}\n\n{NOTICE}" for number in range(60)]
    assert stripped(texts, owners=[number % 15 for number in range(60)]) == texts
    assert stripped(texts, owners=[number % 20 for number in range(60)])[0] == prose(0)


def test_a_whole_text_that_many_send_is_no_block() -> None:
    """The same question of forty customers, each of whom has asked others, is what they ask and nothing that stands under it."""
    texts = [NOTICE] * 40 + [prose(number) for number in range(40)]
    assert stripped(texts, owners=[*range(40), *range(40)]) == texts


def test_one_document_that_repeats_itself_counts_once() -> None:
    """Thirty sections of one report have its note under each: that is the report's, not the source's."""
    texts = [f"{prose(number)}\n\n{NOTICE}" for number in range(30)]
    assert stripped(texts, owners=[0] * 30) == texts


def test_a_short_line_is_none() -> None:
    """A greeting or a name under every mail stays."""
    texts = [f"{prose(number)}\n\nBest regards\nJane Smith" for number in range(50)]
    assert stripped(texts) == texts


def test_short_lines_that_always_stand_together_are_one_block() -> None:
    """A menu of lines of one to three words leaves; one of its lines elsewhere stays."""
    texts = [f"{MENU}\n\n{prose(number)}" for number in range(30)] + [
        f"{prose('more', number)}\n\nAbout us" for number in range(30)
    ]
    assert stripped(texts) == [prose(number) for number in range(30)] + texts[30:]


def test_a_heading_goes_with_its_paragraph() -> None:
    """A short heading that always stands over a block leaves with it, also if it stands over other text elsewhere."""
    texts = [f"{prose(number)}\n\nAbout this letter\n\n{NOTICE}" for number in range(30)]
    texts += [f"{prose('x', number)}\n\nAbout this letter\n\n{prose('y', number)}" for number in range(30)]
    assert stripped(texts) == [prose(number) for number in range(30)] + texts[30:]


def test_a_short_answer_above_a_block_stays() -> None:
    """What a tenth of the mails say in one word above the notice is no part of it."""
    texts = [
        f"{prose(number)}\n\n{'Approved.' if number % 10 == 0 else prose('z', number)}\n\n{NOTICE}" for number in range(300)
    ]
    left = stripped(texts)
    assert left[0] == f"{prose(0)}\n\nApproved."
    assert not any(NOTICE in text for text in left)


def test_rows_and_entries_are_never_taken_out_singly() -> None:
    """A table row and a list entry of many words that every document has stay in tables and lists that differ."""
    row, entry = (
        "the head of the table has many long words | and more than eight of them",
        "- approval of the minutes of the last meeting of the board",
    )
    texts = [f"{prose(n)}\n\n{row}\n{prose(n, 'r', words=9)} | 2\n\n{entry}\n- {prose(n, 'e', words=9)}" for n in range(40)]
    assert stripped(texts) == texts


def test_turns_are_taken_out_alone_if_long_and_never_as_runs() -> None:
    """Yes, no and well of two speakers in a row are a talk; what is read out at the start of every call is boilerplate."""
    small = "Agent: okay\nClient: yes\nAgent: okay\nClient: yes thank you\nAgent: okay\nClient: bye"
    texts = [f"Agent: {NOTICE}\nClient: {prose(n)}\nAgent: {prose('b', n)}\n{small}" for n in range(40)]
    assert stripped(texts) == [f"Client: {prose(n)}\nAgent: {prose('b', n)}\n{small}" for n in range(40)]


def test_rules_around_a_block_leave_with_it() -> None:
    """A line of dashes above a notice at the end is not left over; one between what stays is kept once."""
    texts = [f"{prose(n)}\n\n-----\n\n{NOTICE}\n\n-----" for n in range(20)] + [
        f"{prose(n)}\n\n*****\n\n{NOTICE}\n\n*****\n\n{prose('z', n)}" for n in range(20, 40)
    ]
    left = stripped(texts)
    assert left[0] == prose(0)
    assert left[20] == f"{prose(20)}\n\n*****\n\n{prose('z', 20)}"


_SHARED = [
    NOTICE,
    MENU,
    "Best regards",
    "Acme Ltd.",
    "-----",
    "- one\n- two",
    "Ann: yes\nTom: no\nAnn: fine",
    f"{NOTICE}\nBest regards\nAcme Ltd.",
]
_CORPORA = st.lists(
    st.lists(st.one_of(st.sampled_from(_SHARED), st.integers(0, 40).map(lambda n: prose(n, words=7 + n % 9))), max_size=5),
    min_size=1,
    max_size=14,
)
_SMALL = Minimum(documents=3, share=0.0)


@given(_CORPORA, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=60)
def test_the_order_of_documents_does_not_matter(corpus: list[list[str]], dice: random.Random) -> None:
    """Shuffled documents lose what they lost before, and all copies of a block are treated alike."""
    texts = ["\n\n".join(parts) for parts in corpus]
    order = list(range(len(texts)))
    dice.shuffle(order)
    before, after = stripped(texts, _SMALL), stripped([texts[number] for number in order], _SMALL)
    assert [before[number] for number in order] == after


@given(_CORPORA)
@settings(deadline=None, max_examples=60)
def test_a_second_pass_finds_nothing(corpus: list[list[str]]) -> None:
    """Under a given number of documents, what was stripped once holds no block any more."""
    once = stripped(["\n\n".join(parts) for parts in corpus], _SMALL)
    assert stripped(once, _SMALL) == once


@given(_CORPORA)
@settings(deadline=None, max_examples=60)
def test_what_is_left_is_whole_pieces_in_their_order(corpus: list[list[str]]) -> None:
    """Lines that stay are lines of the text in its order, none is cut or glued to another, and no empty lines pile up."""
    texts = ["\n\n".join(parts) for parts in corpus]
    for text, left in zip(texts, stripped(texts, _SMALL), strict=True):
        lines = iter(text.split("\n"))
        assert all(line in lines for line in left.split("\n") if line)
        assert "\n\n\n" not in left
        assert left == left.strip()
