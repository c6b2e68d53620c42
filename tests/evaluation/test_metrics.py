"""Measures against cases counted by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.gold import Gold, Mention
from evaluation.intervals import Share
from evaluation.metrics import F1, f1, false_alarms, score
from evaluation.scrubbed import curve, drawn
from winnow.detect import Span

TEXT = "Mr Ola Berg, 44, met Ola Berg in Oslo on 3 May."
#       0         1         2         3         4
OLA, OLA_AGAIN, PLACE, DAY = (3, 11), (21, 29), (33, 37), (41, 46)


def gold(*mentions: Mention) -> Gold:
    """The text with these mentions."""
    return Gold("d", TEXT, mentions, "letters")


def mention(place: tuple[int, int], entity: str, entity_id: str, identifier: str = "QUASI", form: str = "") -> Mention:
    """A mention at a place."""
    return Mention(*place, entity, entity_id, identifier, form)  # type: ignore[arg-type]


def span(place: tuple[int, int], entity: str = "PERSON", probability: float = 1.0) -> Span:
    """A span at a place."""
    return Span(*place, entity, probability, "test:rule")


DOCUMENT = gold(
    mention(OLA, "PERSON", "ola", "DIRECT", "full name"),
    mention(OLA_AGAIN, "PERSON", "ola", "DIRECT", "full name"),
    mention(PLACE, "LOCATION", "oslo", "NO_MASK"),
    mention(DAY, "DATE_TIME", "day"),
)


def test_an_entity_counts_only_when_all_its_mentions_are_covered() -> None:
    """One of two mentions found: half of the mentions, none of the entities, and no document."""
    scores = score([DOCUMENT], [[span(OLA), span(DAY, "DATE_TIME")]])
    assert scores.persons == Share(1, 2)
    assert scores.entities == {"DATE_TIME": Share(1, 1), "PERSON": Share(0, 1)}
    assert scores.identifiers == {"DIRECT": Share(0, 1), "QUASI": Share(1, 1)}
    assert scores.documents == Share(0, 1)


def test_everything_covered_is_a_full_score() -> None:
    """All mentions to mask covered: recall 1 by every count, and a mention that may stay is not asked for."""
    scores = score([DOCUMENT], [[span(OLA), span(OLA_AGAIN), span(DAY)]])
    assert scores.all_mentions == Share(3, 3)
    assert scores.identifiers == {"DIRECT": Share(1, 1), "QUASI": Share(1, 1)}
    assert scores.documents == Share(1, 1)


@pytest.mark.parametrize(
    ("spans", "hits"),
    [
        ([(3, 10)], 0),  # one letter left
        ([(3, 6)], 0),  # one word of two
        ([(3, 6), (7, 11)], 1),  # the space between two words is no letter
        ([(0, 13)], 1),  # more than the mention
    ],
)
def test_a_mention_is_covered_letter_by_letter(spans: list[tuple[int, int]], hits: int) -> None:
    """Every letter and digit of a mention must be removed, by however many spans; other characters do not matter."""
    scores = score([gold(mention(OLA, "PERSON", "ola"))], [[span(place) for place in spans]])
    assert scores.persons == Share(hits, 1)


def test_any_type_covers() -> None:
    """A name that was removed as something else is gone all the same."""
    assert score([gold(mention(OLA, "PERSON", "ola"))], [[span(OLA, "ADDRESS")]]).persons == Share(1, 1)


def test_token_precision_counts_masked_words() -> None:
    """Of `Mr Ola Berg`, `Oslo` and `44`, two words identify, three are annotated, five are masked; overlaps count once."""
    scores = score([DOCUMENT], [[span((0, 11)), span(OLA), span(PLACE, "LOCATION"), span((13, 15), "AGE")]])
    assert scores.precision == Share(2, 5)
    assert scores.precision_any == Share(3, 5)


def test_titles_annotated_apart_count_neither_way() -> None:
    """A masked title is no false alarm, a title that stays is no leak."""
    titled = gold(mention((0, 2), "TITLE", "title", "NO_MASK"), mention(OLA, "PERSON", "ola"))
    for found in ([span((0, 11))], [span(OLA)]):
        scores = score([titled], [found])
        assert scores.precision == Share(2, 2)
        assert scores.persons == Share(1, 1)


def test_the_lenient_reading_passes_over_titles_and_small_words() -> None:
    """With `Mr` annotated as part of a name, its absence breaks the strict count and not the benchmark's own."""
    scores = score([gold(mention((0, 11), "PERSON", "ola", "DIRECT"))], [[span(OLA)]])
    assert scores.identifiers["DIRECT"] == Share(0, 1)
    assert scores.lenient["DIRECT"] == Share(1, 1)


def test_an_entity_with_one_direct_mention_is_direct() -> None:
    """The strictest identifier of its mentions is the entity's."""
    scores = score([gold(mention(OLA, "PERSON", "ola", "QUASI"), mention(OLA_AGAIN, "PERSON", "ola", "DIRECT"))], [[]])
    assert scores.identifiers == {"DIRECT": Share(0, 1)}


def test_recall_is_told_by_form_and_genre() -> None:
    """Mentions of persons are counted by how they are written and by what they stand in."""
    scores = score([DOCUMENT], [[span(OLA)]])
    assert scores.forms == {"full name": Share(1, 2)}
    assert scores.genres == {"letters": Share(1, 2)}


def test_exact_and_partial_spans() -> None:
    """Both ends agree, punctuation aside: exact. One letter in common: partial. Another type: neither."""
    found = [[span((3, 12)), span((21, 24)), span(DAY, "PERSON"), span(PLACE, "ORGANIZATION")]]
    assert f1([DOCUMENT], found, "PERSON", exact=True) == F1(1, 3, 2)
    assert f1([DOCUMENT], found, "PERSON", exact=False) == F1(2, 3, 2)
    assert f1([DOCUMENT], found, "LOCATION", exact=False).value == 0
    assert f1([DOCUMENT], found, "PERSON", exact=True).value == pytest.approx(0.4)


def test_one_span_hits_one_mention() -> None:
    """A span over two mentions is one hit, or a text masked whole would have no false alarm."""
    assert f1([DOCUMENT], [[span((0, 47))]], "PERSON", exact=False) == F1(1, 1, 2)


def test_false_alarms_are_spans_and_words() -> None:
    """Every span is an alarm; words are runs of letters and digits."""
    assert false_alarms([Gold("t", "Bump Flask to 3.1")], [[span((5, 10))]]) == (1, 5)


def test_as_many_predictions_as_documents() -> None:
    """Predictions that cannot be matched to documents are refused."""
    with pytest.raises(ValueError, match="zip"):
        score([DOCUMENT], [])


def test_a_curve_keeps_what_reaches_the_threshold() -> None:
    """At a lower threshold more candidates count: recall rises, precision falls, and both are drawn."""
    points = curve(
        [DOCUMENT],
        [[span(OLA, probability=0.9), span(OLA_AGAIN, probability=0.4), span((30, 32), probability=0.4)]],
        [0.3, 0.5],
    )
    assert [point.scores.persons for point in points] == [Share(2, 2), Share(1, 2)]
    assert [point.scores.precision.value for point in points] == [0.8, 1.0]
    assert [point.alarms for point in points] == [3, 1]
    assert len(drawn(points).split("\n")) == 3


places = st.tuples(st.integers(0, 40), st.integers(1, 7)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@settings(deadline=None, max_examples=50)
@given(st.lists(places, max_size=6), places)
def test_more_spans_never_lower_recall(found: list[tuple[int, int]], more: tuple[int, int]) -> None:
    """Removing more text covers at least as many mentions, entities and documents."""
    few, many = (score([DOCUMENT], [[span(place) for place in chosen]]) for chosen in (found, [*found, more]))
    assert few.all_mentions.hits <= many.all_mentions.hits
    assert few.documents.hits <= many.documents.hits
    assert sum(share.hits for share in few.entities.values()) <= sum(share.hits for share in many.entities.values())
