"""The name model that comes with winnow, see its card in ``resources/name_model``."""

from pathlib import Path

from resources.model_kinds import _layout
from resources.model_kinds._base import Described, ModelKind
from winnow.detect import Detect
from winnow.models import ShippedModel

FOLDER = Path(__file__).parent.parent / "name_model"


def _describe(options: ShippedModel) -> Described:
    return _layout.describe(FOLDER, options.languages)


def _load(options: ShippedModel, policy: str) -> Detect:
    del options
    return _layout.load(FOLDER, policy)


KIND = ModelKind("shipped", _describe, _load)
