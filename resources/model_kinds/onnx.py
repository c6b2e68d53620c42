"""A name model of the shipped one's layout in a folder of the user's own."""

from resources.model_kinds import _layout
from resources.model_kinds._base import Described, ModelKind, require_folder
from winnow.detect import Detect
from winnow.models import OnnxModel


def _describe(options: OnnxModel) -> Described:
    return _layout.describe(require_folder(options.folder), options.languages)


def _load(options: OnnxModel, policy: str) -> Detect:
    return _layout.load(require_folder(options.folder), policy)


KIND = ModelKind("onnx", _describe, _load)
