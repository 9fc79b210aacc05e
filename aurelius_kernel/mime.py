"""The media types by which a notebook hands things to whatever runs it: a display of that type is the message."""

from __future__ import annotations

__all__ = ["ERROR", "NOTEBOOK", "PROGRESS", "RESULT"]

NOTEBOOK = "application/x-ipynb+json"

RESULT = "application/vnd.aurelius.result+json"
"""What a job found: `{"kind", "hash", "identity", "metrics", …}`, displayed by its last cell."""

PROGRESS = "application/vnd.aurelius.progress+json"
"""How far a job is: `{"fraction": 0…1, "stage": "a few words", …}`; never kept in the notebook."""

ERROR = "application/vnd.aurelius.error+json"
"""An error of ours that ended a cell: `{"class", "code", "message", "fields"}`; never kept in the notebook."""
