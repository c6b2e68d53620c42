"""Telling languages, and holding back text in those that nobody knows names in."""

import random
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.documents import Block, Document
from winnow.languages import LONGEST_PASSAGE_CHARS, UNKNOWN, UNSUPPORTED, hold_back, is_foreign, language_of, passages, primary
from winnow.placeholders import internal

EN = frozenset({"en"})

ENGLISH = (
    "The quarterly figures were presented to the board on Monday. They look good, although the Leipzig office is late. "
    "We agreed to follow up next week, after the audit."
)
SENTENCES = {
    "de": "Der Bericht von Frau Schmidt liegt seit gestern auf dem Tisch, und niemand hat ihn gelesen.",
    "fr": "Le rapport de Madame Lefèvre est sur la table depuis hier et personne ne l'a encore lu.",
    "pl": "Raport pani Kowalskiej leży od wczoraj na stole i nikt go jeszcze nie przeczytał.",
    "es": "El informe de la señora García está desde ayer sobre la mesa y nadie lo ha leído.",
    "it": "La relazione della signora Rossi è da ieri sul tavolo e nessuno l'ha ancora letta.",
    "nl": "Het verslag van mevrouw De Vries ligt sinds gisteren op tafel en niemand heeft het gelezen.",
    "cs": "Zpráva paní Novákové leží od včerejška na stole a nikdo ji ještě nečetl.",
    "sv": "Rapporten från fru Svensson ligger sedan igår på bordet och ingen har läst den.",
    "uk": "Звіт пані Шевченко лежить на столі з учорашнього дня, і ніхто його не читав.",
    "zh": "王女士的报告从昨天起就放在桌子上,还没有人看过。",
}
SHORT = {
    "de": ("Meine Karte funktioniert nicht", "Wo ist mein Geld?", "Bitte um Rückruf", "Bitte rufen Sie Anna Schmidt an."),
    "fr": ("Ma carte ne marche pas", "Où est mon argent ?", "Je voudrais fermer mon compte"),
    "pl": ("Moja karta nie działa", "Gdzie są moje pieniądze?", "Tak, zgadzam się."),
}
UNTELLABLE = (
    "",
    "OK",
    "Maria Keller, Jan Novak, Piotr Kowalski",
    "Müller & Söhne GmbH, Hauptstraße 5, 50667 Köln",
    "Total | 12.5 | 33.1",
    "https://example.com/de/bericht-der-woche",
    "<PERSON_1> <EMAIL_ADDRESS_2>",
    "MIIBVQIBADANBg",
    "Homo sapiens, Mus musculus, Xenopus laevis et al.",
)
TICKETS = (
    "how do i get a pin for my card",
    "Can you send me the actual card?",
    "What do the disposable cards do?",
    "I wish to remove my account.",
    "Are there ATM fees?",
    "The customer Müller from Köln asked about the Hauptstraße branch",
    "SELECT name FROM customers WHERE id = 5",
    "def area(width, height): return width * height",
)


def paragraphs(*texts: str, **given: Any) -> Document:
    """A document of paragraphs."""
    return replace(Document(blocks=tuple(Block("paragraph", text) for text in texts)), **given)


def left(document: Document) -> list[str]:
    """The texts of the blocks that stay when only English is known."""
    return [block.text for block in hold_back(document, EN).blocks]


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_is_in_its_language(code: str) -> None:
    """An ordinary sentence is told with confidence, is foreign where only English is known, and is not where its language is."""
    found, share = language_of(SENTENCES[code])
    assert (found, share > 0.5) == (code, True)
    assert is_foreign(SENTENCES[code], EN) is True
    assert is_foreign(SENTENCES[code], EN | {code}) is False


@pytest.mark.parametrize("text", [text for texts in SHORT.values() for text in texts])
def test_a_short_message_is_told_as_well(text: str) -> None:
    """A few words are enough where they are words and not names."""
    assert is_foreign(text, EN) is True


@pytest.mark.parametrize("code", ["de", "fr", "pl"])
def test_capitals_hide_nothing(code: str) -> None:
    """A sentence in capitals is in the same language."""
    assert is_foreign(SENTENCES[code].upper(), EN) is True


@pytest.mark.parametrize("disguise", ["**{}**".format, "\u00ad".join, "[{}]".format])
def test_markup_and_soft_hyphens_hide_nothing(disguise: Callable[[str], str]) -> None:
    """Words in bold, in brackets or with soft hyphens are words."""
    assert is_foreign(" ".join(map(disguise, SENTENCES["de"].split())), EN) is True


@pytest.mark.parametrize("text", [*TICKETS, ENGLISH, ENGLISH.upper()])
def test_english_is_not_foreign(text: str) -> None:
    """Short questions, names and places of other countries, code and capitals are not taken for another language."""
    assert not is_foreign(text, EN)


@pytest.mark.parametrize("text", UNTELLABLE)
def test_what_has_no_words_cannot_be_told(text: str) -> None:
    """Names, addresses, figures, links and species say nothing about the language around them."""
    assert is_foreign(text, EN) is None


@pytest.mark.parametrize("code", ["de", "fr", "pl"])
@pytest.mark.parametrize("place", ["before", "between", "behind"])
def test_one_sentence_in_an_english_block_is_seen(code: str, place: str) -> None:
    """A block is held back for a single sentence of eight words or more, wherever it stands."""
    parts = {"before": (SENTENCES[code], ENGLISH), "behind": (ENGLISH, SENTENCES[code])}
    text = " ".join(parts.get(place, (ENGLISH, SENTENCES[code], ENGLISH)))
    assert is_foreign(text, EN) is True


def test_nothing_hides_at_the_end_of_a_long_block() -> None:
    """The whole of a block is looked at, not its first page."""
    assert is_foreign(f"{ENGLISH} " * 500, EN) is False
    assert is_foreign(f"{ENGLISH} " * 500 + SENTENCES["de"], EN) is True


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.sampled_from("aB9 .!?\n\u00e9\u4e2d"), max_size=2_000))
def test_passages_lose_nothing_and_are_short(text: str) -> None:
    """Passages put together are the text, and none is longer than a long line with a short one before it."""
    found = list(passages(text))
    assert "".join(found) == text
    assert all(len(passage) < 2 * LONGEST_PASSAGE_CHARS for passage in found)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from([*SENTENCES.values(), *TICKETS, *UNTELLABLE]), max_size=6), st.randoms())
def test_a_verdict_does_not_depend_on_what_came_before(texts: list[str], dice: random.Random) -> None:
    """Asked in any order, each text gets the same verdict."""
    verdicts = {text: is_foreign(text, EN) for text in texts}
    shuffled = dice.sample(texts, len(texts))
    assert {text: is_foreign(text, EN) for text in shuffled} == verdicts


@pytest.mark.parametrize(
    "text", ["a" * 1_000_000, "a." * 500_000, "\ue000" * 1_000_000, "<" * 1_000_000, "á\n" * 300_000, " " * 1_000_000]
)
def test_a_hostile_megabyte_is_judged_in_seconds(text: str) -> None:
    """Text made to be slow costs time in proportion to its length."""
    start = time.perf_counter()
    is_foreign(text, EN)
    assert time.perf_counter() - start < 20


def test_too_little_text_has_no_language() -> None:
    """Where nothing can be told the answer is the code for that, without confidence."""
    assert language_of("OK") == (UNKNOWN, 0.0)


@pytest.mark.parametrize(
    ("tag", "code"), [("en-GB", "en"), ("DE_at", "de"), ("nb", "no"), (" pl ", "pl"), ("zh-Hant-TW", "zh")]
)
def test_a_declared_tag_is_reduced_to_its_language(tag: str, code: str) -> None:
    """Region and script do not matter, and Norwegian has one code."""
    assert primary(tag) == code


@pytest.mark.parametrize("code", ["de", "fr", "pl"])
def test_a_foreign_block_leaves_the_document(code: str) -> None:
    """The block goes, the others stay, and a note counts what went."""
    document = paragraphs(ENGLISH, SENTENCES[code], ENGLISH)
    found = hold_back(document, EN)
    assert ([block.text for block in found.blocks], found.reason) == ([ENGLISH, ENGLISH], None)
    assert found.notes == {UNSUPPORTED: 1}


@pytest.mark.parametrize("code", ["de", "fr", "pl"])
def test_a_foreign_document_is_refused_without_text(code: str) -> None:
    """Title, name, blocks and fields are gone, names in it included, and the reason says why."""
    document = paragraphs("Anna Schmidt", SENTENCES[code], title="Bericht", name="Schmidt-17", fields={"topic": "HR"})
    found = hold_back(document, EN)
    assert (found.reason, found.title, found.name, found.blocks, dict(found.fields)) == (UNSUPPORTED, "", "", (), {})
    assert hold_back(document, EN | {code}) is document


def test_what_cannot_be_told_goes_with_its_neighbours() -> None:
    """A list of names beside a foreign paragraph goes with it, one between English paragraphs stays."""
    names = "Anna Schmidt, Jan Novak"
    assert left(paragraphs(ENGLISH, names, SENTENCES["de"], names, "OK", ENGLISH, names, ENGLISH)) == [
        ENGLISH,
        ENGLISH,
        names,
        ENGLISH,
    ]


def test_a_document_that_cannot_be_told_is_what_it_is_declared() -> None:
    """Names alone stay unless the source or the document says that they are in another language."""
    names = paragraphs("Anna Schmidt, Jan Novak")
    assert hold_back(names, EN) is names
    assert hold_back(replace(names, language="en-GB"), EN).reason is None
    assert hold_back(replace(names, language="de"), EN).reason == UNSUPPORTED


@pytest.mark.parametrize(("declared", "text", "reason"), [("en", SENTENCES["de"], UNSUPPORTED), ("de", ENGLISH, None)])
def test_a_declaration_is_no_proof(declared: str, text: str, reason: str | None) -> None:
    """What the text says overrules what was declared, both ways."""
    assert hold_back(paragraphs(text, language=declared), EN).reason == reason


def test_a_foreign_title_or_file_name_leaves_an_english_document() -> None:
    """Title and file name are text like any other."""
    document = paragraphs(ENGLISH, title=SENTENCES["de"], name="der-bericht-liegt-seit-gestern-auf-dem-tisch")
    found = hold_back(document, EN)
    assert (found.title, found.name, len(found.blocks), found.notes) == ("", "", 1, {UNSUPPORTED: 2})


def test_a_foreign_field_leaves_its_row_and_takes_its_spans_along() -> None:
    """A row keeps its English fields; a column of spans that counts the characters of what went, goes too."""
    row = Document(fields={"text": ENGLISH, "note": SENTENCES["fr"], "marks": "[]", "topic": "Visa"}, row_number=0)
    found = hold_back(row, EN, {"marks": "note"})
    assert (dict(found.fields), found.notes) == ({"text": ENGLISH, "topic": "Visa"}, {UNSUPPORTED: 2})


def test_a_row_whose_only_prose_is_foreign_is_refused() -> None:
    """A ticket in Polish is no row about its topic alone."""
    row = Document(fields={"text": SHORT["pl"][0], "topic": "cards"}, row_number=3)
    assert hold_back(row, EN).reason == UNSUPPORTED


def test_a_declared_column_is_not_judged() -> None:
    """What is replaced whole cannot hold a row back."""
    row = Document(fields={"text": ENGLISH, "address": "in der kleinen Straße hinter dem Bahnhof"}, row_number=3)
    assert hold_back(row, EN, {}, frozenset({"address"})) is row


def test_a_refused_row_stays_refused_for_its_own_reason() -> None:
    """A row that could not be read is not judged."""
    row = Document(reason="encrypted", language="de")
    assert hold_back(row, EN) is row


PIECES = st.sampled_from([ENGLISH, *SENTENCES.values(), *UNTELLABLE])


@settings(max_examples=80, deadline=None)
@given(st.lists(PIECES, max_size=8), st.sampled_from([None, "en", "de"]))
def test_no_foreign_passage_is_left(texts: list[str], language: str | None) -> None:
    """Whatever a document is put together from, nothing foreign stays, and holding back again changes nothing."""
    found = hold_back(paragraphs(*texts, language=language), EN)
    assert not any(is_foreign(block.text, EN) for block in found.blocks)
    again = hold_back(found, EN)
    assert (again.blocks, again.reason) == (found.blocks, found.reason)
    kept = sum(text == ENGLISH for text in texts)
    assert sum(block.text == ENGLISH for block in found.blocks) == kept


def test_a_scrubbed_document_is_not_judged_again() -> None:
    """A document with internal placeholders was judged when it had its words: what is left of it stays as it is."""
    scrubbed = Document(blocks=(Block("paragraph", f"{SENTENCES['de']} {internal('PERSON', '0' * 16)}"),))
    assert hold_back(scrubbed, EN) == scrubbed
    assert hold_back(Document(blocks=(Block("paragraph", SENTENCES["de"]),)), EN).reason == UNSUPPORTED
