"""A spec's costs, sizing and limits as the numbers that the compiled account works with."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aurelius_kernel.engine.account import LIQUIDATE_CLOSE, LIQUIDATE_NEVER, LIQUIDATE_OPEN, Rules
from aurelius_kernel.errors import ImpossibleRequest
from aurelius_kernel.indicators.windows import central_square, rolling
from aurelius_kernel.model import (
    BacktestSpec,
    EqualRisk,
    Execution,
    FixedCash,
    FractionOfEquity,
    HalfKelly,
    LiquidateAtEnd,
    Panel,
    VolatilityTarget,
)
from aurelius_kernel.typing import FloatArray

__all__ = ["budget_of", "rules_of"]

BASIS_POINT = 1e-4
LIQUIDATION = {None: LIQUIDATE_NEVER, LiquidateAtEnd.OPEN: LIQUIDATE_OPEN, LiquidateAtEnd.CLOSE: LIQUIDATE_CLOSE}


def rules_of(spec: BacktestSpec, panel: Panel) -> Rules:
    """Every number that decides a fill; raises ImpossibleRequest for a volume rule on data without volume."""
    costs, sizing = spec.costs, spec.effective_sizing
    if (costs.max_volume_share or costs.volume_impact) and not np.isfinite(panel.volume[np.isfinite(panel.close)]).all():
        raise ImpossibleRequest.of("costs.max_volume_share", "and volume_impact need bars with volume, and some have none")
    kelly = sizing if isinstance(sizing, HalfKelly) else None
    return Rules(
        capital=spec.capital,
        leverage=spec.leverage,
        commission_rate=costs.commission_bps * BASIS_POINT,
        commission_per_share=costs.commission_per_share,
        commission_minimum=costs.commission_minimum,
        slippage_rate=costs.slippage_bps * BASIS_POINT,
        half_spread=costs.half_spread,
        volume_impact=costs.volume_impact,
        max_volume_share=_or_nan(costs.max_volume_share),
        borrow_per_bar=costs.borrow_rate / panel.periods_per_year,
        stop_loss=_or_nan(spec.stop_loss),
        take_profit=_or_nan(spec.take_profit),
        trailing_stop=_or_nan(spec.trailing_stop),
        fill_at_close=spec.execution is Execution.CLOSE,
        whole_shares=spec.whole_shares,
        liquidate=LIQUIDATION[spec.liquidate_at_end],
        budget_in_cash=isinstance(sizing, FixedCash),
        kelly_trades=kelly.min_trades if kelly else 0,
        kelly_initial=kelly.initial_fraction if kelly else np.nan,
    )


def budget_of(spec: BacktestSpec, panel: Panel) -> FloatArray:
    """What a position opened on a signal of bar t may take, as a fraction of equity or as cash.

    Shape (bars, instruments), or (1, 1) where it is constant. A NaN, before a forecast has enough returns, opens nothing.
    """
    match spec.effective_sizing:
        case FractionOfEquity(fraction=fraction):
            return np.full((1, 1), fraction)
        case FixedCash(amount=amount):
            return np.full((1, 1), amount)
        case VolatilityTarget(annual_volatility=target, window=window, max_weight=most):
            forecast = trailing_volatility(panel, window) * np.sqrt(panel.periods_per_year)
            return np.ascontiguousarray(np.minimum(target / forecast, most))
        case EqualRisk(window=window, total=total):
            calm = 1.0 / trailing_volatility(panel, window)
            return np.ascontiguousarray(total * calm / np.nansum(calm, axis=1, keepdims=True))
        case _:
            return np.full((1, 1), np.nan)


def trailing_volatility(panel: Panel, window: int) -> FloatArray:
    """Standard deviation (ddof=1) of each instrument's last `window` close-to-close returns, on its own bars; never zero.

    Shape (bars, instruments); NaN until there are `window` returns, each value made of its own window alone. A bar the instrument
    does not have repeats its last value.
    """
    columns = []
    for column in range(len(panel.instruments)):
        close = pd.Series(panel.close[:, column]).dropna()
        returns = np.asarray(close.pct_change(), dtype=np.float64)
        variance = rolling(central_square, window, returns) * (window / (window - 1))
        deviation = pd.Series(np.sqrt(variance), index=close.index)
        columns.append(deviation.reindex(range(len(panel.index))).ffill().to_numpy(np.float64))
    volatility = np.column_stack(columns)
    return np.where(volatility > 0.0, volatility, np.nan)


def _or_nan(value: float | None) -> float:
    return np.nan if value is None else value
