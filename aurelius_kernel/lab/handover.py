"""The last cell of a job: show what was found, and hand it to whatever runs the notebook."""

from __future__ import annotations

from typing import Any, Protocol

from IPython.display import display

from aurelius_kernel import mime
from aurelius_kernel.hashing import plain
from aurelius_kernel.model.presentation import presenter

__all__ = ["Finding", "hand_over"]

HANDED_OVER = (
    "kind",
    "identity",
    "metrics",
    "benchmark_metrics",
    "flags",
    "trials",
    "failed",
    "best",
    "passed",
    "stability",
    "degradation",
)


class Finding(Protocol):
    """What a job finds: a record with a hash, a document that says its kind, and a figure."""

    @property
    def hash(self) -> str:
        """Its content hash."""

    def document(self) -> dict[str, Any]:
        """Everything about it in JSON's own types."""

    def plot(self, *which: str) -> Any:
        """A figure of it; which one, where there are several."""


def hand_over(result: Finding, *figures: str) -> None:
    """Show the main numbers and the figure, or those named; hand over as JSON hash, identity and what the document says first."""
    document = result.document()
    told = {"hash": result.hash, **{name: plain(document[name]) for name in HANDED_OVER if name in document}}
    card = {**presenter(document["kind"]).mimebundle(result), mime.RESULT: told}
    display(card, raw=True)  # type: ignore[no-untyped-call]  # IPython leaves it untyped
    for chart in [result.plot(name) for name in figures] or [result.plot()]:
        display(chart)  # type: ignore[no-untyped-call]
