"""Looking at a text once for all rules: a rule that is left out, or is tried at some words alone, would have found nothing else."""

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation import corporate, technical
from winnow.detect import available
from winnow.normalise import FILLER, view
from winnow.recognizers._base import Rule
from winnow.recognizers._prefilter import Prefilter

_RULES: tuple[Rule, ...] = tuple(rule for recognizer in available().values() for rule in recognizer.rules)
_PREFILTER = Prefilter(_RULES)
_KEYWORDS = sorted({word for rule in _RULES for word in (*rule.near, *rule.titles, *rule.starts, *rule.needs)})
_NUMBERS = [
    "$5", "US$ 40", "one", "two hundred", "About 1,500", "up to 3", "4,5 Mio", "twenty-five", "EUR 20", "roundabout $7", "12/03/2024",
    "123-45-6789", "078 05 1120", "12 345 678", "GB82WEST12345698765432", "3. März", "2019", "mid-May", "Friday, 4 June",
    "per cent", "euros", "children", "years", "kg", "million",
]  # fmt: skip
_TEXTS = st.lists(
    st.one_of(
        st.sampled_from(_KEYWORDS).flatmap(lambda word: st.sampled_from((word, word.upper(), word.title(), word + "s"))),
        st.sampled_from(_NUMBERS),
        st.sampled_from((" ", "\n", "\n\n", ": ", " | ", "-", "_", ", ", "(", ")", FILLER, "x", "7", "號", "\ud800", "😀")),
    ),
    max_size=40,
).map(lambda parts: view("".join(parts)).text)


@cache
def _generated() -> tuple[str, ...]:
    return tuple(view(gold.text).text for gold in (*corporate.generate(60)[:60], *technical.generated(2)[:40]))


def _missed(text: str) -> list[str]:
    possible = set(_PREFILTER.possible(text))
    return [rule.name for number, rule in enumerate(_RULES) if number not in possible and any(rule.find(text))]


@settings(deadline=None, max_examples=150)
@given(_TEXTS)
def test_a_rule_that_is_left_out_finds_nothing(text: str) -> None:
    """No rule that `Prefilter` leaves out matches, whatever keywords, numbers and signs stand side by side."""
    assert _missed(text) == []


def test_no_rule_is_left_out_that_finds_something_in_documents() -> None:
    """No rule that is left out for one of the project's own texts finds something in it."""
    assert [name for text in _generated() for name in _missed(text)] == []


def test_most_rules_are_left_out() -> None:
    """Of a plain sentence, fewer than half of the rules are asked."""
    assert (
        len(_PREFILTER.possible("The committee met and talked about the weather, the harvest and little else."))
        < len(_RULES) / 2
    )


@pytest.mark.parametrize("rule", [rule for rule in _RULES if rule.heads], ids=lambda rule: rule.name)
def test_heads_lose_nothing(rule: Rule) -> None:
    """A rule that is tried only at words with its heads finds what it finds when it is tried everywhere."""
    everywhere = replace(rule, heads=frozenset())
    at_signs = (
        "About $5, up to €2 Mio., US$3 and EUR 4; at least one hundred kilometres, Friday, 3 May 2019, mid-June 2020, 2 years."
    )
    for text in (*_generated(), at_signs):
        assert list(rule.find(text)) == list(everywhere.find(text))


@settings(deadline=None, max_examples=150)
@given(_TEXTS)
def test_heads_lose_nothing_among_odd_neighbours(text: str) -> None:
    """The same in texts of keywords, numbers and signs side by side."""
    for rule in _RULES:
        if rule.heads:
            assert list(rule.find(text)) == list(replace(rule, heads=frozenset()).find(text))
