"""The account of one parameter set over a stretch of the bars: it starts flat, and knows the bars before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from aurelius_kernel import engine
from aurelius_kernel.model import BacktestSpec, EqualRisk, Panel, Signals, VolatilityTarget
from aurelius_kernel.research.market_data import MarketData
from aurelius_kernel.strategies import Strategy
from aurelius_kernel.typing import FloatArray

__all__ = ["Stretch", "history_needed", "run_stretch"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Stretch:
    """What an account went through over a stretch: series of shape (bars,), positions of (bars, instruments), and its trades."""

    equity: FloatArray
    positions: FloatArray
    trades: pd.DataFrame
    flags: tuple[str, ...] = ()

    @property
    def longest_holding(self) -> int:
        """The bars of the longest trade, one still open at the end included; 0 without a trade."""
        return int(self.trades["bars"].max()) if len(self.trades) else 0


def history_needed(strategy: Strategy, spec: BacktestSpec) -> int:
    """The bars before a stretch that a decision at its first bar may be made of, and so may its size."""
    sizing = spec.effective_sizing
    return max(strategy.warm_up, sizing.window if isinstance(sizing, VolatilityTarget | EqualRisk) else 0) + 1


def run_stretch(
    spec: BacktestSpec, strategy: Strategy, market: MarketData, rows: tuple[int, int], *, since: int, seed: int
) -> Stretch:
    """Run a strategy over the rows of the market's panel, with the bars from row `since` on as its memory.

    What is decided before the first of the rows does nothing, so the account starts flat. Bars after the last row are not seen.
    """
    first, last = rows
    panel = panel_rows(market.panel, since, last)
    bars = {name: frame.loc[panel.index[0] : panel.index[-1]] for name, frame in market.bars.items()}
    signals = strategy.seeded(seed).signals(bars)
    done = engine.simulate(spec, panel, silent_before(signals, market.panel.index[first]))
    own = slice(first - since, None)
    return Stretch(equity=done.equity[own], positions=done.positions[own], trades=done.trades, flags=done.flags)


def panel_rows(panel: Panel, first: int, last: int) -> Panel:
    """The panel between two rows."""
    names = ("index", "open", "high", "low", "close", "volume")
    return replace(panel, **{name: getattr(panel, name)[first:last] for name in names}, data_hash="")


def silent_before(signals: Signals, moment: pd.Timestamp) -> Signals:
    """The same decisions, but none before the moment."""
    early = np.asarray(signals.index < moment)
    if not early.any():
        return signals
    silent: dict[str, Any] = {name: array.copy() for name, array in signals.arrays().items()}
    for array in silent.values():
        array[early] = False if array.dtype == np.bool_ else np.nan
    return replace(signals, **silent)
