"""The number of trials that stands beside a Sharpe ratio."""

from __future__ import annotations

from aurelius_kernel.artifacts import Store
from aurelius_kernel.errors import AureliusError
from aurelius_kernel.home import owner
from aurelius_kernel.model import BacktestResult
from aurelius_kernel.views.numerals import count

__all__ = ["beside", "tried"]


def tried(result: BacktestResult) -> int | None:
    """How many parameter sets of the family the ledger here counts on the result's data set; None where it knows nothing of it."""
    try:
        return Store().trials.count(result.spec.strategy.type, result.identity.data_hash, owner=owner()) or None
    except (AureliusError, OSError):
        return None


def beside(trials: int | None) -> str:
    """What is written beside a Sharpe ratio."""
    if trials is None:
        return "trials not recorded"
    return f"of {count(trials)} tried" if trials > 1 else "the only one tried"
