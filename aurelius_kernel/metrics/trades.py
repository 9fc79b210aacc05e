"""What round trips, positions and fills say about a strategy."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from aurelius_kernel.errors import InvalidField
from aurelius_kernel.metrics.sample import above, numbers, observed, ratio

__all__ = ["expectancy", "exposure", "profit_factor", "turnover", "win_rate"]


def win_rate(profits: ArrayLike) -> float:
    """The share of trades with a profit above 0, as a fraction; NaN without a trade.

    `profits` are the profits and losses of closed trades, in money or as returns, NaN ignored. Raises InvalidField for what is not
    one-dimensional numbers.
    """
    p = observed(profits)
    return float(np.mean(p > 0.0)) if len(p) else math.nan


def profit_factor(profits: ArrayLike) -> float:
    """The sum of the profits over the sum of the losses; NaN without a loss. Arguments and errors are those of `win_rate`."""
    p = observed(profits)
    return ratio(float(np.maximum(p, 0.0).sum()), float(np.maximum(-p, 0.0).sum()))


def expectancy(profits: ArrayLike) -> float:
    """What a trade earns on average, W·mean win − (1 − W)·mean loss: the mean of the profits; NaN without a trade.

    The unit is that of `profits`; arguments and errors are those of `win_rate`.
    """
    p = observed(profits)
    return float(p.mean()) if len(p) else math.nan


def exposure(positions: ArrayLike) -> float:
    """The share of bars that end with a position in any instrument, as a fraction; NaN without a bar.

    `positions` are units held, of shape (bars,) or (bars, instruments); NaN is none. Raises InvalidField for other shapes.
    """
    held = np.asarray(positions, dtype=np.float64)
    if held.ndim not in {1, 2}:
        raise InvalidField.of("positions", f"must have the shape (bars,) or (bars, instruments), not {held.shape}")
    if not len(held):
        return math.nan
    busy = np.nan_to_num(held) != 0.0
    return float(np.mean(busy.any(axis=1) if busy.ndim == 2 else busy))


def turnover(traded_value: float, equity: ArrayLike, periods_per_year: float = 252) -> float:
    """How many times a year the account's mean equity was traded: traded value/mean(equity)·A/N; NaN without a bar.

    `traded_value` counts purchases and sales, so a full turn of the account is 2. Raises InvalidField for equity that is not
    one-dimensional numbers and for a year that is not above 0.
    """
    e, year = numbers("equity", equity), above("periods_per_year", periods_per_year, 0)
    return ratio(traded_value, float(e.mean())) * year / len(e) if len(e) else math.nan
