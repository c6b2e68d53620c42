"""What a task is: the part of the catalog that every recipe shares.

A recipe adds its own options by a subclass in its own file; the catalog accepts the union of all of them.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$", description="lower-case letters, digits and underscores")]

Label = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^\S([^\n]*\S)?$", description="a class, in one line")]

Weighing: TypeAlias = Literal["none", "inverse", "effective"]

OVERSAMPLE_LIMIT = 4
"""Up to four times the same text teaches a model nearly as much as new text does (Muennighoff et al. 2023, "Scaling
Data-Constrained Language Models")."""

TOKEN_LIMIT_LABELS = 2_048  # tokens; the limit that classification examples had in the legacy fine-tuning guide
TOKEN_LIMIT_TEXTS = 16_384  # tokens; the training context of the chat models that are fine-tuned most


class Settings(BaseModel):
    """The base of every part of the catalog: immutable, and a key nobody knows is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Target(Settings):
    """How many train examples each label should have: a number, or a share of what the labels have."""

    count: int | None = Field(None, ge=1, description="so many")
    of_largest: float | None = Field(None, gt=0, le=1, description="this share of the largest label's train examples")
    of_median: float | None = Field(
        None, gt=0, le=10, description="so many times the train examples of the label in the middle"
    )

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = [name for name in ("count", "of_largest", "of_median") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"{len(given)} given; say exactly one of `count`, `of_largest` and `of_median`")
        return self


class PerSource(Settings):
    """How far one source may fill a label, or a task without labels."""

    cap: int | None = Field(None, ge=1, description="keep at most this many train examples of a label from one source")
    share: float | None = Field(
        None,
        gt=0,
        lt=1,
        description="no source gives more than this share of a label's train examples; a label with too few sources for it "
        "is shared evenly, and none is cut below `minimum` for it",
    )
    weights: Weighing = Field("none", description="as `weights`, among the sources of one label")


class Balance(Settings):
    """How the classes of one task are evened out; train only."""

    cap: int | None = Field(
        None, ge=1, description="keep at most this many train examples of a label; of the task where it has no labels"
    )
    target: Target | None = Field(
        None, description="how many are wanted of each label: more are cut, fewer are made up for by `oversample`"
    )
    per_source: PerSource = Field(PerSource(), description="how far one source may fill a label")
    intensity_bins: int = Field(
        3,
        ge=1,
        le=20,
        description="sentiment: a label is evened out over so many equal steps of intensity, wherever it is cut, weighted or "
        "oversampled; 1: not",
    )
    oversample: Literal["none", "weight", "copies"] = Field(
        "none",
        description="what makes up for examples that a label lacks to its `target`: a higher `weight` in the index, or `copies`: "
        "the same line again in the train files, for consumers that know no weights",
    )
    oversample_limit: int = Field(
        OVERSAMPLE_LIMIT, ge=2, le=100, description="no example counts more often than this by `oversample`"
    )
    weights: Weighing = Field(
        "none",
        description="weight of each train example in the index: `inverse` is n / (classes × n of its label); `effective` the "
        "same with the effective number of samples, (1 - βⁿ) / (1 - β), in place of n of its label; the mean is 1",
    )
    beta: float = Field(0.999, ge=0, lt=1, description="β of `effective`: 0 weighs all alike, close to 1 as `inverse` does")
    weight_limit: float | None = Field(None, ge=1, description="no weight is higher than this")
    minimum: int = Field(100, ge=1, description="fewer train examples of a label than this is reported")
    below_minimum: Literal["warn", "error", "drop", "other"] = Field(
        "warn",
        description="what happens then: a warning in the UI, a blocked publication, or, where fewer are to be expected in train, "
        "the label leaves the dataset or becomes part of `other`, on all sides before the split",
    )
    merge: Mapping[Label, Label] = Field(
        default_factory=dict, description="label → label that takes its examples in, on all sides, before duplicates leave"
    )
    other: Label = Field("other", description="what the label is called that small ones become part of")

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if self.oversample != "none" and self.target is None:
            raise ValueError("`oversample` fills up to a target; say how many, such as `target: {of_largest: 1}`")
        if self.oversample == "weight" and self.weights != "none":
            raise ValueError("`weights` and `oversample: weight` both decide the weight; leave one of them out")
        chained = sorted(set(self.merge) & set(self.merge.values()))
        if chained:
            raise ValueError(
                f"{len(chained)} labels in `merge` are merged and take others in; name the last one for all of them"
            )
        return self

    @property
    def cuts(self) -> bool:
        """Whether any example can leave train or be copied by these rules."""
        return any(rule is not None for rule in (self.cap, self.target, self.per_source.cap, self.per_source.share))


class Format(Settings):
    """A consumer format, and what is decided about it: a name alone, or a mapping with its name."""

    name: Name = Field(description="of the format: see docs/exports.md")
    tokenizer: str | None = Field(
        None, description="whose tokens `token_limit` counts; default: the format's own, else the task's"
    )
    token_limit: int | None = Field(
        None, ge=16, description="most tokens of a record; default: the format's own (classification: 512), else none"
    )
    over_limit: Literal["drop", "truncate"] | None = Field(
        None,
        description="what happens to a longer record: left out of this format, or its text cut; only `classification` can cut, and does "
        "so by default",
    )
    weight: bool = Field(False, description="chat: each line has the example's weight at its root, as Fireworks reads it")
    lines: bool = Field(False, description="formats that are one JSON array: write a line for each record instead")

    @model_validator(mode="before")
    @classmethod
    def _named(cls, value: object) -> object:
        return {"name": value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """For editors: the name alone is enough."""
        return {"anyOf": [{"type": "string"}, handler(core_schema)]}


def by_name(formats: tuple[Format, ...]) -> tuple[Format, ...]:
    """``formats`` if none stands twice.

    Raises:
        ValueError: one does.
    """
    if len({one.name for one in formats}) < len(formats):
        raise ValueError("a format stands here twice; name each once")
    return formats


Formats = Annotated[tuple[Format, ...], Field(min_length=1), AfterValidator(by_name)]


class Task(Settings):
    """One kind of example to make, from which sources, in which words."""

    name: Name
    kind: str
    sources: tuple[Name, ...] = Field(min_length=1, description="names of the sources that feed this task")
    system: str | None = Field(None, description="system message of the chat format")
    template: str = Field("{input}", description="user message of the chat format; {input} is the example's input")
    tokenizer: str = Field("o200k_base", description="whose tokens are counted: see winnow/tokens.py")
    token_limit: int | None = Field(None, ge=16, description="tokens of input and target together; default by kind")
    over_limit: Literal["drop", "split"] = Field(
        "drop", description="drop a longer example, or split it by blocks where each part keeps its own target"
    )
    formats: Formats | None = Field(None, description="consumer formats of this task; default: those of the dataset")
    near_duplicate_threshold: float = Field(0.8, ge=0.5, le=1.0, description="Jaccard similarity at which two examples are one")
    keep_contained: bool = Field(
        False,
        description="keep an example of which a longer one of its class has nearly all (95% of its runs of five words); they stay in "
        "one group",
    )
    balance: Balance = Balance()

    @property
    def label_names(self) -> frozenset[str]:
        """All labels that the task can give; empty where they are taken from a column as they are, or there are none."""
        return frozenset()

    @property
    def limit_tokens(self) -> int:
        """The limit in force, in tokens of ``tokenizer``."""
        labels = self.kind in {"classification", "sentiment"}
        return self.token_limit or (TOKEN_LIMIT_LABELS if labels else TOKEN_LIMIT_TEXTS)
