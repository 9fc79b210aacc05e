"""A grammar that hardly anybody uses, compiled where somebody does.

jsonschema, which Jupyter and plotly bring along, loads `rfc3987_syntax` to check two formats of addresses, and that compiles 38
grammars as it is loaded: a second and 18 MB of every process that imports vectorbt or starts a server.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

__all__: list[str] = []

NAME = "rfc3987_syntax"


class Deferred(ModuleType):
    """Stands in for the module until something is asked of it."""

    def is_valid_syntax(self, term: str, value: str) -> bool:
        """What the module itself says."""
        return bool(_loaded().is_valid_syntax(term, value))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what an import asks for, and whoever looks through all modules
            raise AttributeError(name)
        return getattr(_loaded(), name)


def _loaded() -> ModuleType:
    """The module itself, from now on in its place."""
    if isinstance(sys.modules.get(NAME), Deferred):
        del sys.modules[NAME]
    return import_module(NAME)


if NAME not in sys.modules and find_spec(NAME):
    sys.modules[NAME] = Deferred(NAME)
