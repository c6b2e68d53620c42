"""How Dagster's own programs find this code, and under which name: one name in the web server, the daemon and every record.

A run or a backfill that is recorded under another name is in the instance, but no job's page and no timeline shows it.
"""

from pathlib import Path

from dagster._core.remote_origin import CodeLocationOrigin, RemotePartitionSetOrigin, RemoteRepositoryOrigin
from dagster._core.remote_representation.external_data import partition_set_snap_name_for_job_name
from dagster._core.storage.tags import REPOSITORY_LABEL_TAG
from dagster._core.workspace.load_target import ModuleTarget

from resources.durable import write_bytes

LOCATION = "winnow"  # pyproject.toml says the same to `dagster` and `dg`
DEFINITIONS = "pipelines.definitions"
REPOSITORY = "__repository__"  # what Dagster calls the definitions of a module

RUN_TAGS = {REPOSITORY_LABEL_TAG: f"{REPOSITORY}@{LOCATION}"}
"""Tags of every job, by which the UI knows where a run belongs that neither it nor the daemon launched."""

WORKSPACE_FILE = "workspace.yaml"

_WORKSPACE = f"""\
# Written by winnow for Dagster's daemon; a change is lost.
load_from:
  - python_module: {{module_name: {DEFINITIONS}, location_name: {LOCATION}}}
"""


def load_target() -> ModuleTarget:
    """The definitions, as the web server loads them."""
    return ModuleTarget(module_name=DEFINITIONS, attribute=None, working_directory=None, location_name=LOCATION)


def write_workspace(folder: Path) -> Path:
    """Write the file that tells Dagster's daemon the same to ``folder``, and return it."""
    path = folder / WORKSPACE_FILE
    write_bytes(path, _WORKSPACE.encode())
    return path


def partition_set(job: str) -> RemotePartitionSetOrigin:
    """The origin of ``job``'s partitions, for the record of a backfill."""
    (location,) = load_target().create_origins()
    assert isinstance(location, CodeLocationOrigin)
    return RemotePartitionSetOrigin(
        repository_origin=RemoteRepositoryOrigin(location, REPOSITORY),
        partition_set_name=partition_set_snap_name_for_job_name(job),
    )
