"""How much of the best result is luck, given how many others were tried."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from aurelius_kernel.errors import InvalidField
from aurelius_kernel.metrics.deflated_sharpe import deflated_sharpe_ratio
from aurelius_kernel.typing import FloatArray, IntArray

__all__ = ["deflated", "sampled_returns"]

MOST_SAMPLED = 1_000


def sampled_returns(order: IntArray, sample: int, returns_of: Callable[[int], FloatArray]) -> FloatArray:
    """The bar returns of so many rows, spread evenly from the best to the worst of `order`: shape (bars, rows)."""
    if not 2 <= sample <= MOST_SAMPLED:
        raise InvalidField.of("sample", f"must be between 2 and {MOST_SAMPLED:,}, not {sample}")
    places = np.unique(np.linspace(0, len(order) - 1, min(sample, len(order))).astype(np.int64))
    return np.column_stack([returns_of(int(row)) for row in order[places]])


def deflated(sharpes: FloatArray, row: int, trials: float, bars: int, year: float, skew: float, kurtosis: float) -> float:
    """The deflated Sharpe ratio of one of some yearly Sharpe ratios, whose variance is that of the trials."""
    per_bar = sharpes[~np.isnan(sharpes)] / math.sqrt(year)
    variance = float(per_bar.var(ddof=1)) if len(per_bar) > 1 else 0.0
    return deflated_sharpe_ratio(float(sharpes[row]) / math.sqrt(year), bars, trials, variance, skew, kurtosis)
