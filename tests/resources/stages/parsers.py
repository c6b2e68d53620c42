"""Parsers that come to grief, for the tests of calls in confined processes."""

import os
import socket
from collections.abc import Mapping
from pathlib import Path


def counting(content: bytes, about: Mapping[str, str]) -> dict[str, object]:
    """What it was given, as plain values, and where."""
    return {"bytes": len(content), "about": dict(about), "process": os.getpid(), "names": sorted(os.environ)}


def grieving(content: bytes, about: Mapping[str, str]) -> object:
    """Do what ``about`` says."""
    match about["do"]:
        case "die":
            os.abort()
        case "loop":
            while True:
                pass
        case "fill memory":
            return len([bytes(1024 * 1024) for _ in range(1_000_000)])
        case "raise":
            raise ValueError(content.decode())
        case "say too much":
            return "x" * 3_000_000
        case "say what JSON cannot":
            return {1, 2}
        case "read a file":
            return Path(about["path"]).read_text(encoding="utf-8")
        case "connect":
            socket.create_connection(("127.0.0.1", int(about["port"])))
    return "done"
