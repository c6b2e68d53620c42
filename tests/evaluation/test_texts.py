"""The project's own test texts: annotated rightly, varied, the same each time."""

import re
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.corporate import GENRES, facts, generate, noise
from evaluation.corporate.people import FORMS, pools
from evaluation.draw import Draw
from evaluation.gold import Gold, Mention
from evaluation.grammar import chosen
from evaluation.technical import documentation, generated

CORPORATE = generate()
TECHNICAL = generated()


def test_enough_documents_of_every_genre() -> None:
    """At least 400 documents, no two alike, every genre with its share."""
    assert len(CORPORATE) >= 400
    assert len({gold.text for gold in CORPORATE}) == len(CORPORATE)
    assert {gold.genre for gold in CORPORATE} == set(GENRES)


def test_the_same_texts_each_time() -> None:
    """The same code gives the same documents."""
    assert generate() == CORPORATE
    assert generated() == TECHNICAL


def test_mentions_lie_in_their_text_and_apart() -> None:
    """Every mention is a span of its text, in order, without overlaps, with a letter or a digit."""
    for gold in CORPORATE:
        at = 0
        for mention in gold.mentions:
            assert at <= mention.start < mention.end <= len(gold.text)
            assert any(character.isalnum() for character in gold.text[mention.start : mention.end])
            at = mention.end


def test_no_person_stands_unannotated() -> None:
    """A full name of a document stands nowhere in it but where it is annotated."""
    for gold in CORPORATE:
        annotated = {at for mention in gold.mentions for at in range(mention.start, mention.end)}
        for mention in gold.mentions:
            if mention.entity == "PERSON" and mention.form == "full name":
                name = gold.text[mention.start : mention.end]
                assert all(found.start() in annotated for found in re.finditer(re.escape(name), gold.text))


def test_every_form_and_every_kind_of_noise_occurs() -> None:
    """Whatever the figures break recall down by is there, ten times or nearly."""
    counts = Counter(mention.form for gold in CORPORATE for mention in gold.mentions if mention.entity == "PERSON")
    wanted = {called for _, called in FORMS.values()} | {form for form, _ in noise.KINDS}
    assert {form for form, count in counts.items() if count >= 8} == wanted


def test_many_names_of_many_cultures() -> None:
    """More than 300 given and 300 family names, of at least fifteen cultures."""
    assert len(pools()) >= 15
    assert len({name for given_names, _ in pools() for name in given_names}) >= 300
    assert len({name for _, family_names in pools() for name in family_names}) >= 300


def test_nothing_of_the_grammar_is_left() -> None:
    """No slot, choice or pool is left unfilled in any text."""
    for gold in [*CORPORATE, *TECHNICAL]:
        assert not re.search(r"\{@|@(?:work|plain|note)\b|\{p\d|\ue010|⟦", gold.text)


def test_account_numbers_are_valid() -> None:
    """An IBAN's check digits are right, or a checksum would rightly leave it in the text."""
    for number in range(20):
        iban = facts.iban(Draw(str(number))).replace(" ", "")
        assert int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 == 1


def test_technical_texts_are_many_and_varied() -> None:
    """Own technical texts are at least 15,000 words, hardly two alike; with this repository's pages they are 20,000."""
    own = sum(len(gold.text.split()) for gold in TECHNICAL)
    pages = sum(len(gold.text.split()) for gold in documentation())
    assert own >= 15_000
    assert own + pages >= 20_000
    assert len({gold.text for gold in TECHNICAL}) >= 0.97 * len(TECHNICAL)


def test_a_choice_is_made_within_a_choice() -> None:
    """Choices nest, pools are templates, and slots stay for the caller."""
    made = {chosen("{a {b|c}|{@pool}} {slot.x}", {"pool": ("d {e|f}",)}, Draw(str(seed))) for seed in range(60)}
    assert made == {"a b {slot.x}", "a c {slot.x}", "d e {slot.x}", "d f {slot.x}"}


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet="Ola Berg\nßİ-ﬁ.", min_size=1, max_size=60), st.integers(0, 10**6), st.data())
def test_noise_moves_mentions_with_their_text(text: str, seed: int, data: st.DataObject) -> None:
    """However a text is disturbed, text and mention grow together: what stood before, in and after a mention still does."""
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    before = Gold("d", text, (Mention(start, end, "PERSON", "p", form="full name"),), "mails")
    for form, change in noise.KINDS:
        pieces = change(text, Draw(str(seed)))
        assert len(pieces) == len(text)
        after = noise.apply(before, form, pieces)
        moved = after.mentions[0]
        assert after.text[moved.start : moved.end] == "".join(pieces[start:end])
