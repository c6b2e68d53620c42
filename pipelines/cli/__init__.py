"""`winnow`, the command line: one file a group of commands, found here in the order that `--help` shows them."""

from pipelines.cli._app import main

__all__ = ["main"]
