"""The texts of one scope: what is found in one is found in all, and the search comes to an end."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_lowercase

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.detect import Detect, Span, build_detector, patterns_of
from winnow.detector_config import DetectorConfig
from winnow.documents import Block, Document, from_batch, to_batch
from winnow.mentions import replace
from winnow.placeholders import Mode, entities, mentions, number, render
from winnow.scope import people_of, settle
from winnow.scrub import ScrubConfig, remaining, scrubber


@dataclass(frozen=True)
class WordList:
    """A small but real name model: it takes every word of a list for what the list says, wherever it stands."""

    words: tuple[tuple[str, str, float], ...]  # word or words, entity, score

    def __call__(self) -> Detect:
        """The model."""
        return self.find

    def find(self, texts: Sequence[str]) -> list[list[Span]]:
        """Every whole word of the list in each text."""
        return [
            [
                Span(*match.span(), entity, score, "name_model")
                for word, entity, score in self.words
                for match in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text)
            ]
            for text in texts
        ]


MODEL = WordList(
    (
        ("Maria Keller", "PERSON", 0.9),
        ("Project Falcon", "PERSON", 0.9),
        ("Report", "PERSON", 0.9),
        ("Zibell", "PERSON", 0.9),
        ("Tansy", "PERSON", 0.3),
        ("Siemens", "ORGANIZATION", 0.9),
    )
)
PATTERNS = build_detector(DetectorConfig())
DETECT = build_detector(DetectorConfig(), MODEL)
ANY_LANGUAGE = frozenset(first + second for first in ascii_lowercase for second in ascii_lowercase)  # scraps have none
ANNOTATED = scrubber(ScrubConfig("salt", spans={"s": {"marks": "text"}}, languages=ANY_LANGUAGE))
SCRUBBERS = {
    policy: scrubber(ScrubConfig("salt", DetectorConfig(policy=policy), model=MODEL, languages=ANY_LANGUAGE))
    for policy in ("corporate", "strict")
}
STRICT = build_detector(DetectorConfig(policy="strict"), MODEL)


def _shown(texts: list[str], declared: list[str | None] | None = None, detect: Detect = DETECT, **more: object) -> list[str]:
    spans = settle(texts, declared or [None] * len(texts), detect, **more)  # type: ignore[arg-type]
    people = people_of(texts, spans)
    return number([replace(text, found, "salt", people)[0] for text, found in zip(texts, spans, strict=True)])


@pytest.mark.parametrize(
    "variant",
    [
        *("Dr. Maria Keller", "Keller", "Maria", "M. Keller", "Keller, Maria", "maria keller", "MARIA KELLER", "Maria  Keller"),
        *("mkeller", "kellerm", "MariaKeller", "maria_keller", "keller-maria", "Keller, M.", "KELLER"),
    ],
)
def test_every_variant_of_a_name_is_one_person(variant: str) -> None:
    """A name found once is found in each of its usual spellings, and is the same person there."""
    shown = _shown(["Regards,\n\nMs Maria Keller", f"then {variant} said yes"])
    assert "<PERSON_2>" not in "".join(shown)
    assert re.fullmatch(r"then (?:Dr\. )?<PERSON_1> said yes", shown[1])


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("MariaKeller_review.docx", "<PERSON_1>_review.docx"),
        ("keller-maria-2024", "<PERSON_1>-2024"),
        ("review_keller_v2", "review_<PERSON_1>_v2"),
        ("2024 KELLER", "2024 <PERSON_1>"),
    ],
)
def test_names_are_found_in_file_names(name: str, shown: str) -> None:
    """In a file's name a part of a known name is found whatever its case."""
    assert _shown(["By Ms Maria Keller", name], file_names=(1,))[1] == shown


def test_a_part_in_small_letters_is_a_name_in_file_names_alone() -> None:
    """In prose a word in small letters is no part of a name."""
    assert _shown(["By Ms Maria Keller", "in the keller below"])[1] == "in the keller below"


@pytest.mark.parametrize(("short", "long"), [("Bob", "Robert Miles"), ("Liz", "Elizabeth Tanner"), ("Robert", "Bob Tanner")])
def test_short_forms_of_a_given_name_are_the_same_person(short: str, long: str) -> None:
    """A common short form of a given name means the person of the scope who has that name."""
    assert _shown([f"From Mr {long}", f"Dear {short},\n"])[1] == "Dear <PERSON_1>,\n"


def test_initials_count_where_they_are_a_label() -> None:
    """Initials of a speaker are the person with that name, everywhere; in prose alone they are any abbreviation."""
    with_label = _shown(["Present: Maria Keller", "MK agreed.", "MK"], [None, None, "PERSON"])
    assert with_label == ["Present: <PERSON_1>", "<PERSON_1> agreed.", "<PERSON_1>"]
    assert _shown(["Present: Maria Keller", "MK agreed."])[1] == "MK agreed."
    assert _shown(["Present: Jonas Weiss", "UK rules", "UK"], [None, None, "PERSON"])[1] == "UK rules"


def test_two_people_of_one_family_name_stay_two() -> None:
    """A part of a name that two people share is neither of them."""
    shown = _shown(["Present: Maria Keller, Hans Keller", "Ms Keller and Hans"])
    assert shown == ["Present: <PERSON_1>, <PERSON_2>", "Ms <PERSON_3> and <PERSON_2>"]


def test_a_sure_guess_spreads() -> None:
    """A full name that the model finds is found in parts elsewhere, where the model did not look for them."""
    assert _shown(["Then Maria Keller left", "for Keller"]) == ["Then <PERSON_1> left", "for <PERSON_1>"]


@pytest.mark.parametrize(
    ("texts", "shown"),
    [
        (["the Report here", "Report no report"], ["the <PERSON_1> here", "<PERSON_1> no report"]),  # found twice, not spread
        (["Zibell came", "to ZIBELL"], ["<PERSON_1> came", "to <PERSON_1>"]),
        (["Zibell came, or a zibell", "to ZIBELL"], ["<PERSON_1> came, or a zibell", "to ZIBELL"]),
        (["Tansy came", "to TANSY"], ["<PERSON_1> came", "to TANSY"]),
        (["Project Falcon is on", "every project and Project"], ["<PERSON_1> is on", "every project and Project"]),
    ],
)
def test_a_doubtful_guess_stays_in_its_place(texts: list[str], shown: list[str]) -> None:
    """A model's single word that is a word of the scope too, or that it is unsure of, is replaced where it was found alone."""
    assert _shown(texts) == shown


def test_organisations_spread_under_strict_alone() -> None:
    """What a policy keeps is neither found nor looked for; under strict an organisation goes from the whole scope."""
    texts = ["at Siemens now", "(Siemens)"]
    assert _shown(texts) == texts
    assert _shown(texts, detect=STRICT) == ["at <ORGANIZATION_1> now", "(<ORGANIZATION_1>)"]


PIECES = st.lists(
    st.sampled_from(
        [
            *(
                "Maria Keller",
                "Keller",
                "keller",
                "Project Falcon",
                "Report",
                "Zibell",
                "Tansy",
                "Siemens",
                "MK",
                "Dear Ms Vogt,",
            ),
            *(
                "maria.keller@corp.internal",
                "+49 30 1234567",
                "Regards,",
                "\n",
                "\n\n",
                "mkeller",
                "M. Keller",
                "<PERSON_1>",
                "PIN",
            ),
            *("Dr.", "4821", "said", "@mkeller", "Vogt", "(", ")", ":", "From:", "the report"),
        ]
    ),
    max_size=14,
).map(" ".join)


@settings(max_examples=40, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=3), st.sampled_from(["corporate", "strict"]))
def test_scrubbing_a_scrubbed_document_changes_nothing(texts: list[str], policy: str) -> None:
    """With a name model too, a scrubbed document stays as it is, and a search of it by patterns finds nothing."""
    scrub = SCRUBBERS[policy]
    document = Document(document_id="d", source="s", title=texts[0], fields={str(at): text for at, text in enumerate(texts)})
    [once] = from_batch(scrub(to_batch([document])))
    [twice] = from_batch(scrub(to_batch([once])))
    assert once.reason == twice.reason
    assert (once.title, once.fields) == (twice.title, twice.fields)
    assert remaining([once.title, *once.fields.values()], patterns_of(DETECT)) == [[]] * (1 + len(once.fields))


@settings(max_examples=40, deadline=None)
@given(PIECES, st.sampled_from(["placeholder", "surrogate", "removal"]))
def test_annotations_move_with_their_text_in_every_mode(text: str, mode: Mode) -> None:
    """An annotation around a whole word that is not replaced holds that word in the text from which any mode is rendered."""
    text = f"This is the note that we wrote about the plan of this week. {text} ANCHOR end"
    at = text.index("ANCHOR")
    marks = json.dumps([{"start": at, "end": at + 6, "label": "X"}])
    [document] = from_batch(ANNOTATED(to_batch([Document(document_id="d", source="s", fields={"text": text, "marks": marks})])))
    [mark] = json.loads(document.fields["marks"])
    piece = document.fields["text"][mark["start"] : mark["end"]]
    if not entities(piece):
        assert render([document.fields["text"], piece], mode, "salt")[1] == "ANCHOR"


def test_counts_are_of_what_was_replaced() -> None:
    """A document's counts are those of its placeholders, a speaker counted for each turn."""
    blocks = (Block("turn", "I am Keller.", speaker="Maria Keller"), Block("turn", "Yes, Maria.", speaker="Maria Keller"))
    [document] = from_batch(scrubber(ScrubConfig("salt"))(to_batch([Document(document_id="d", source="s", blocks=blocks)])))
    held = [mention for block in document.blocks for text in (block.text, block.speaker or "") for mention in mentions(text)]
    assert document.pii == {"PERSON": len(held)} == {"PERSON": 4}
