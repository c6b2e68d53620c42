"""Loaded by every interpreter that has this folder on its path: stages that shout out what they choke on, as libraries do.

A document with the mark makes the reader, the scrubber or the example builder print it, log it, warn of it and raise it.
"""

import logging
import os
import sys
import warnings
from typing import Any

MARK = "zqpoisonqz"

STAGES = {
    "extract": ("winnow.extract", "_documents"),
    "scrub": ("winnow.scrub", "_document"),
    "examples": ("winnow.examples", "finish"),
}


def shout(said: str) -> None:
    """Tell ``said`` by every way there is."""
    sys.stdout.write(said)
    sys.stderr.write(said)
    logging.getLogger("library").error("cannot read %s", said)
    warnings.warn(said, stacklevel=2)
    try:
        {}[said]
    except KeyError as error:
        raise ValueError(said) from error


def poisoned(stage: str) -> None:
    """Put a function that shouts in place of the one of ``stage``."""
    module, name = STAGES[stage]
    loaded = __import__(module, fromlist=[name])
    genuine = getattr(loaded, name)

    def function(*given: Any, **named: Any) -> Any:
        if f"{MARK}{stage}" in repr(given):
            shout(repr(given))
        return genuine(*given, **named)

    setattr(loaded, name, function)


if "POISON" in os.environ:
    for chosen in os.environ["POISON"].split(","):
        poisoned(chosen)
