"""The drawdowns of an account, one by one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from aurelius_kernel.metrics.drawdown import below_peak
from aurelius_kernel.typing import BoolArray, FloatArray

__all__ = ["DrawdownEpisode", "worst_drawdowns"]


@dataclass(frozen=True, kw_only=True)
class DrawdownEpisode:
    """One stretch under water: from the peak, through the deepest bar, to the bar that reached the peak again.

    `depth` is a negative fraction of the peak; `bars` counts from the peak to the recovery, or to the last bar when
    `recovery` is None. A peak at the starting capital, before any bar, is dated by the first bar.
    """

    peak: pd.Timestamp
    trough: pd.Timestamp
    recovery: pd.Timestamp | None
    depth: float
    bars: int


def worst_drawdowns(values: pd.Series, start: float, count: int = 5) -> list[DrawdownEpisode]:
    """The `count` deepest drawdowns, deepest first; `start` is the value before the first bar and counts as a peak."""
    depths = below_peak(np.concatenate([[start], values.to_numpy(np.float64)]))[1:]
    firsts, lasts = _stretches(depths < 0)
    deepest = sorted(zip(firsts, lasts, strict=True), key=lambda stretch: depths[stretch[0] : stretch[1]].min())
    return [_episode(pd.DatetimeIndex(values.index), depths, first, last) for first, last in deepest[:count]]


def _stretches(under: BoolArray) -> tuple[list[int], list[int]]:
    """Where runs of True begin, and the positions just after their ends."""
    edges = np.diff(np.concatenate([[0], under.astype(np.int8), [0]]))
    return np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist()


def _episode(index: pd.DatetimeIndex, depths: FloatArray, first: int, last: int) -> DrawdownEpisode:
    peak, end = max(first - 1, 0), min(last, len(index) - 1)
    trough = first + int(np.argmin(depths[first:last]))
    return DrawdownEpisode(
        peak=index[peak],
        trough=index[trough],
        recovery=index[last] if last < len(index) else None,
        depth=float(depths[trough]),
        bars=end - peak,
    )
