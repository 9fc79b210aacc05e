"""Past returns as they would be at today's volatility."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from aurelius_kernel.metrics.sample import between, observed
from aurelius_kernel.typing import FloatArray

__all__ = ["filtered_returns"]


def filtered_returns(returns: ArrayLike, decay: float = 0.94) -> FloatArray:
    """Each return times the volatility forecast for the bar after the last over that of its own bar; one number a return.

    The variance forecast is exponentially weighted: v(t+1) = decay·v(t) + (1 − decay)·r(t)², beginning with the mean of r². A
    return of exactly 0, as of an account that is out of the market, tells nothing of volatility: it neither moves the forecast nor
    is changed itself. NaN is ignored.

    Raises InvalidField for returns that are not one-dimensional numbers, or a decay outside 0 … 1.

    Sources: J. Hull and A. White, Incorporating volatility updating into the historical simulation method for value-at-risk,
    Journal of Risk 1(1), 1998; the decay of 0.94 for daily returns is of J.P. Morgan and Reuters, RiskMetrics Technical Document,
    1996, section 5.
    """
    r, kept = observed(returns), between("decay", decay, 0, 1)
    moved = r != 0.0
    squares = r[moved] ** 2
    if not len(squares):
        return r.copy()
    forecasts = _variances(squares, kept)
    found = r.copy()
    found[moved] *= np.sqrt(forecasts[-1] / forecasts[:-1])
    return found


def _variances(squares: FloatArray, decay: float) -> FloatArray:
    """The forecast for each bar, and for the one after the last."""
    forecasts = np.empty(len(squares) + 1)
    forecasts[0] = forecast = math.fsum(squares) / len(squares)
    for bar, square in enumerate(squares.tolist(), start=1):
        forecasts[bar] = forecast = decay * forecast + (1.0 - decay) * square
    return forecasts
