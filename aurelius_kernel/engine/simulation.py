"""One run of the engine: a spec, a panel and a strategy's signals become orders, trades and equity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from aurelius_kernel.engine import code_cache  # noqa: F401  first of all: it chooses where machine code is kept
from aurelius_kernel.engine.account import Market, OnBars, decisions_of, walk
from aurelius_kernel.engine.rules import budget_of, rules_of
from aurelius_kernel.engine.tables import order_table, trade_table
from aurelius_kernel.model import BacktestSpec, Execution, Panel, Signals
from aurelius_kernel.typing import FloatArray

__all__ = ["Simulation", "buy_and_hold", "simulate"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Simulation:
    """What the account went through: series of shape (bars,), positions of shape (bars, instruments), tables, and flags."""

    equity: FloatArray
    cash: FloatArray
    positions: FloatArray
    borrow_fees: FloatArray
    orders: pd.DataFrame
    trades: pd.DataFrame
    flags: tuple[str, ...]


def simulate(spec: BacktestSpec, panel: Panel, signals: Signals, on_bars: OnBars | None = None) -> Simulation:
    """Run the execution model of `docs/explanation/execution-model.md` over the panel.

    `on_bars` is told now and then, from inside the run, how far it is: the last bar walked, its equity, and the closed positions.
    """
    market = Market(panel.open, panel.high, panel.low, panel.close, panel.volume)
    decisions = decisions_of(signals, panel, spec.direction, budget_of(spec, panel))
    log, equity, cash, positions, fees, bankrupt = walk(market, decisions, rules_of(spec, panel), on_bars)
    orders, trades = order_table(log, panel), trade_table(log, panel)
    told = {
        "same_bar_fill": spec.execution is Execution.CLOSE,
        "close_only": bool(panel.close_only.any()),
        "orders_cut": bool((orders["status"] != "filled").any()),
        "bankrupt": bankrupt,
        "open_at_end": bool((positions[-1] != 0.0).any()),
    }
    return Simulation(
        equity=equity,
        cash=cash,
        positions=positions,
        borrow_fees=fees,
        orders=orders,
        trades=trades,
        flags=tuple(name for name, true in told.items() if true),
    )


def buy_and_hold(panel: Panel, capital: float) -> FloatArray:
    """The value of `capital` put in equal parts into each instrument at its second bar's open, without costs; shape (bars,).

    The second bar's open is the first fill a signal could have had.
    """
    value = np.zeros(len(panel.index))
    part = capital / len(panel.instruments)
    for column in range(len(panel.instruments)):
        own = np.flatnonzero(panel.present(column))
        if len(own) < 2:
            value += part
            continue
        first = own[1]
        close = pd.Series(panel.close[:, column]).ffill().to_numpy(np.float64)
        value += np.where(np.arange(len(value)) < first, part, part * close / panel.open[first, column])
    return value
