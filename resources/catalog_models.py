"""The catalog's ``fine_tuning``: which models are made of a version, where, and which of them becomes the current one.

Belongs here: what the YAML may say of models. Does not belong here: training them (`resources.training`), and what is kept of them
(`resources.model_records`).
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from winnow.models import Folder
from winnow.tasks import Name, Settings

Hyperparameter = str | int | float | bool


class _Model(Settings):
    """What every model says of itself."""

    name: Name = Field(description="of the model's line; each trained model is called after it and its settings")
    task: Name = Field(description="whose examples it learns from")
    measure: Literal["accuracy", "macro_f1", "rouge_l", "chrf", "exact_match"] | None = Field(
        None, description="by which models of this line are compared; default: macro_f1 of labels, chrf of texts"
    )
    worst_drop: float = Field(
        0.0, ge=0, description="how far the measure may lie below the current model's, beyond chance, before the check fails"
    )


class ApiModel(_Model):
    """Fine-tuned by a service with OpenAI's interface."""

    kind: Literal["api"] = "api"
    address: str = Field(
        "https://api.openai.com/v1", pattern=r"^https?://[^/\s]+(/[^\s?#]*)?$", description="of the interface, with its version"
    )
    api_key: str = Field("", repr=False, description="key of the service, as ${env:…} or ${file:…}")
    base: str = Field(min_length=1, description="the service's name of the model to begin with")
    suffix: str = Field("", max_length=64, description="what the service adds to the model's name")
    format: Literal["chat", "completion"] = Field("chat", description="of the training file")
    hyperparameters: dict[str, Hyperparameter] = Field(default_factory=dict, description="handed to the service as they are")
    method: Literal["none", "supervised"] = Field(
        "none", description="`supervised`: hyperparameters go where OpenAI takes them now; `none`: where most services do"
    )
    seed: int | None = Field(None, ge=0, description="of the service's training")
    parallel_requests: int = Field(4, ge=1, le=64, description="questions asked at once when the model is measured")
    timeout_seconds: float = Field(60, gt=0, description="for one answer of the service")


class _LocalModel(_Model):
    """Trained on this machine, in a process of its own, from a folder that is there already."""

    base: Folder = Field(description="folder of the model to begin with: config.json, its tokenizer, weights as .safetensors")
    python: Folder | None = Field(None, description="the Python that has the extra `train`; default: the one that runs winnow")
    seed: int = Field(1, ge=0, description="of weights, order and dropout")
    epochs: float = Field(3, gt=0, le=100, description="times that each example is seen")
    batch_size: int = Field(16, ge=1, description="examples between two steps")
    weight_decay: float = Field(0.01, ge=0, description="of AdamW")
    warmup_share: float = Field(0.1, ge=0, lt=1, description="share of the steps in which the rate rises")
    threads: int | None = Field(None, ge=1, description="processor threads; default: all")


class ClassifierModel(_LocalModel):
    """BERT, ALBERT or another encoder with a class for each label."""

    kind: Literal["classifier"] = "classifier"
    format: Literal["classification"] = Field("classification", description="of the training file")
    learning_rate: float = Field(5e-5, gt=0, description="the highest; it falls in a straight line")
    max_tokens: int = Field(512, ge=8, description="word pieces of a text; what is longer is cut")


class CausalModel(_LocalModel):
    """A causal language model with low-rank adapters (LoRA)."""

    kind: Literal["causal"] = "causal"
    format: Literal["chat", "completion"] = Field("chat", description="`chat` needs a tokenizer with a chat template")
    learning_rate: float = Field(2e-4, gt=0, description="the highest; it falls in a straight line")
    max_tokens: int = Field(2048, ge=16, description="tokens of a record; what is longer is cut")
    gradient_accumulation: int = Field(1, ge=1, description="batches of which one step is made")
    rank: int = Field(16, ge=1, description="of the adapters")
    alpha: int = Field(32, ge=1, description="their scale, over the rank")
    dropout: float = Field(0.05, ge=0, lt=1, description="in the adapters")


Model = ApiModel | ClassifierModel | CausalModel


class FineTuning(Settings):
    """What becomes of a version once it is published."""

    promote: Literal["manual", "if_better"] = Field(
        "manual",
        description="`if_better`: a model whose measure is higher than the current one's, with the whole 95 % interval of the difference "
        "above zero, takes its place after its evaluation, and the first becomes current if it beats every baseline so; `manual`: "
        "`winnow models --promote MODEL` alone",
    )
    shots: int = Field(8, ge=0, le=64, description="examples that the base model is shown as a baseline; 0: it is not asked")
    max_test_examples: int | None = Field(
        None, ge=10, description="most examples that a model is measured on, the same ones every time; default: all"
    )
    models: tuple[Annotated[Model, Field(discriminator="kind")], ...] = Field(min_length=1, description="what is trained")

    @model_validator(mode="after")
    def _once(self) -> "FineTuning":
        if len({model.name for model in self.models}) < len(self.models):
            raise ValueError("two models have one name; their records hang on it")
        return self

    def model(self, name: str) -> Model:
        """The model called ``name``; KeyError if there is none."""
        return {model.name: model for model in self.models}[name]
