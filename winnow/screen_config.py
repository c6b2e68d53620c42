"""What the catalog may say of quality and of evaluation files: `quality:` and `decontaminate:`.

Belongs here: the options. Does not belong here: which signals there are (`winnow.quality.signals`), and what is done by them
(`winnow.screen`, `winnow.contradictions`, `winnow.decontaminate`, `winnow.boilerplate`).

The default drops nothing. The published thresholds were set on pages of the web; a company's tickets, tables, logs and minutes fail
many of them and are what a model for that company has to read.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from winnow.quality.signals import FAMILIES, SIGNALS, Bounds, chosen, published
from winnow.tasks import Name, Settings

ContradictionAction = Literal["report", "drop_minority", "drop_all"]

BoilerplateAction = Literal["report", "strip", "keep"]

BOILERPLATE_DOCUMENTS = 20
"""In fewer documents a block may be what a few colleagues send each other; text that was seen a hundred times and more is what models
learn by heart (Carlini et al. 2023), and a source of some hundred documents has no more."""

BOILERPLATE_SHARE = 0.01
"""Of the source's documents. In a large source a popular quotation or a common question is in twenty documents, too, and a disclaimer is
in far more than one of a hundred."""

BOILERPLATE_WORDS = 8
"""The shortest of the notices that people complain of have eight or nine words ("This website uses cookies to improve your experience",
"Please consider the environment before printing this e-mail"); what greets, thanks or names a speaker has fewer."""


def _known_signals(names: Iterable[str], *, families: bool) -> None:
    unknown = sorted(name for name in names if name not in SIGNALS and not (families and name in FAMILIES))
    if unknown:
        known = ", ".join([*(FAMILIES if families else ()), *SIGNALS])
        message = f"{len(unknown)} names are of no signal{' and no family' if families else ''}; choose of {known}"
        raise ValueError(message)


class Threshold(Settings):
    """The limits of one signal, in place of the published ones."""

    min: float | None = Field(None, description="the least value that is well; none if left out")
    max: float | None = Field(None, description="the highest value that is well; none if left out")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("`min` is above `max`, so that no value is well; exchange them")
        return self


class DropRule(Settings):
    """Which examples leave for which signals."""

    signals: tuple[str, ...] = Field(
        min_length=1,
        description="signals for which an example leaves: single ones, or families (`gopher`, `c4`, `fineweb`, `length`, "
        "`repetition`, `answer`, `summary`, `language`)",
    )
    sources: tuple[Name, ...] = Field((), description="only examples of these sources; default: of all")
    tasks: tuple[Name, ...] = Field((), description="only examples of these tasks; default: of all")
    thresholds: Mapping[str, Threshold] = Field(
        default_factory=dict, description="signal → limits that hold for this rule alone, in place of all others"
    )

    @field_validator("signals")
    @classmethod
    def _signals(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        _known_signals(given, families=True)
        return given

    @model_validator(mode="after")
    def _own(self) -> Self:
        _known_signals(self.thresholds, families=False)
        others = sorted(set(self.thresholds) - set(chosen(self.signals)))
        if others:
            raise ValueError(f"`thresholds` of {', '.join(others)}, for which this rule drops nothing; add them to `signals`")
        return self


class Contradictions(Settings):
    """Prompts that occur with different labels."""

    action: ContradictionAction = Field(
        "report",
        description="what happens to their examples: nothing but a report; those leave that do not have the label of more than half "
        "(`drop_minority`; all of them where no label has); or all leave (`drop_all`)",
    )
    tasks: tuple[Name, ...] = Field((), description="tasks in which it happens, the others only report; default: all")


class Boilerplate(Settings):
    """Blocks of text that many documents of one source share."""

    action: BoilerplateAction = Field(
        "report",
        description="what happens to them, where a source says nothing else: they are counted (`report`), taken out of inputs and of "
        "targets that are texts (`strip`), or not looked for (`keep`)",
    )
    documents: int = Field(
        BOILERPLATE_DOCUMENTS,
        ge=2,
        description="in fewer documents of a source a block is none; near copies count as one document",
    )
    share: float = Field(BOILERPLATE_SHARE, ge=0, le=1, description="nor in a smaller share of the source's documents")
    min_words: int = Field(
        BOILERPLATE_WORDS,
        ge=3,
        description="a shorter paragraph or line is none, but short ones that always stand together are one; placeholders and numbers are "
        "not counted",
    )


class Quality(Settings):
    """Which signals are flagged and for which examples leave."""

    thresholds: Mapping[str, Threshold] = Field(
        default_factory=dict, description="signal → limits in place of the published ones; `{}`: the signal is never flagged"
    )
    languages: tuple[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")], ...] = Field(
        (), description="ISO 639 codes that are wanted; text told to be in another is flagged; default: any"
    )
    drop: tuple[DropRule, ...] = Field((), description="rules by which examples leave; default: none, all are only flagged")
    contradictions: Contradictions = Field(Contradictions(), description="what becomes of prompts with different labels")
    boilerplate: Boilerplate = Field(
        Boilerplate(), description="what becomes of blocks that many documents of one source share"
    )

    @field_validator("thresholds")
    @classmethod
    def _thresholds(cls, given: Mapping[str, Threshold]) -> Mapping[str, Threshold]:
        _known_signals(given, families=False)
        return given

    def bounds(self, signal: str, rule: DropRule | None = None) -> Bounds:
        """The limits of ``signal``: those of ``rule``, else the catalog's, else the published ones."""
        for thresholds in (rule.thresholds if rule else {}, self.thresholds):
            if signal in thresholds:
                return Bounds(thresholds[signal].min, thresholds[signal].max)
        return published(signal)


def _below_catalog(path: str, info: ValidationInfo) -> str:
    """``path`` from where the catalog lies, as every path in it."""
    return str((info.context or {}).get("folder", Path()) / Path(path).expanduser())


class EvaluationFile(Settings):
    """One file of texts that models are evaluated on."""

    name: Name
    path: Annotated[str, Field(min_length=1), AfterValidator(_below_catalog)] = Field(
        description="the file, from where the catalog lies: .jsonl, .json, .csv, .tsv, .parquet, .txt or .md"
    )
    columns: tuple[str, ...] = Field(
        (), description="keys or columns whose texts count; default: every text of three words or more, wherever it stands"
    )


class Decontaminate(Settings):
    """Evaluation files whose texts must not be trained on."""

    files: tuple[EvaluationFile, ...] = Field((), description="the files; without any, nothing is compared")
    ngram_words: int = Field(
        13,
        ge=8,
        le=50,
        description="so many words in a row that also stand in an evaluation text are a hit (Brown et al. 2020)",
    )
    common_ngrams: int | None = Field(
        10,
        ge=1,
        description="such a run in more examples than this is a common phrase and no hit (Brown et al. 2020); `null`: every run is",
    )

    @field_validator("files")
    @classmethod
    def _names(cls, given: tuple[EvaluationFile, ...]) -> tuple[EvaluationFile, ...]:
        if len({file.name for file in given}) < len(given):
            raise ValueError("two files have one name; counts are given by name, so choose another")
        return given
