"""Grammars that the platform has no use for, refused before anything compiles them."""

import sys

__all__: list[str] = []

# jsonschema, which Jupyter's event log imports, would compile 38 grammars for formats nobody uses: 0.9 s and 18 MB of a start.
# It takes the lighter checker when this one cannot be imported.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None is how an import is refused
