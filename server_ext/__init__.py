"""The Aurelius platform: a Jupyter server extension over the research library."""

import importlib
from typing import Any

import aurelius_kernel.grammars  # noqa: F401  before Jupyter, whose event log comes to it

__all__: list[str] = []


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """Where Jupyter finds the extension; the command line, which imports this package too, needs no web server."""
    return [{"module": "server_ext.app", "app": importlib.import_module("server_ext.app").AureliusApp}]
