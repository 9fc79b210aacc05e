"""What an opening order may spend in the second engine, by each of the sizing rules."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import isnan, nan, sqrt
from statistics import stdev

from aurelius_kernel.model import EqualRisk, FixedCash, FractionOfEquity, HalfKelly, Panel, Sizing, VolatilityTarget

__all__ = ["budget"]


def budget(sizing: Sizing, panel: Panel, column: int, signal_bar: int, equity: float, profits: Sequence[float]) -> float:
    """The money that a position decided at `signal_bar` may take; `profits` are those of the positions closed so far."""
    match sizing:
        case FixedCash():
            return sizing.amount
        case FractionOfEquity():
            return sizing.fraction * equity
        case HalfKelly():
            return _half_kelly(sizing, profits) * equity
        case VolatilityTarget():
            forecast = _volatility(panel, column, signal_bar, sizing.window) * sqrt(panel.periods_per_year)
            return 0.0 if isnan(forecast) else min(sizing.annual_volatility / forecast, sizing.max_weight) * equity
        case EqualRisk():
            return _risk_share(sizing, panel, column, signal_bar) * equity


def _volatility(panel: Panel, column: int, signal_bar: int, window: int) -> float:
    """Deviation of the instrument's own last `window` returns up to the signal's bar; NaN with fewer, or without any move."""
    closes = [close for close in panel.close[: signal_bar + 1, column].tolist() if not isnan(close)][-window - 1 :]
    if len(closes) <= window:
        return nan
    deviation = float(stdev(after / before - 1 for before, after in pairwise(closes)))
    return deviation if deviation > 0 else nan


def _risk_share(sizing: EqualRisk, panel: Panel, column: int, signal_bar: int) -> float:
    calm = [1 / _volatility(panel, other, signal_bar, sizing.window) for other in range(len(panel.instruments))]
    return 0.0 if isnan(calm[column]) else sizing.total * calm[column] / sum(each for each in calm if not isnan(each))


def _half_kelly(sizing: HalfKelly, profits: Sequence[float]) -> float:
    """Half of W − (1 − W)/R, from nothing to a quarter; a position that gained nothing counts as lost."""
    if len(profits) < sizing.min_trades:
        return sizing.initial_fraction
    wins, losses = [gain for gain in profits if gain > 0], [-gain for gain in profits if gain <= 0]
    if not wins:
        return 0.0
    mean_win, mean_loss = sum(wins) / len(wins), sum(losses) / max(len(losses), 1)
    share = len(wins) / len(profits)
    return min(max((share - (1 - share) * mean_loss / mean_win) / 2, 0.0), 0.25)
