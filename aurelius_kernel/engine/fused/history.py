"""One instrument's own bars, without the gaps that a panel has for it, and what buying and holding earns."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from aurelius_kernel.model import Panel
from aurelius_kernel.typing import FloatArray, IntArray

__all__ = ["History", "benchmark_returns", "history_of"]


class History(NamedTuple):
    """Open, high, low, close and volume of every bar the instrument has, and the positions of these bars in the panel."""

    open: FloatArray
    high: FloatArray
    low: FloatArray
    close: FloatArray
    volume: FloatArray
    bars: IntArray


def history_of(panel: Panel, column: int) -> History:
    """The bars of the instrument in `column`."""
    own = np.flatnonzero(panel.present(column))
    columns = (panel.open, panel.high, panel.low, panel.close, panel.volume)
    opens, highs, lows, closes, volumes = (np.ascontiguousarray(matrix[own, column]) for matrix in columns)
    return History(opens, highs, lows, closes, volumes, own)


def holding_returns(opens: FloatArray, closes: FloatArray) -> FloatArray:
    """The bar returns of buying at the second bar's open, without costs, and holding."""
    returns = np.zeros(len(closes))
    returns[1:] = closes[1:] / closes[:-1] - 1.0
    if len(closes) > 1:
        returns[1] = closes[1] / opens[1] - 1.0
    return returns


def benchmark_returns(panel: Panel) -> FloatArray:
    """The bar returns of putting equal parts into each instrument at its second bar's open, without costs, and holding."""
    bars, instruments = panel.shape
    if instruments == 1:
        return holding_returns(panel.open[:, 0], panel.close[:, 0])
    worth = np.zeros(bars)
    for column in range(instruments):
        history = history_of(panel, column)
        grown = np.cumprod(1.0 + np.concatenate([[0.0], holding_returns(history.open, history.close)]))
        worth += grown[np.searchsorted(history.bars, np.arange(bars), side="right")]
    returns = np.zeros(bars)
    returns[1:] = worth[1:] / worth[:-1] - 1.0
    return returns
