"""The Aurelius platform: a Jupyter server extension over the research library."""

import importlib
from typing import Any

from server_ext import grammars

__all__ = ["grammars"]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """Where Jupyter finds the extension; the command line, which imports this package too, needs no web server."""
    return [{"module": "server_ext.app", "app": importlib.import_module("server_ext.app").AureliusApp}]
