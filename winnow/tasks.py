"""What a task is: the part of the catalog that every recipe shares.

A recipe adds its own options by a subclass in its own file; the catalog accepts the union of all of them.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$", description="lower-case letters, digits and underscores")]

TOKEN_LIMIT_LABELS = 2_048  # tokens; the limit that classification examples had in the legacy fine-tuning guide
TOKEN_LIMIT_TEXTS = 16_384  # tokens; the training context of the chat models that are fine-tuned most


class Settings(BaseModel):
    """The base of every part of the catalog: immutable, and a key nobody knows is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Balance(Settings):
    """How the classes of one task are evened out; train only."""

    cap: int | None = Field(None, ge=1, description="keep at most this many train examples of a label")
    minimum: int = Field(100, ge=1, description="fewer train examples of a label than this is reported")
    below_minimum: Literal["warn", "error", "drop"] = Field(
        "warn", description="what happens then: a warning in the UI, a blocked publication, or the label leaves the dataset"
    )
    weights: Literal["none", "inverse"] = Field(
        "none", description="`inverse` gives each train example the weight n / (classes × n of its label) in the index"
    )


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
    near_duplicate_threshold: float = Field(0.8, ge=0.5, le=1.0, description="Jaccard similarity at which two examples are one")
    balance: Balance = Balance()

    @property
    def limit_tokens(self) -> int:
        """The limit in force, in tokens of ``tokenizer``."""
        labels = self.kind in {"classification", "sentiment"}
        return self.token_limit or (TOKEN_LIMIT_LABELS if labels else TOKEN_LIMIT_TEXTS)
