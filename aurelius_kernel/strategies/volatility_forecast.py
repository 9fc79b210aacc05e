"""Forecasts of the next bar's volatility from the last `window` bars: three estimators, one shape.

Each returns the standard deviation of one bar's return as a fraction, of the shape of its input (bars,) or (bars, instruments),
NaN until `window` returns are known. Multiply by √(bars a year) for a yearly figure.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import numpy as np

from aurelius_kernel.strategies import windows
from aurelius_kernel.typing import FloatArray

__all__ = ["Estimator", "ewma", "forecast", "inverse_scaled", "parkinson", "realised"]

Estimator: TypeAlias = Literal["ewma", "parkinson", "realised"]


def realised(close: FloatArray, window: int) -> FloatArray:
    """The standard deviation (ddof=1) of the last `window` simple returns."""
    _, squares = windows.moments(windows.returns(close), window)
    return np.sqrt(squares / (window - 1))


def ewma(close: FloatArray, window: int) -> FloatArray:
    """The root of the exponentially weighted mean of the last `window` squared returns, centred a quarter of the window back.

    The weights are RiskMetrics' (1996), cut off where less than 2 % of their sum is left: a window of 63 bars has its λ = 0.94,
    one of 240 the centre of 60 days of Moskowitz, Ooi and Pedersen (2012, eq. 1).
    """
    decay = (window / 4) / (window / 4 + 1)
    weights = (1.0 - decay**window) / (1.0 - decay)
    variance: FloatArray = windows.total(windows.returns(close) ** 2, window, decay) / weights
    return np.sqrt(variance)


def parkinson(high: FloatArray, low: FloatArray, window: int) -> FloatArray:
    """Parkinson's (1980) estimate √(mean of ln(high/low)² / (4·ln 2)) over the last `window` bars."""
    variance: FloatArray = windows.mean(np.log(high / low) ** 2, window) / (4.0 * np.log(2.0))
    return np.sqrt(variance)


def forecast(estimator: Estimator, high: FloatArray, low: FloatArray, close: FloatArray, window: int) -> FloatArray:
    """The forecast of the named estimator."""
    if estimator == "parkinson":
        return parkinson(high, low, window)
    of: Callable[[FloatArray, int], FloatArray] = {"ewma": ewma, "realised": realised}[estimator]
    return of(close, window)


def inverse_scaled(target: float, volatility: FloatArray, largest: float) -> FloatArray:
    """The weight `target`/`volatility`, which brings a position to the target, at most `largest`; 0 where nothing moves."""
    known = np.isfinite(volatility) & (volatility > 0.0)
    return np.where(known, np.minimum(target / np.where(known, volatility, 1.0), largest), 0.0)
