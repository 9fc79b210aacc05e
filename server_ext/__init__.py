"""The Aurelius platform: a Jupyter server extension over the research library."""

import importlib
import sys
from typing import Any

__all__: list[str] = []

# jsonschema, which Jupyter's event log imports, would compile 38 grammars for formats nobody uses: 0.9 s and 18 MB of a start.
# It takes the lighter checker when this one cannot be imported.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None is how an import is refused


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """Where Jupyter finds the extension; the command line, which imports this package too, needs no web server."""
    return [{"module": "server_ext.app", "app": importlib.import_module("server_ext.app").AureliusApp}]
