"""A row of a sweep held to the backtest of it alone."""

from __future__ import annotations

import math
from collections.abc import Mapping

from aurelius_kernel.errors import RunFailed
from aurelius_kernel.metrics import Metric, Unit
from aurelius_kernel.model import BacktestResult

__all__ = ["check_agreement", "disagreements"]

BY_NAME = {str(metric): metric for metric in Metric}
RELATIVE = 1e-9
ROUNDING = 1e-12
"""Below this, of one unit or of the capital for money, two numbers are what rounding makes of the same one."""


def check_agreement(row: Mapping[str, float], alone: BacktestResult) -> None:
    """Raise RunFailed, naming the metric, where the row and the backtest are not equal within 1e-9."""
    apart = disagreements(row, alone.metrics, alone.spec.capital)
    if apart:
        name, ours, theirs = apart[0]
        said = f"{name} is {ours!r} in one and {theirs!r} in the other"
        raise RunFailed(f"The sweep and the backtest of one combination disagree: {said}.")


def disagreements(
    row: Mapping[str, float], other: Mapping[str, float | None], capital: float
) -> list[tuple[str, float | None, float | None]]:
    """The metrics that differ, with both their values; None is undefined."""
    found = []
    for name, value in row.items():
        ours = None if math.isnan(value) else value
        theirs = other[name]
        if not _agree(BY_NAME[name], ours, theirs, capital):
            found.append((name, ours, theirs))
    return [] if all(name == Metric.INFORMATION_RATIO for name, _, _ in found) and _is_benchmark(row) else found


def _agree(metric: Metric, ours: float | None, theirs: float | None, capital: float) -> bool:
    if ours is None or theirs is None:
        return ours is theirs
    unit = capital if metric.unit is Unit.MONEY else 1.0
    return abs(ours - theirs) <= RELATIVE * max(abs(ours), abs(theirs)) + ROUNDING * unit


def _is_benchmark(row: Mapping[str, float]) -> bool:
    """An account that is buy and hold itself: what it differs from that by is rounding, and so is their ratio."""
    return abs(row.get(Metric.BETA, math.nan) - 1.0) < RELATIVE
