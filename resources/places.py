"""Where the two things lie that the user names: the catalog and the home."""

import os
from collections.abc import Mapping
from pathlib import Path

DEFAULT_CATALOG = "catalog.yaml"
DEFAULT_HOME = ".winnow"


def catalog_path(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the catalog is: ``WINNOW_CATALOG``, else ``catalog.yaml`` in the current folder."""
    return Path(environment.get("WINNOW_CATALOG") or DEFAULT_CATALOG).absolute()


def home_path(environment: Mapping[str, str] = os.environ) -> Path:
    """Where all that is written goes: ``WINNOW_HOME``, else ``.winnow`` in the current folder."""
    return Path(environment.get("WINNOW_HOME") or DEFAULT_HOME).absolute()
