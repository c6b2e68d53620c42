"""Which name model the catalog may ask for.

Belongs here: what a catalog says of a model. Does not belong here: loading one (`resources.models`), and any library that runs
one.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from winnow.tasks import Settings

EntityName = Annotated[str, Field(pattern=r"^[A-Z][A-Z_]{1,40}$", description="upper-case letters and underscores")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}$", description="ISO 639-1 code")]


def _below_catalog(folder: str, info: ValidationInfo) -> str:
    """``folder`` from where the catalog lies, as every path in it."""
    return str((info.context or {}).get("folder", Path()) / Path(folder).expanduser())


Folder = Annotated[str, Field(min_length=1), AfterValidator(_below_catalog)]

COMMON_LABELS: Mapping[str, str] = {
    "PER": "PERSON",
    "PERSON": "PERSON",
    "PERS": "PERSON",
    "PERSNAME": "PERSON",
    "LOC": "LOCATION",
    "LOCATION": "LOCATION",
    "GPE": "LOCATION",
    "FAC": "LOCATION",
    "PLACENAME": "LOCATION",
    "ORG": "ORGANIZATION",
    "ORGANIZATION": "ORGANIZATION",
    "ORGNAME": "ORGANIZATION",
    "NORP": "DEMOGRAPHIC",
    "DATE": "DATE_TIME",
    "TIME": "DATE_TIME",
    "DATE_TIME": "DATE_TIME",
    "MONEY": "QUANTITY",
    "PERCENT": "QUANTITY",
    "QUANTITY": "QUANTITY",
    "CARDINAL": "QUANTITY",
    "ADDRESS": "ADDRESS",
    "MISC": "MISC",
}
"""What usual labels of CoNLL, OntoNotes and spaCy's models are called here, without ``B-`` and ``I-``; others are left out."""


class ShippedModel(Settings):
    """The model that comes with winnow."""

    kind: Literal["shipped"] = "shipped"
    languages: tuple[Language, ...] | None = Field(None, description="what it may be given; default: those of its card")


class NoModel(Settings):
    """No model: patterns alone, which find names only where nothing but a name stands."""

    kind: Literal["none"] = "none"


class OnnxModel(Settings):
    """A model of the shipped one's layout: model.onnx, vocab.txt and model.json in one folder."""

    kind: Literal["onnx"] = "onnx"
    folder: Folder = Field(description="folder of the model")
    languages: tuple[Language, ...] | None = Field(None, description="what it may be given; default: those of its model.json")


class _ForeignModel(Settings):
    """What the models of other libraries have in common."""

    languages: tuple[Language, ...] = Field(min_length=1, description="what the model may be given")
    labels: dict[str, EntityName] = Field(
        {}, description="the model's labels → entities; those not named: PER, LOC, GPE, ORG, DATE and the like by custom"
    )

    def entity(self, label: str) -> str | None:
        """The entity that the model's ``label`` stands for; None: it is left out."""
        bare = label[2:] if label[:2] in {"B-", "I-", "E-", "S-", "U-", "L-"} else label
        return self.labels.get(label) or self.labels.get(bare) or COMMON_LABELS.get(bare.upper())


class SpacyModel(_ForeignModel):
    """A pipeline of spaCy with an entity recogniser, through Presidio's engine for it."""

    kind: Literal["spacy"] = "spacy"
    package: str | None = Field(None, pattern=r"^[A-Za-z]\w*$", description="an installed package, such as en_core_web_lg")
    folder: Folder | None = Field(None, description="or the folder of a pipeline; nothing is ever downloaded")

    @model_validator(mode="after")
    def _one(self) -> "SpacyModel":
        if (self.package is None) == (self.folder is None):
            raise ValueError("say either `package` or `folder`")
        return self


class TransformersModel(_ForeignModel):
    """A token classification model of transformers, through Presidio's recogniser for it."""

    kind: Literal["transformers"] = "transformers"
    folder: Folder = Field(description="folder of the model and its tokenizer; nothing is ever downloaded")
    threshold: float = Field(0.3, ge=0, le=1, description="spans below this score are left alone")


class GlinerModel(_ForeignModel):
    """A GLiNER model, through Presidio's recogniser for it; it is asked for the keys of ``labels``."""

    kind: Literal["gliner"] = "gliner"
    folder: Folder = Field(description="folder of the model; nothing is ever downloaded")
    threshold: float = Field(0.3, ge=0, le=1, description="spans below this score are left alone")


ModelConfig = Annotated[
    ShippedModel | NoModel | OnnxModel | SpacyModel | TransformersModel | GlinerModel, Field(discriminator="kind")
]
"""The catalog's ``pii.model``."""
