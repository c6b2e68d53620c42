"""MLCommons' reader of Croissant, for the tests that have a version read by it."""

import sys
from typing import Any

import pytest


def reader() -> Any:
    """The module ``mlcroissant``; the test is skipped where it is not installed.

    It brings absl, which takes the standard error of the moment for its own and closes it with the log handlers (Dagster resets
    them): that is the file of pytest's capture. The one of the interpreter it leaves alone.
    """
    module = pytest.importorskip("mlcroissant", reason="needs the extra `dev`")
    from absl import logging  # noqa: PLC0415 - comes with mlcroissant alone

    logging.get_absl_handler().python_handler.setStream(sys.__stderr__)
    return module
