"""The scrubbing stage: documents in, documents with placeholders out."""

import json
import pickle
import random
import re
from collections.abc import Sequence
from dataclasses import replace as change
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow import placeholders
from winnow.detect import Span, build_detector
from winnow.detector_config import DetectorConfig
from winnow.documents import Block, Document, from_batch, to_batch
from winnow.mentions import resolve
from winnow.names import is_role
from winnow.schemas import SCRUBBED
from winnow.scrub import ScrubConfig, explain, remaining, scrub_key, scrub_texts, scrubber

DETECT = build_detector(DetectorConfig())
CONFIG = ScrubConfig(
    salt="salt",
    personal={"tickets": {"customer": "PERSON", "address": "EMAIL_ADDRESS", "team": "TEAM"}},
    spans={"tickets": {"marks": "text"}},
)
SCRUB = scrubber(CONFIG)

VALUES = {
    "EMAIL_ADDRESS": "maria.keller@corp.internal",
    "PHONE_NUMBER": "+49 30 1234567",
    "IBAN_CODE": "DE89 3704 0044 0532 0130 00",
    "CREDIT_CARD": "4111 1111 1111 1111",
    "IP_ADDRESS": "10.20.30.40",
    "MAC_ADDRESS": "00:1A:2B:3C:4D:5E",
    "URL": "https://intranet.example.com/u/4711",
    "US_SSN": "078-05-1120",
    "UK_NINO": "AB 12 34 56 C",
    "FR_NIR": "1 84 12 76 451 089 46",
    "ES_NIF": "12345678Z",
    "IT_FISCAL_CODE": "RSSMRA85T10A562S",
    "CRYPTO": "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    "SECRET": "AKIAIOSFODNN7EXAMPLE",
    "ADDRESS": "221B Baker Street, London NW1 6XE",
}
FULL_WIDTH = {ord(str(digit)): 0xFF10 + digit for digit in range(10)}


def _invisible(value: str, random_: random.Random) -> str:
    at = random_.randrange(1, len(value))
    return value[:at] + random_.choice("\u200b\u00ad\u2060\ufeff") + value[at:]


DISGUISES = {
    "none": lambda value, _: value,
    "invisible": _invisible,
    "non-breaking": lambda value, _: value.replace(" ", "\u00a0"),
    "thin": lambda value, _: value.replace(" ", "\u2009"),
    "full-width": lambda value, _: value.translate(FULL_WIDTH),
    "hyphens": lambda value, _: value.replace("-", "\u2011"),
}
PLANTED = st.tuples(st.sampled_from(sorted(VALUES)), st.sampled_from(sorted(DISGUISES)), st.randoms(use_true_random=False))
FILL = st.sampled_from([" and ", "; then ", ".\n\nNext: ", " | ", ' "', "\t", ", see <PERSON_3> or ", " (", ") — "])


def _document(**fields: object) -> Document:
    return Document(**{"document_id": "d1", "source": "tickets", **fields})  # type: ignore[arg-type]


def _scrubbed(*documents: Document) -> list[Document]:
    return from_batch(SCRUB(to_batch(documents, SCRUBBED)))


def _shown(document: Document) -> list[str]:
    """Title, name, blocks, speakers and fields with numbers in place of ids."""
    speakers = [block.speaker or "" for block in document.blocks]
    return placeholders.number(
        [document.title, document.name, *[block.text for block in document.blocks], *speakers, *document.fields.values()]
    )


@settings(max_examples=120, deadline=None)
@given(st.lists(st.tuples(PLANTED, FILL), min_size=1, max_size=5))
def test_planted_values_in_disguise_do_not_survive(planted: list[tuple[tuple[str, str, random.Random], str]]) -> None:
    """Every planted value is covered whole, its disguise is one with its plain form, and nothing is left to find."""
    text, where = "Note: ", []
    for (entity, disguise, random_), fill in planted:
        value = DISGUISES[disguise](VALUES[entity], random_)
        where.append((len(text), len(text) + len(value), entity))
        text += value + fill
    [(scrubbed, spans)] = scrub_texts([text], DETECT)
    for start, end, entity in where:
        assert any(span.start <= start and end <= span.end and span.entity == entity for span in spans)
    assert remaining([scrubbed], DETECT) == [[]]
    for entity in {entity for _, _, entity in where}:
        assert len(set(re.findall(rf"<{entity}_\d+>", scrubbed))) == 1
    assert [scrubbed] == [again for again, _ in scrub_texts([scrubbed], DETECT)]


MESS = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *VALUES.values(),
                "Dear Ms Keller,",
                "\nKind regards,\nMaria Keller\n",
                "password: ",
                "<PERSON_2>",
                "born on ",
                "14 March 1985",
                "@",
                "@maria",
                "PIN is 4821",
                "Keller",
                "Tel. ",
                "12 ",
                "://",
                "Maria ",
                "\n\n",
                ".com",
                "-",
            ]
        ),
        st.text(st.sampled_from("a1 .-@:/+\u200b\uff11\ue000\ue001\ue002"), max_size=6),
    ),
    max_size=12,
).map("".join)


@settings(max_examples=200, deadline=None)
@given(MESS)
def test_scrubbing_is_idempotent_and_leaves_nothing_to_find(text: str) -> None:
    """Scrubbing a scrubbed text changes nothing and finds nothing, whatever the text."""
    [(scrubbed, _)] = scrub_texts([text], DETECT)
    assert scrub_texts([scrubbed], DETECT) == [(scrubbed, [])]
    assert remaining([scrubbed], DETECT) == [[]]


@settings(max_examples=100, deadline=None)
@given(MESS)
def test_spans_map_back_exactly(text: str) -> None:
    """Outside the spans the text stays as it was, but for numbered placeholders that it already held."""
    text = placeholders.neutralise(text)
    [(scrubbed, spans)] = scrub_texts([text], DETECT)
    kept, at = [], 0
    for span in spans:
        assert at <= span.start < span.end <= len(text)
        kept.append(text[at : span.start])
        at = span.end
    kept.append(text[at:])
    pattern = r"<[A-Z_]+_\d+>".join(re.escape(part) for part in kept)
    assert re.fullmatch(re.sub(r"<[A-Z]+(?:\\?_)2>", "<[A-Z]+_[0-9]+>", pattern), scrubbed)


@settings(max_examples=60, deadline=None)
@given(st.lists(MESS, max_size=4), MESS)
def test_a_scrubbed_document_stays_as_it_is(blocks: list[str], title: str) -> None:
    """The stage applied to its own output changes nothing, not even the counts, and no text of it alone gives a finding."""
    document = _document(title=title, blocks=tuple(Block("paragraph", placeholders.neutralise(text)) for text in blocks))
    document = change(document, title=placeholders.neutralise(title))
    [once] = _scrubbed(document)
    assert once.reason is None
    assert _scrubbed(once) == [once]
    assert not any(remaining(_shown(once), DETECT))


def test_one_person_is_one_id_everywhere() -> None:
    """A speaker is one person in title, file name, turns and fields, by full name, family name and in capitals."""
    document = _document(
        title="Review with Maria Keller",
        name="2026-10-01_Keller_review",
        blocks=(
            Block("turn", "Thanks, Maria. Ms Keller, go on.", speaker="Dr. Maria Keller"),
            Block("turn", "M. Keller and KELLER agree. Kellerman does not, nor the keller.", speaker="Project Manager"),
        ),
        fields={"customer": "Keller, Maria", "note": "ask maria.keller@corp.internal", "empty": ""},
    )
    [scrubbed] = _scrubbed(document)
    people = {entity for text in _texts(scrubbed) for entity in placeholders.entities(text) if entity[0] == "PERSON"}
    assert len(people) == 1
    shown = _shown(scrubbed)
    assert shown[0] == "Review with <PERSON_1>"
    assert shown[1] == "2026-10-01_<PERSON_1>_review"
    assert shown[2] == "Thanks, <PERSON_1>. Ms <PERSON_1>, go on."
    assert "Kellerman does not, nor the keller." in shown[3]
    assert shown[4:] == ["<PERSON_1>", "Project Manager", "<PERSON_1>", "ask <EMAIL_ADDRESS_1>", ""]
    assert scrubbed.pii["PERSON"] == 8
    assert scrubbed.pii["EMAIL_ADDRESS"] == 1


def _texts(document: Document) -> list[str]:
    return [
        document.title,
        document.name,
        *[b.text for b in document.blocks],
        *[b.speaker or "" for b in document.blocks],
        *document.fields.values(),
    ]


def test_the_same_entity_has_the_same_id_in_every_document() -> None:
    """An id depends on the salt and the canonical form alone, so that documents of one example can be joined."""
    first, second = _scrubbed(
        _document(document_id="a", title="Call +49 30 1234567"),
        _document(document_id="b", title="Call +49\u00a030 12 345 67 again"),
    )
    assert placeholders.entities(first.title) == placeholders.entities(second.title) != []
    other = scrubber(ScrubConfig(salt="other"))
    [salted] = from_batch(other(to_batch([_document(title="Call +49 30 1234567")])))
    assert placeholders.entities(salted.title) != placeholders.entities(first.title)


def test_two_people_of_one_name_are_not_mixed_up() -> None:
    """A family name that two people share is an entity of its own."""
    document = _document(
        blocks=(
            Block("turn", "Keller said so.", speaker="Maria Keller"),
            Block("turn", "Which one?", speaker="Hans Keller"),
        )
    )
    [scrubbed] = _scrubbed(document)
    ids = {identity for text in _texts(scrubbed) for _, identity in placeholders.entities(text)}
    assert len(ids) == 3


def test_a_signature_in_the_next_block_is_found() -> None:
    """A name that stands alone in the block after a closing formula is a signature."""
    [scrubbed] = _scrubbed(_document(blocks=(Block("paragraph", "Kind regards,"), Block("paragraph", "Ana Lima"))))
    assert _shown(scrubbed)[2:4] == ["Kind regards,", "<PERSON_1>"]


def test_numbers_do_not_join_over_blocks() -> None:
    """Digits of two blocks are never one number."""
    blocks = (Block("paragraph", "It cost 4111 1111"), Block("paragraph", "1111 1111 of them"))
    [scrubbed] = _scrubbed(_document(blocks=blocks))
    assert scrubbed.blocks == blocks


def test_a_private_key_over_several_blocks_is_removed_from_each() -> None:
    """A span that reaches over blocks is replaced in every one of them."""
    lines = ["-----BEGIN PRIVATE KEY-----", "MIIBVQIBADANBg", "kqhkiG9w0BAQEF", "-----END PRIVATE KEY-----", "bye"]
    [scrubbed] = _scrubbed(_document(blocks=tuple(Block("paragraph", line) for line in lines)))
    assert all(re.fullmatch("\ue000SECRET:[0-9a-f]{16}\ue001", block.text) for block in scrubbed.blocks[:-1])
    assert scrubbed.blocks[-1].text == "bye"


def test_declared_columns_are_replaced_whole_and_looked_for_elsewhere() -> None:
    """A column that the catalog declares is one placeholder, and its value goes from the other columns too."""
    document = _document(
        fields={"customer": "Zoë Quist", "team": "Blue Ridge", "text": "Zoë of Blue Ridge; Quist wrote.", "address": " "}
    )
    [scrubbed] = _scrubbed(document)
    assert placeholders.number(list(scrubbed.fields.values())) == [
        "<PERSON_1>",
        "<TEAM_1>",
        "<PERSON_1> of <TEAM_1>; <PERSON_1> wrote.",
        " ",
    ]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 40), st.integers(0, 40), MESS)
def test_annotated_spans_move_with_their_text(start: int, length: int, text: str) -> None:
    """An annotated span holds the same characters after scrubbing, or the whole placeholder of what it cut."""
    text = placeholders.neutralise(text)
    start, end = min(start, len(text)), min(start + length, len(text))
    marks = json.dumps([{"start": start, "end": end, "label": "X", "text": "left out"}])
    [scrubbed] = _scrubbed(_document(fields={"text": text, "marks": marks}))
    [moved] = json.loads(scrubbed.fields["marks"])
    assert set(moved) == {"start", "end", "label"}
    after = scrubbed.fields["text"][moved["start"] : moved["end"]]
    outside = scrubbed.fields["text"][: moved["start"]] + scrubbed.fields["text"][moved["end"] :]
    assert after.count("\ue000") == after.count("\ue001")
    assert outside.count("\ue000") == outside.count("\ue001")
    if after == scrubbed.fields["text"][moved["start"] : moved["end"]] and not placeholders.entities(scrubbed.fields["text"]):
        assert after == text[start:end]


def test_an_annotation_inside_a_replaced_span_takes_the_placeholder() -> None:
    """A span over a part of an address becomes a span over its placeholder, and later spans shift."""
    text = "From a.b@corp.internal to Berlin"
    marks = [{"start": 5, "end": 8, "label": "USER"}, {"start": 26, "end": 32, "label": "CITY"}]
    [scrubbed] = _scrubbed(_document(fields={"text": text, "marks": json.dumps(marks)}))
    got = [(m["label"], scrubbed.fields["text"][m["start"] : m["end"]]) for m in json.loads(scrubbed.fields["marks"])]
    assert got[1] == ("CITY", "Berlin")
    assert got[0][0] == "USER"
    assert placeholders.entities(got[0][1])
    assert placeholders.without_internal(got[0][1]) == ""


@pytest.mark.parametrize("marks", ["no json", '[{"start": 0}]', '[{"start": 0, "end": 999, "label": "X"}]', '{"a": 1}'])
def test_a_document_that_cannot_be_scrubbed_is_held_back(marks: str) -> None:
    """A failure gives a row with a reason and no text, and spares the other documents of the batch."""
    bad = _document(
        document_id="bad", title="Maria", name="n", blocks=(Block("paragraph", "x"),), fields={"text": "t", "marks": marks}
    )
    good = _document(document_id="good", title="Call +49 30 1234567")
    held, kept = _scrubbed(bad, good)
    assert held == Document(document_id="bad", source="tickets", reason="scrub_failed")
    assert placeholders.entities(kept.title)


def test_a_literal_placeholder_is_nobody_else() -> None:
    """Numbered placeholders in the source become ids of their own scope, and a speaker that is one stays one."""
    document = _document(blocks=(Block("turn", "I am <PERSON_1>, not Ms Keller.", speaker="<PERSON_1>"),))
    one, other = _scrubbed(document, change(document, document_id="d2"))
    [(_, same), (_, keller)] = placeholders.entities(one.blocks[0].text)
    assert placeholders.entities(one.blocks[0].speaker or "") == [("PERSON", same)]
    assert keller != same
    assert placeholders.entities(other.blocks[0].text) != placeholders.entities(one.blocks[0].text)
    assert one.pii == {"PERSON": 1}


@pytest.mark.parametrize(
    ("label", "role"),
    [
        *[
            (label, True)
            for label in [
                "Speaker 1",
                "Project Manager",
                "PhD D",
                "The Chair",
                "Grad A",
                "Agent",
                "CUSTOMER",
                "Unknown Speaker",
            ]
        ],
        *[(label, False) for label in ["Maria Keller", "Mark", "The Chair (Mr. Bruce Stanton)", "Dr David Blaney", "MK", "J"]],
    ],
)
def test_roles(label: str, role: bool) -> None:
    """Labels of roles are told from names; a role with its holder is a name."""
    assert is_role(label) is role


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(1, 8), st.sampled_from("ABC"), st.sampled_from([0.5, 0.9])), max_size=8),
    st.randoms(),
)
def test_overlaps_resolve_to_the_same_cover_in_any_order(
    raw: list[tuple[int, int, str, float]], random_: random.Random
) -> None:
    """Resolved spans are disjoint, cover what the given ones cover, and do not depend on their order."""
    spans = [Span(start, start + length, entity, score, "r") for start, length, entity, score in raw]
    text = "x" * 30
    resolved = resolve(text, spans)
    shuffled = list(spans)
    random_.shuffle(shuffled)
    assert resolve(text, shuffled) == resolved
    assert all(left.end <= right.start for left, right in pairwise(resolved))
    assert {at for s in resolved for at in range(s.start, s.end)} == {at for s in spans for at in range(s.start, s.end)}
    if spans:
        longest = max(spans, key=lambda s: (s.end - s.start, s.score))
        assert any(
            (s.start, s.end) == (longest.start, longest.end) or s.end - s.start >= longest.end - longest.start for s in resolved
        )


def test_the_key_follows_the_configuration() -> None:
    """Salt, detector and declared columns are part of the stage's key, and the configuration survives pickling."""
    others = [
        change(CONFIG, salt="x"),
        change(CONFIG, personal={}),
        change(CONFIG, spans={}),
        change(CONFIG, detector=DetectorConfig(deny=("URL",))),
    ]
    assert len({scrub_key(config) for config in [CONFIG, *others]}) == 5
    assert scrub_key(pickle.loads(pickle.dumps(CONFIG))) == scrub_key(CONFIG)


def test_explanations_never_quote() -> None:
    """The explanation of a span names entity, place, recogniser and reason, and nothing of the text."""
    text = "Dear Ms Keller, mail j.doe@corp.internal. Keller"
    [(_, spans)] = scrub_texts([text], DETECT)
    assert len(spans) == 3
    for span in spans:
        sentence = explain(span)
        assert span.entity in sentence
        assert text[span.start : span.end] not in sentence
        assert len(sentence) > 40


def test_a_name_that_an_address_spells_is_a_person() -> None:
    """Beside his e-mail address a name needs no title, wherever it stands in the document, and both spans are explained."""
    blocks = (Block("table", "Buyer | Despina Georgiou | despina.georgiou@corp.internal"), Block("paragraph", "Ask Georgiou."))
    (document,) = _scrubbed(_document(blocks=blocks))
    assert [text for block in document.blocks for text in re.findall("Despina|Georgiou|georgiou", block.text)] == []
    assert document.pii == {"EMAIL_ADDRESS": 1, "PERSON": 2}
    ((_, spans),) = scrub_texts(["Despina Georgiou, despina.georgiou@corp.internal"], DETECT)
    assert "spells the name" in explain(spans[0])


def test_a_model_is_not_asked_what_class_a_row_is_of() -> None:
    """What a model takes for a name goes from the text and stays in the columns of labels, from which patterns still remove."""

    def guesses(texts: Sequence[str]) -> list[list[Span]]:
        return [
            [Span(*hit.span(), "PERSON", 0.9, "names:word") for hit in re.finditer("Jenkins|Travis", text)] for text in texts
        ]

    config = ScrubConfig(salt="salt", classes={"tickets": ("topic", "kind")}, model=lambda: guesses)
    fields = {"text": "So we asked Travis to do it.", "topic": "Jenkins", "kind": "maria.keller@corp.internal"}
    (scrubbed,) = from_batch(scrubber(config)(to_batch([_document(fields=fields)])))
    assert placeholders.number([scrubbed.fields[name] for name in ("text", "topic", "kind")]) == [
        "So we asked <PERSON_1> to do it.",
        "Jenkins",
        "<EMAIL_ADDRESS_1>",
    ]


def test_a_name_that_lost_a_letter_goes_whole() -> None:
    """Where a PDF wrote a question mark for a letter that its font lacks, no half of the name is left standing."""
    texts = ["Then Dr. Anna Kowal?ska wrote.", "Did you see Ms Keller? she left."]
    assert [scrubbed for scrubbed, _ in scrub_texts(texts, DETECT)] == [
        "Then Dr. <PERSON_1> wrote.",
        "Did you see Ms <PERSON_1>? she left.",
    ]
