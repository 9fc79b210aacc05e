"""Sharpe ratio and volatility over a moving window."""

from __future__ import annotations

import math

import pandas as pd

__all__ = ["rolling_sharpe", "rolling_volatility", "rolling_window"]

SHORTEST_WINDOW = 20


def rolling_window(bars: int, periods_per_year: float) -> int | None:
    """The window for a run of `bars`: half a year, or a quarter of a shorter run; None where that is under 20 bars."""
    window = min(round(periods_per_year / 2), bars // 4)
    return window if window >= SHORTEST_WINDOW else None


def rolling_volatility(returns: pd.Series, window: int, periods_per_year: float) -> pd.Series:
    """The standard deviation (ddof=1) of the last `window` returns, annualised; NaN before the first full window."""
    return returns.rolling(window).std(ddof=1) * math.sqrt(periods_per_year)


def rolling_sharpe(returns: pd.Series, window: int, periods_per_year: float) -> pd.Series:
    """Mean over standard deviation (ddof=1) of the last `window` returns, annualised, without a risk-free rate.

    NaN before the first full window, and where the returns of a window do not vary.
    """
    spread = returns.rolling(window).std(ddof=1)
    return returns.rolling(window).mean() / spread.where(spread > 0) * math.sqrt(periods_per_year)
