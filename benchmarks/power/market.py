"""Synthetic markets: prices with fat tails, clustered volatility and gaps overnight, without an edge or with one that is planted.

Without an edge, the price of tomorrow is today's on average, whatever was before. The planted edge is a drift that keeps its sign
for `REGIME` days on average and then forgets it; a rule that follows the past return earns some of it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["BARS", "DRIFT", "market"]

BARS = 2_610
"""Ten years of 261 weekdays."""
REGIME = 150.0
"""Days that the drift keeps its sign, on average."""
DRIFT = 0.00174
"""The size of the planted drift a day: with it `ts_momentum` over 60 bars earns a yearly Sharpe ratio of 1.5 after costs."""

DAILY = 0.010
PERSISTENCE, SHOCKS = 0.90, 0.08
TAILS = 5
STEPS = 8
OVERNIGHT = 0.2


def market(seed: int, *, drift: float = 0.0, bars: int = BARS) -> pd.DataFrame:
    """Daily bars `open high low close volume` of one market; the same seed has the same noise with and without an edge."""
    draw = np.random.default_rng(seed)
    sigma = volatility(draw, bars)
    moves = sigma[:, None] * noise(draw, bars) - sigma[:, None] ** 2 * shares() / 2.0
    moves += np.asarray(drift * regimes(draw, bars))[:, None] * shares()
    path = 100.0 * np.exp(np.cumsum(moves.ravel())).reshape(bars, STEPS + 1)
    index = pd.bdate_range("2005-01-03", periods=bars, tz="UTC", unit="ns", name="time") + pd.Timedelta(hours=21)
    columns = {"open": path[:, 0], "high": path.max(axis=1), "low": path.min(axis=1), "close": path[:, -1], "volume": 1e6}
    return pd.DataFrame(columns, index=index)


def shares() -> np.ndarray:
    """The share of a day's variance in the gap overnight and in each step of the session."""
    return np.concatenate([[OVERNIGHT], np.full(STEPS, (1.0 - OVERNIGHT) / STEPS)])


def noise(draw: np.random.Generator, bars: int) -> np.ndarray:
    """Standard noise of the gap and of each step, with variances that add up to 1 a day; a day's tails are heavy together."""
    tails = np.sqrt((TAILS - 2) / draw.chisquare(TAILS, bars))
    return draw.standard_normal((bars, STEPS + 1)) * np.sqrt(shares()) * tails[:, None]


def volatility(draw: np.random.Generator, bars: int) -> np.ndarray:
    """Each day's volatility, calm and wild in turn, around 1 % a day (GARCH(1, 1), Bollerslev 1986)."""
    shocks = draw.standard_normal(bars) ** 2
    variance = np.empty(bars)
    variance[0] = DAILY**2
    for day in range(1, bars):
        variance[day] = DAILY**2 * (1.0 - PERSISTENCE - SHOCKS) + variance[day - 1] * (PERSISTENCE + SHOCKS * shocks[day - 1])
    return np.sqrt(variance)


def regimes(draw: np.random.Generator, bars: int) -> np.ndarray:
    """+1 or −1 a day; it is drawn anew with a chance of one in `REGIME`/2, which keeps the sign for `REGIME` days on average."""
    changes = draw.random(bars) < 2.0 / REGIME
    signs = draw.choice([-1.0, 1.0], bars)
    last = np.maximum.accumulate(np.where(changes, np.arange(bars), 0))
    return signs[last]
