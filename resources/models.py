"""Name models: which one the catalog asks for, and how a worker comes by it.

Belongs here: the way from the catalog's ``pii.model`` to a function that finds names. Does not belong here: any one kind of model
(`resources.model_kinds`), and what is done with its spans (`winnow.detect`).
"""

from dataclasses import dataclass

from resources.model_kinds import kinds
from winnow.detect import Detect
from winnow.detector_config import DetectorConfig
from winnow.models import NoModel
from winnow.tasks import Settings


@dataclass(frozen=True, slots=True)
class NamedModel:
    """A `winnow.detect.ModelFactory`: calling it loads the model, or gives the one that this process has loaded.

    ``version`` changes whenever the model would answer otherwise; ``languages``: ISO 639-1 codes of what it may be given.
    """

    options: Settings
    kind: str
    policy: str
    version: str
    languages: frozenset[str]

    def __call__(self) -> Detect:
        """The model; UsageError if it has gone since this was made."""
        return kinds()[self.kind].load(self.options, self.policy)


def model_factory(config: DetectorConfig) -> NamedModel | None:
    """What ``config`` asks for, looked at but not loaded; None for no model.

    Raises:
        UsageError: a file or a library is missing, or a file is damaged; the message says what to do.
    """
    if isinstance(config.model, NoModel):
        return None
    kind = kinds()[config.model.kind]
    described = kind.describe(config.model)
    return NamedModel(config.model, kind.name, config.policy, described.version, described.languages)
