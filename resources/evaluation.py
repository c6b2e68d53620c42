"""The evaluation files that the catalog names: where they lie and what they hold today.

Belongs here: their bytes and hashes. Does not belong here: what is in them (`winnow.evaluation`).
"""

from pathlib import Path
from typing import TYPE_CHECKING

from winnow.errors import UsageError
from winnow.ids import content_sha256
from winnow.screen_config import EvaluationFile

if TYPE_CHECKING:
    from resources.catalog import Catalog


def evaluation_bytes(file: EvaluationFile) -> bytes:
    """What ``file`` holds; UsageError if it cannot be read."""
    try:
        return Path(file.path).read_bytes()
    except OSError as error:
        reason = error.strerror or "no reason given"
        raise UsageError(
            f"evaluation file {file.name} cannot be read ({reason}); correct its `path` in `decontaminate.files`"
        ) from None


def evaluation_hashes(catalog: "Catalog") -> dict[str, str]:
    """SHA-256 of every evaluation file, by its name in the catalog."""
    return {file.name: content_sha256(evaluation_bytes(file)) for file in catalog.decontaminate.files}
