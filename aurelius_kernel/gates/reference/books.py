"""The second engine's books: cash, positions, the log of orders, and what they add up to."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan, nan

import numpy as np
import pandas as pd

from aurelius_kernel.gates.reference.decisions import NEITHER, side_of
from aurelius_kernel.gates.reference.orders import BUY, Order
from aurelius_kernel.model import ORDER_COLUMNS, BacktestSpec, Execution, Panel
from aurelius_kernel.typing import FloatArray

__all__ = ["FLAGS", "Books", "Ledger", "Position"]

FLAGS = ("same_bar_fill", "close_only", "orders_cut", "bankrupt", "open_at_end")
NO_UNITS = 1e-9  # of the units before: what is left after a sale of everything is rounding


@dataclass(frozen=True, kw_only=True, eq=False)
class Ledger:
    """What the second engine found, under the first one's names: series of shape (bars,), `positions` (bars, instruments).

    `orders` has the columns of ORDER_COLUMNS, in the order in which they were filled or refused.
    """

    index: pd.DatetimeIndex
    instruments: tuple[str, ...]
    equity: FloatArray
    cash: FloatArray
    positions: FloatArray
    borrow_fees: FloatArray
    orders: pd.DataFrame
    flags: tuple[str, ...]


@dataclass(kw_only=True)
class Position:
    """What is held of one instrument (`units` below zero when short), and what its stops need to know of its first fill."""

    units: float = 0.0
    spent: float = 0.0
    fill_price: float = nan
    best_price: float = nan
    signal_bar: int = -1
    late_on: int = -1

    @property
    def side(self) -> int:
        """LONG, SHORT or NEITHER."""
        return side_of(self.units)


class Books:
    """One cash account and what it holds of each instrument; `profits` are those of the positions closed so far."""

    def __init__(self, spec: BacktestSpec, panel: Panel) -> None:
        self.spec, self.panel = spec, panel
        bars, count = panel.shape
        self.cash, self.bankrupt = spec.capital, False
        self.positions = [Position() for _ in range(count)]
        self.last_close = [nan] * count
        self.profits: list[float] = []
        self._lines: list[dict[str, object]] = []
        self._equity, self._cash, self._fees, self._units = np.zeros(bars), np.zeros(bars), np.zeros(bars), np.zeros((bars, count))

    def values(self, prices: FloatArray) -> list[float]:
        """What each position is worth at `prices`, or at its last close where it has no bar."""
        known = [last if isnan(price) else float(price) for price, last in zip(prices, self.last_close, strict=True)]
        return [position.units * price for position, price in zip(self.positions, known, strict=True) if position.units]

    def equity(self, prices: FloatArray) -> float:
        """Cash and positions at `prices`."""
        return self.cash + sum(self.values(prices))

    def room(self, prices: FloatArray) -> float:
        """What leverage leaves for opening and enlarging positions."""
        return self.spec.leverage * self.equity(prices) - sum(abs(value) for value in self.values(prices))

    def pay(self, bar: int, fee: float) -> None:
        """Take the borrow fee of a bar."""
        self.cash, self._fees[bar] = self.cash - fee, fee

    def fill(self, order: Order, size: float, *, wanted: float, reason: str = "", late: bool = False, free: bool = False) -> float:
        """Book one order in cash, position and log; the money it took. `late` is after the open, `free` without costs."""
        paid, commission = (order.price, 0.0) if free else (order.paid(size), order.commission(size))
        spent = order.side * size * paid + commission
        position = self.positions[order.column]
        if position.side == NEITHER:
            late_on = order.bar if late else -1
            position = Position(fill_price=paid, best_price=paid, signal_bar=order.signal_bar, late_on=late_on)
            self.positions[order.column] = position
        before, position.units = position.units, position.units + order.side * size
        position.spent, self.cash = position.spent + spent, self.cash - spent
        if abs(position.units) <= NO_UNITS * abs(before):
            self.profits.append(-position.spent)
            self.positions[order.column] = Position()
        self._write(order, size, wanted, "cut" if reason else "filled", reason, paid, commission)
        return size * paid + commission

    def refuse(self, order: Order, wanted: float, reason: str) -> None:
        """Write down an order that was cut to nothing."""
        self._write(order, 0.0, wanted, "refused", reason, nan, 0.0)

    def close_bar(self, bar: int, equity: float) -> None:
        """Write down how the bar ended; the bars behind it are the same, should nothing happen any more."""
        self._equity[bar:], self._cash[bar:] = equity, self.cash
        self._units[bar:] = [position.units for position in self.positions]

    def ledger(self) -> Ledger:
        """The finished books, with the flags that a reader must know."""
        told = (
            self.spec.execution == Execution.CLOSE,
            bool(self.panel.close_only.any()),
            any(line["status"] != "filled" for line in self._lines),
            self.bankrupt,
            any(position.units for position in self.positions),
        )
        return Ledger(
            index=self.panel.index,
            instruments=self.panel.instruments,
            equity=self._equity,
            cash=self._cash,
            positions=self._units,
            borrow_fees=self._fees,
            orders=pd.DataFrame(self._lines, columns=list(ORDER_COLUMNS)),
            flags=tuple(flag for flag, true in zip(FLAGS, told, strict=True) if true),
        )

    def _write(self, order: Order, size: float, wanted: float, status: str, reason: str, paid: float, commission: float) -> None:
        line = {
            "time": self.panel.index[order.bar],
            "instrument": self.panel.instruments[order.column],
            "side": "buy" if order.side == BUY else "sell",
            "kind": order.kind,
            "requested": wanted,
            "size": size,
            "price": paid,
            "market_price": order.price if size else nan,
            "commission": commission,
            "slippage": size * abs(paid - order.price) if size else 0.0,
            "signal_time": self.panel.index[order.signal_bar],
            "status": status,
            "reason": reason,
        }
        self._lines.append(line)
