"""The metrics that need an account's value at every bar, for many accounts at once, as `metrics.Metric` defines them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aurelius_kernel.metrics import Metric
from aurelius_kernel.metrics.drawdown import longest_under_water
from aurelius_kernel.typing import FloatArray

__all__ = ["OF_PATHS", "measure_paths"]

OF_PATHS = frozenset(
    {
        Metric.MAX_DRAWDOWN_DURATION,
        Metric.MAX_DRAWDOWN_DURATION_DAYS,
        Metric.ULCER_INDEX,
        Metric.VAR_95,
        Metric.VAR_99,
        Metric.CVAR_95,
        Metric.CVAR_99,
        Metric.TAIL_RATIO,
    }
)
TAILS = (0.01, 0.05, 0.95)
DAY = np.timedelta64(1, "D")


def measure_paths(paths: FloatArray, capital: float, index: pd.DatetimeIndex) -> dict[Metric, FloatArray]:
    """The metrics of OF_PATHS; `paths` has the shape (accounts, bars) and holds each account's value at each close."""
    values = np.column_stack([np.full(len(paths), capital), paths])
    with np.errstate(divide="ignore", invalid="ignore"):
        return {**_under_water(values, index), **_tails(values)}


def _under_water(values: FloatArray, index: pd.DatetimeIndex) -> dict[Metric, FloatArray]:
    fall = values / np.maximum.accumulate(values, axis=1) - 1.0
    spans = np.array([longest_under_water(path) for path in values]).reshape(-1, 2)
    times = index.to_numpy()
    begin, end = (times[np.maximum(position - 1, 0)] for position in spans.T)
    return {
        Metric.MAX_DRAWDOWN_DURATION: (spans[:, 1] - spans[:, 0]).astype(np.float64),
        Metric.MAX_DRAWDOWN_DURATION_DAYS: (end - begin) / DAY,
        Metric.ULCER_INDEX: np.sqrt(np.mean(fall[:, 1:] ** 2, axis=1)),
    }


def _tails(values: FloatArray) -> dict[Metric, FloatArray]:
    """Quantiles of bar returns; bars after an account's value was 0 have none."""
    before = values[:, :-1]
    r = np.where(before != 0.0, values[:, 1:] / before - 1.0, np.nan)
    quantile = np.nanquantile if np.isnan(r).any() else np.quantile
    low, bad, good = quantile(r, TAILS, axis=1)
    return {
        Metric.VAR_95: bad,
        Metric.VAR_99: low,
        Metric.CVAR_95: _mean_below(r, bad),
        Metric.CVAR_99: _mean_below(r, low),
        Metric.TAIL_RATIO: np.where(bad != 0.0, np.abs(good) / np.abs(bad), np.nan),
    }


def _mean_below(r: FloatArray, limit: FloatArray) -> FloatArray:
    below = r <= limit[:, None]
    found: FloatArray = np.where(below, r, 0.0).sum(axis=1) / below.sum(axis=1)
    return found
