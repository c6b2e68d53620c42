"""Dagster's handle on a `Workspace`, apart from it so that commands which start nothing need not load Dagster."""

from pathlib import Path

import dagster as dg

from resources.workspace import Workspace, shared_workspace


class WorkspaceResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The catalog and the home that the assets work on."""

    catalog_path: str
    home_path: str

    def open(self) -> Workspace:
        """The process's workspace for these two paths."""
        return shared_workspace(Path(self.catalog_path), Path(self.home_path))
