"""What a bar must obey to be taken; each rule finds the rows that break it and says why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from aurelius_kernel.model import PRICES
from aurelius_kernel.typing import BoolArray, FloatArray, IntArray

__all__ = ["NOISE", "Faults", "bar_faults", "order_faults"]

NOISE = 1e-7
"""How far, relatively, a price may lie outside low to high: what single precision makes of it."""

Faults = dict[int, str]
"""Why each refused row is refused, by its position from 0."""


def bar_faults(prices: pd.DataFrame | Mapping[str, FloatArray]) -> Faults:
    """The rows whose prices or volume are impossible: not finite, not above zero, high below low, or outside low to high.

    `prices` has float columns: all four prices, or `close` alone, and perhaps `volume`, in which NaN means unknown.
    """
    columns = {str(name): np.asarray(values, dtype=np.float64) for name, values in prices.items()}
    faults: Faults = {}
    for broken, reason in _broken_rules(columns):
        for row in np.flatnonzero(broken):
            faults.setdefault(int(row), reason.format(**{name: values[row] for name, values in columns.items()}))
    return faults


def order_faults(stamps: IntArray) -> Faults:
    """The rows whose time is not later than that of every row before: the second of two equal ones, and any that goes back."""
    latest = np.maximum.accumulate(stamps)[:-1]
    repeated = np.flatnonzero(stamps[1:] == latest) + 1
    backward = np.flatnonzero(stamps[1:] < latest) + 1
    faults = dict.fromkeys(repeated.tolist(), "repeats the time of a row before")
    return faults | dict.fromkeys(backward.tolist(), "is earlier than a row before; rows go from the oldest to the newest")


def _broken_rules(columns: dict[str, FloatArray]) -> Iterator[tuple[BoolArray, str]]:
    prices = [name for name in PRICES if name in columns]
    for name in prices:
        yield np.isnan(columns[name]), f"{name} is not a number"
        yield np.isinf(columns[name]), f"{name} is infinite"
        yield columns[name] <= 0.0, f"{name} is {{{name}:g}}, not above 0"
    if "high" in columns:
        high, low = columns["high"] * (1.0 + NOISE), columns["low"] * (1.0 - NOISE)
        yield high < low, "high {high:g} is below low {low:g}"
        for name in ("open", "close"):
            outside = (columns[name] > high) | (columns[name] < low)
            yield outside, f"{name} {{{name}:g}} is outside low {{low:g}} to high {{high:g}}"
    if "volume" in columns:
        yield columns["volume"] < 0.0, "volume is {volume:g}, below 0"
        yield np.isinf(columns["volume"]), "volume is infinite"
