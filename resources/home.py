"""The home: the one folder where everything is written.

Everything in it is for its owner alone (0700 and 0600): the ledger holds names, the lake holds text. What lies where is listed
in `resources.raw_zone`. What is not here: the sources, which are never written, and the catalog, which is the user's own file.
"""

import os
from pathlib import Path

from winnow.errors import UsageError

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600
PRIVATE_UMASK = 0o077


class Home:
    """The paths below one home."""

    def __init__(self, path: Path | str) -> None:
        """``path`` may be relative to the current folder; nothing is created yet."""
        self.path = Path(path).expanduser().absolute()
        self.ledger = self.path / "ledger.sqlite"
        self.lake = self.path / "lake"
        self.releases = self.path / "releases"
        self.fetched = self.path / "fetched"
        self.dagster = self.path / "dagster"
        self.lock = self.path / "lock"

    def create(self) -> "Home":
        """Make the home and its folders, private also to what this process writes from now on.

        Raises:
            UsageError: something else stands at its path, or it cannot be written.
        """
        os.umask(PRIVATE_UMASK)  # Dagster and libraries write below it too, with the mode that the process gives
        try:
            for folder in (self.path, self.lake, self.releases, self.dagster):
                private_folder(folder)
        except OSError as error:
            raise UsageError(f"the home cannot be written ({error.strerror}); name another with --home") from None
        return self

    def exists(self) -> bool:
        """Whether anything was ever written here."""
        return self.ledger.exists()


def private_folder(path: Path) -> Path:
    """The folder at ``path``, made with its parents if need be, closed to everyone else."""
    path.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    if path.stat().st_mode & 0o777 != PRIVATE_FOLDER:
        path.chmod(PRIVATE_FOLDER)
    return path
