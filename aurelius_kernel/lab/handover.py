"""The last cell of a job: show what was found, and hand it to whatever runs the notebook."""

from __future__ import annotations

from typing import Any

from IPython.display import display

from aurelius_kernel import mime
from aurelius_kernel.hashing import plain
from aurelius_kernel.model import BacktestResult
from aurelius_kernel.model.presentation import presenter

__all__ = ["hand_over"]

KIND = "backtest_result"
HANDED_OVER = ("kind", "identity", "metrics", "benchmark_metrics", "flags")


def hand_over(result: BacktestResult) -> None:
    """Show the main numbers and the account against buy and hold, and hand over hash, identity, metrics and flags as JSON."""
    card = {**presenter(KIND).mimebundle(result), mime.RESULT: _message(result)}
    display(card, raw=True)  # type: ignore[no-untyped-call]  # IPython leaves it untyped
    display(result.plot())  # type: ignore[no-untyped-call]


def _message(result: BacktestResult) -> dict[str, Any]:
    document = result.document()
    return {"hash": result.hash, **{name: plain(document[name]) for name in HANDED_OVER}}
