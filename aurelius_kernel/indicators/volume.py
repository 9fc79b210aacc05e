"""What traded, and at which price."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from aurelius_kernel.errors import InvalidField
from aurelius_kernel.indicators.inputs import over_runs, series, whole_number
from aurelius_kernel.indicators.windows import quotient, rolling
from aurelius_kernel.typing import FloatArray

__all__ = ["obv", "session_vwap", "vwap"]


def obv(close: ArrayLike, volume: ArrayLike) -> FloatArray:
    """On-balance volume: the running sum of volume, added on a rise of the close and taken away on a fall, from 0 at the first bar.

    Returns an array of shape (bars,) without warm-up; it is NaN on a bar that is not finite and starts afresh from 0 after it.
    TA-Lib's OBV starts from the first bar's volume. Raises InvalidField for arrays that are not numbers of one length.
    Source: Joseph E. Granville, Granville's New Key to Stock Market Profits (1963).
    """
    return over_runs(_balance, *series(close=close, volume=volume))


def vwap(high: ArrayLike, low: ArrayLike, close: ArrayLike, volume: ArrayLike, window: int = 20) -> FloatArray:
    """The volume-weighted average of the typical price (high + low + close)/3 over the last `window` bars.

    Returns an array of shape (bars,), NaN on the first `window − 1` bars, wherever the window holds a bar that is not finite, and
    where nothing traded in it. Raises InvalidField for a bad window or arrays that are not numbers of one length.
    """
    highs, lows, closes, volumes = series(high=high, low=low, close=close, volume=volume)
    return rolling(_weighted, whole_number("window", window), (highs + lows + closes) / 3.0, volumes)


def session_vwap(high: ArrayLike, low: ArrayLike, close: ArrayLike, volume: ArrayLike, session: ArrayLike) -> FloatArray:
    """The volume-weighted average of the typical price (high + low + close)/3 since the session began.

    `session` labels each bar with its session (its date, say); a new one begins wherever the label changes. Returns an array of
    shape (bars,), NaN until something has traded in the session, and from a bar that is not finite to the end of its session.
    Raises InvalidField for arrays that are not of one length, or prices and volumes that are not numbers.
    """
    highs, lows, closes, volumes = series(high=high, low=low, close=close, volume=volume)
    price, labels, out = (highs + lows + closes) / 3.0, np.asarray(session), np.full(len(closes), np.nan)
    if labels.shape != closes.shape:
        raise InvalidField.of("session", f"has the shape {labels.shape} where high has {closes.shape}")
    edges = [0, *(np.flatnonzero(labels[1:] != labels[:-1]) + 1).tolist(), len(labels)]
    for start, stop in pairwise(edges):
        out[start:stop] = _since_start(price[start:stop], volumes[start:stop])
    return out


def _balance(close: FloatArray, volume: FloatArray) -> FloatArray:
    return np.cumsum(np.sign(np.diff(close, prepend=close[:1])) * volume)


def _since_start(price: FloatArray, volume: FloatArray) -> FloatArray:
    away = np.cumsum((price - price[:1]) * volume)
    return price[:1] + quotient(away, np.cumsum(volume), otherwise=np.nan)


def _weighted(price: FloatArray, volume: FloatArray) -> FloatArray:
    last = price[:, -1]
    away = np.sum((price - last[:, None]) * volume, axis=1)
    return last + quotient(away, np.sum(volume, axis=1), otherwise=np.nan)
