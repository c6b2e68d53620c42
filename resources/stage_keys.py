"""Which code, libraries and part of the catalog each stage's rows were made by.

A key stands in every day file's footer and is the asset's ``code_version`` in Dagster: a day whose key differs from today's is
stale and is done again before anything is published.
"""

import hashlib
import json

from resources.catalog import ASSETS, Catalog
from resources.evaluation import evaluation_hashes
from winnow.examples import examples_key
from winnow.extract import extract_key
from winnow.known import VERSION as KNOWN_VERSION
from winnow.repeated import REPEATED_VERSION
from winnow.schemas import SPLITS
from winnow.screen import SCREEN_VERSION
from winnow.scrub import scrub_key

SET_STAGES_VERSION = "7"
"""Raised whenever the set stages would decide otherwise on the same examples."""


def digest(*parts: object) -> str:
    """SHA-256 of ``parts`` as canonical JSON, cut to 32 hexadecimal digits."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:32]


def source_keys(catalog: Catalog, asset: str) -> dict[str, str]:
    """The key of each source that feeds ``asset``."""
    readings = ((source.name, catalog.reading(source)) for source in catalog.sources_of(asset))
    return {name: digest(catalog.dataset.salt, extract_key(reading)) for name, reading in readings}


def asset_key(catalog: Catalog, asset: str) -> str:
    """The key of a source asset: changes when any of its sources is read otherwise."""
    return digest(asset, source_keys(catalog, asset))


def scrubbed_key(catalog: Catalog) -> str:
    """The key of ``scrubbed_documents``."""
    return digest(scrub_key(catalog.scrub_config()), [asset_key(catalog, asset) for asset in ASSETS])


def example_key(catalog: Catalog) -> str:
    """The key of ``examples`` and of the joining tasks."""
    return digest(examples_key(catalog.tasks, catalog.pii.replacement), scrubbed_key(catalog))


def set_key(catalog: Catalog) -> str:
    """The key of everything behind the daily part, up to the published version."""
    settings = [task.model_dump(mode="json") for task in catalog.tasks], catalog.dataset.model_dump(mode="json")
    trusted = {source.name: source.priority for source in catalog.sources}  # decides who survives
    screening = [SCREEN_VERSION, catalog.quality.model_dump(mode="json"), _evaluation(catalog)]
    repeated = [REPEATED_VERSION, sorted((source.name, source.boilerplate) for source in catalog.sources if source.boilerplate)]
    return digest(
        SET_STAGES_VERSION,
        KNOWN_VERSION,
        SPLITS,
        settings,
        trusted,
        screening,
        repeated,
        catalog.limits.k_anonymity,
        example_key(catalog),
    )


def _evaluation(catalog: Catalog) -> object:
    """What examples are compared with: the files' contents and the rules, but not where the files lie."""
    files = evaluation_hashes(catalog)
    said = catalog.decontaminate.model_dump(mode="json", exclude={"files": {"__all__": {"path"}}})
    return [said, files]
