"""Which signals there are, and from which value on each of them speaks against an example.

Belongs here: the closed list of signals with their published thresholds, and what the catalog may say instead. Does not belong here:
measuring (`measures`), and advice on each (`winnow.reasons`).

Thresholds of Gopher, C4 and FineWeb are those of their papers, set on web pages. A value at the limit stays, as in the papers of
Gopher and C4; FineWeb's leave at it. Signals that nobody has published a threshold for have none until the catalog gives one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Family = Literal["gopher", "c4", "fineweb", "length", "repetition", "answer", "summary", "language"]

Scope = Literal["part", "example"]
"""``part``: measured in input and target apart, and one of them is enough; ``example``: one figure."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One figure and its limits.

    Attributes:
        name: the signal's, and the reason of who is dropped for it.
        family: which paper, or which question.
        low: the least value that is well; None if there is no such limit.
        high: the highest value that is well.
        column: of `winnow.quality.measures.MEASURES` or, of a part, `winnow.quality.measures.PART`.
        scope: what is measured.
        leaves_at_limit: whether a value that is the limit is flagged.
    """

    name: str
    family: Family
    low: float | None = None
    high: float | None = None
    column: str = ""
    scope: Scope = "part"
    leaves_at_limit: bool = False

    @property
    def measured(self) -> str:
        """The column that the signal reads."""
        return self.column or self.name


@dataclass(frozen=True, slots=True)
class Bounds:
    """The limits in force; None: no such limit."""

    low: float | None
    high: float | None


TOP = (2, 3, 4)
DUPLICATE = (5, 6, 7, 8, 9, 10)
"""Words of a run, in Gopher's two families of figures about them."""

_TOP_LIMITS = dict(zip(TOP, (0.20, 0.18, 0.16), strict=True))
_DUPLICATE_LIMITS = dict(zip(DUPLICATE, (0.15, 0.14, 0.13, 0.12, 0.11, 0.10), strict=True))

_ALL = (
    # Rae et al. 2021, section A.1.1
    Signal("gopher_word_count", "gopher", 50, 100_000, scope="example"),
    Signal("gopher_mean_word_length", "gopher", 3, 10),
    Signal("gopher_hash_to_word", "gopher", None, 0.1),
    Signal("gopher_ellipsis_to_word", "gopher", None, 0.1),
    Signal("gopher_bullet_lines", "gopher", None, 0.9),
    Signal("gopher_ellipsis_lines", "gopher", None, 0.3),
    Signal("gopher_alphabetic_words", "gopher", 0.8),
    Signal("gopher_stop_words", "gopher", 2),
    # the same, table A1
    Signal("gopher_duplicate_lines", "gopher", None, 0.30),
    Signal("gopher_duplicate_paragraphs", "gopher", None, 0.30),
    Signal("gopher_duplicate_line_characters", "gopher", None, 0.20),
    Signal("gopher_duplicate_paragraph_characters", "gopher", None, 0.20),
    *(Signal(f"gopher_top_{words}_gram", "gopher", None, _TOP_LIMITS[words]) for words in TOP),
    *(Signal(f"gopher_duplicate_{words}_grams", "gopher", None, _DUPLICATE_LIMITS[words]) for words in DUPLICATE),
    # Raffel et al. 2020, section 2.2
    Signal("c4_sentences", "c4", 3, scope="example"),
    Signal("c4_kept_lines", "c4"),  # the paper drops lines, and a page only for what is left of it: see c4_sentences
    Signal("c4_lorem_ipsum", "c4", None, 0),
    Signal("c4_curly_bracket", "c4", None, 0),
    # Penedo et al. 2024, section 3.6
    Signal("fineweb_lines_with_end_mark", "fineweb", 0.12, leaves_at_limit=True),
    Signal(
        "fineweb_duplicate_line_characters",
        "fineweb",
        None,
        0.1,  # as the paper says; datatrove's filter has 0.01 for a default, which FineWeb-2 set back to 0.1
        column="gopher_duplicate_line_characters",
        leaves_at_limit=True,
    ),
    Signal("fineweb_short_lines", "fineweb", None, 0.67, leaves_at_limit=True),
    # ours
    Signal("too_short", "length", 2, column="characters"),  # one character is no text in any script
    Signal("too_long", "length", column="characters"),  # a task's token limit refuses what is too long for a model
    Signal(
        "repeats_itself", "repetition", None, 0.4
    ),  # a text that is said twice is one half repetition, and there is nothing between
    Signal("answer_repeats_prompt", "answer", None, 0.5, scope="example"),  # half of a prompt said back answers nothing
    # Grusky et al. 2018; they publish no threshold. A summary that is longer than its source is none.
    Signal("summary_compression", "summary", 1, scope="example"),
    Signal("summary_coverage", "summary", scope="example"),
    Signal("summary_density", "summary", scope="example"),
    Signal("summary_new_words", "summary", scope="example"),
    Signal("language_not_wanted", "language", scope="example", column="language"),
)

SIGNALS: Mapping[str, Signal] = {signal.name: signal for signal in _ALL}
"""Every signal by its name, in the order in which they are asked."""

FAMILIES: Mapping[str, tuple[str, ...]] = {
    family: tuple(signal.name for signal in _ALL if signal.family == family)
    for family in sorted({signal.family for signal in _ALL})
}
"""The signals of each family."""


def chosen(names: Iterable[str]) -> tuple[str, ...]:
    """The signals that ``names``, of signals and of families, name, in the order of `SIGNALS`; KeyError for a name of neither."""
    wanted = {signal for name in names for signal in (FAMILIES[name] if name in FAMILIES else (SIGNALS[name].name,))}
    return tuple(name for name in SIGNALS if name in wanted)


def published(name: str) -> Bounds:
    """The limits of the signal called ``name`` as long as the catalog gives no others."""
    return Bounds(SIGNALS[name].low, SIGNALS[name].high)
