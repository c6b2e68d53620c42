"""What a catalog says of personal data: what is looked for in which source, by which policy, and what takes its place.

Belongs here: the settings, and what holds for one source or for several together. Does not belong here: what finds personal data
(`winnow.detect`).
"""

import re
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from winnow.models import EntityName, ModelConfig, ShippedModel
from winnow.placeholders import Mode
from winnow.tasks import Name, Settings

ALWAYS = frozenset({"SECRET", "PASSWORD"})
"""Entities that no catalog can let stay: who reads the dataset could use them."""

KEPT_BY_CORPORATE = frozenset({"DATE_TIME", "QUANTITY", "LOCATION", "ORGANIZATION", "DEMOGRAPHIC", "MISC"})
"""What the name model finds and the policy ``corporate`` leaves in the text: when and where a business did what is its story."""

MODEL_ENTITIES = KEPT_BY_CORPORATE | {"PERSON", "ADDRESS", "REFERENCE_NUMBER"}
"""What a name model may look for."""


def _regex(pattern: str) -> str:
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    if compiled.match(""):
        raise ValueError("the pattern matches the empty string; it must ask for at least one character")
    return pattern


def _may_stay(entity: str) -> str:
    if entity in ALWAYS:
        raise ValueError(f"{entity} is removed from every text, whatever the catalog says; take it out of the list")
    return entity


Regex = Annotated[str, AfterValidator(_regex)]
Denied = Annotated[EntityName, AfterValidator(_may_stay)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 code of two letters")]


class SourceRules(Settings):
    """What holds for the texts of one source instead of, or besides, what the catalog says of all."""

    policy: Literal["corporate", "strict"] | None = Field(None, description="in place of `pii.policy`")
    entities: tuple[EntityName, ...] | None = Field(None, description="in place of `pii.entities`")
    deny: tuple[Denied, ...] = Field((), description="entities that are not looked for here, besides those of `pii.deny`")
    allow: tuple[str, ...] = Field((), description="texts that may stay here, such as the names of public companies")


class DetectorConfig(Settings):
    """The catalog's ``pii:`` block: what is looked for, and what takes its place."""

    policy: Literal["corporate", "strict"] = Field(
        "corporate",
        description="`strict` removes dates, quantities, places, organisations and demographic words too; `corporate` keeps them",
    )
    model: ModelConfig = Field(ShippedModel(), description="what finds names in prose")
    entities: tuple[EntityName, ...] | None = Field(None, description="look for these entities alone; all if left out")
    deny: tuple[Denied, ...] = Field((), description="entities that are not looked for; SECRET and PASSWORD always are")
    countries: tuple[Country, ...] = Field(
        (),
        description="countries whose weak numbers (bare digits, one of them a check digit) are found without their name beside them",
    )
    allow: tuple[str, ...] = Field((), description="texts that are never personal data here, such as a public support address")
    known: dict[EntityName, tuple[str, ...]] = Field({}, description="values that are always personal data, by entity")
    patterns: dict[EntityName, Regex] = Field({}, description="a company's own formats: entity → regular expression")
    language: str = Field("en", pattern=r"^[a-z]{2}$", description="ISO 639-1 code that the recognisers are registered under")
    min_score: float = Field(0.3, ge=0, le=1, description="spans of patterns below this score are left alone")
    replacement: Mode = Field(
        "placeholder",
        description="`placeholder` writes <PERSON_1>, `surrogate` a made-up value of the same kind, `removal` nothing; secrets are "
        "placeholders or nothing",
    )
    sources: dict[Name, SourceRules] = Field({}, description="rules for single sources, by the source's name")


def is_wanted(config: DetectorConfig, entity: str) -> bool:
    """Whether ``config`` looks for ``entity``."""
    named = config.entities is None or entity in {*config.entities, *config.patterns, *config.known}
    return named and entity not in config.deny


def effective(config: DetectorConfig, source: str) -> DetectorConfig:
    """The configuration that holds for the texts of ``source``; without rules for it, ``config`` itself."""
    return effective_of(config, (source,))


def effective_of(config: DetectorConfig, sources: Sequence[str]) -> DetectorConfig:
    """The configuration by which a text made of documents of all ``sources`` is searched again.

    Each part was scrubbed under the rules of its own source, so what any of them lets stay may stand in the whole.
    """
    rules = [config.sources.get(source, SourceRules()) for source in sorted(set(sources))]
    if not any(rule != SourceRules() for rule in rules):
        return config
    narrowed = [config.entities if rule.entities is None else rule.entities for rule in rules]
    looked_for = [set(entities) for entities in narrowed if entities is not None]
    policies = {rule.policy or config.policy for rule in rules}
    return config.model_copy(
        update={
            "policy": "corporate" if "corporate" in policies else "strict",
            "entities": tuple(sorted(set.intersection(*looked_for))) if looked_for else None,
            "deny": tuple(sorted({*config.deny, *(entity for rule in rules for entity in rule.deny)})),
            "allow": tuple(sorted({*config.allow, *(text for rule in rules for text in rule.allow)})),
            "sources": {},
        }
    )


def guessed(config: DetectorConfig) -> frozenset[str]:
    """The entities that ``config`` wants from a name model."""
    entities = MODEL_ENTITIES.union(getattr(config.model, "labels", {}).values())
    kept = KEPT_BY_CORPORATE if config.policy == "corporate" else frozenset()
    return frozenset(entity for entity in entities - kept if is_wanted(config, entity))
