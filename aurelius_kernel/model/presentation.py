"""How records reach people: drawing and writing live floors above, and are found by name when somebody looks."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Protocol

from aurelius_kernel.errors import UnknownName

__all__ = ["PRESENTERS", "Presenter", "presenter"]

PRESENTERS = "aurelius.presenters"
"""The entry-point group of presenters; an entry's name is the `kind` of the record it shows."""


class Presenter(Protocol):
    """Shows one kind of record."""

    def plot(self, record: Any, **options: Any) -> Any:
        """A figure of the record, which a notebook displays; `options` say which, where there are several."""

    def report(self, record: Any, path: str | Path, **options: Any) -> Path:
        """Write the record for people to `path`, whose ending names the format; the path comes back."""

    def mimebundle(self, record: Any) -> dict[str, str]:
        """The record as a notebook shows it, by media type; `text/plain` is always there."""


@cache
def presenter(kind: str) -> Presenter:
    """The presenter for that kind of record; raises UnknownName when none is installed."""
    known = {entry.name: entry for entry in entry_points(group=PRESENTERS)}
    if kind not in known:
        raise UnknownName("presenter", kind, known)
    found: Presenter = known[kind].load()()
    return found
