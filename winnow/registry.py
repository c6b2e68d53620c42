"""Finds the plug-ins of a folder: one file each, no list to keep.

A package of readers, recognisers, recipes or exports holds one module a plug-in, and each module names its plug-in in one
constant. `discover` imports them all in alphabetical order and refuses a name taken twice.
"""

import importlib
import pkgutil
from types import ModuleType
from typing import Any


def discover(package: ModuleType, constant: str) -> dict[str, Any]:
    """The plug-ins of ``package`` by their ``name``: the value of ``constant`` in every module that does not start with ``_``.

    Raises:
        TypeError: a module lacks the constant, or two plug-ins share a name; both are mistakes of a programmer.
    """
    found: dict[str, Any] = {}
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
        if info.name.startswith("_"):
            continue
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        if not hasattr(module, constant):
            message = f"{module.__name__} defines no {constant}; every module of {package.__name__} is one plug-in"
            raise TypeError(message)
        plugin = getattr(module, constant)
        if plugin.name in found:
            message = f"{module.__name__} takes the name {plugin.name!r}, which another module of {package.__name__} has"
            raise TypeError(message)
        found[plugin.name] = plugin
    return found
