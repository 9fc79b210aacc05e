"""The execution model, bar by bar: `docs/explanation/execution-model.md` is this file in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from aurelius_kernel.engine.account.book import (
    DUST,
    FLAT,
    KEEP,
    LONG,
    NOTHING,
    ORDER_DTYPE,
    SHORT,
    WEIGHT,
    Book,
    Market,
    Rules,
    Run,
    new_book,
)
from aurelius_kernel.engine.account.compiled import kernel, part
from aurelius_kernel.engine.account.decisions import ENTER_LONG, ENTER_SHORT, LEAVE_LONG, LEAVE_SHORT, Decisions, at
from aurelius_kernel.engine.account.fills import liquidate, trade, trade_inside, wind_up
from aurelius_kernel.typing import FloatArray

__all__ = ["LIQUIDATE_CLOSE", "LIQUIDATE_NEVER", "LIQUIDATE_OPEN", "OnBars", "walk"]

LIQUIDATE_NEVER, LIQUIDATE_OPEN, LIQUIDATE_CLOSE = range(3)
ORDERS_A_BAR = 8  # at most: two at the open, a stop, a limit entry and its stop, two at the close, a liquidation


CELLS_A_STRETCH = 65_536
"""Bars times instruments that are walked between two calls of `on_bars`: some milliseconds."""

OnBars: TypeAlias = Callable[[int, float, int], None]
"""Called between stretches of bars with the last bar walked, the equity at its close, and how many positions were closed."""


class Track(NamedTuple):
    """What is written down at each bar: series of shape (bars,), positions of shape (bars, instruments)."""

    equity: FloatArray
    cash: FloatArray
    positions: FloatArray
    fees: FloatArray


def walk(
    market: Market, decisions: Decisions, rules: Rules, on_bars: OnBars | None = None
) -> tuple[NDArray[np.void], FloatArray, FloatArray, FloatArray, FloatArray, bool]:
    """Run the whole account: orders (rows of ORDER_DTYPE), equity, cash, positions, borrow fees, and whether it went bankrupt."""
    bars, columns = market.close.shape
    book = new_book(rules.capital, columns)
    orders = np.empty(64 + ORDERS_A_BAR * columns, dtype=ORDER_DTYPE)
    track = Track(np.empty(bars), np.empty(bars), np.zeros((bars, columns)), np.zeros(bars))
    stretch = bars if on_bars is None else max(1, CELLS_A_STRETCH // columns)
    bar, bankrupt = 0, False
    while bar < bars and not bankrupt:
        end = min(bar + stretch, bars)
        orders, bankrupt = advance(market, decisions, rules, book, orders, track, bar, end)
        bar = end
        if on_bars is not None:
            on_bars(bar - 1, float(track.equity[bar - 1]), int(book.closed[0]))
    return orders[: book.written[0]], *track, bankrupt


@kernel
def advance(
    market: Market, decisions: Decisions, rules: Rules, book: Book, orders: NDArray[np.void], track: Track, first: int, end: int
) -> tuple[NDArray[np.void], bool]:
    """Run the account over bars `first` to before `end`: the orders so far, and whether it went bankrupt and is over."""
    bars = market.close.shape[0]
    for bar in range(first, end):
        orders = with_room(orders, book.written[0], ORDERS_A_BAR * book.position.shape[0])
        run = Run(market, decisions, rules, book, orders, bar)
        track.fees[bar] = charge_borrowing(rules, book)
        live(run, bar == bars - 1)
        track.equity[bar] = mark(market, book, bar)
        if track.equity[bar] <= DUST * rules.capital:
            wind_up(run)
            track.equity[bar:], track.cash[bar:] = book.cash[0], book.cash[0]
            return orders, True
        track.cash[bar] = book.cash[0]
        track.positions[bar] = book.position
        if not rules.fill_at_close:
            read(run)
    return orders, False


@part
def with_room(orders: NDArray[np.void], count: int, rows: int) -> NDArray[np.void]:
    """`orders` itself, or a copy twice as long when `rows` more would not fit."""
    if count + rows <= orders.shape[0]:
        return orders
    longer = np.empty(2 * orders.shape[0] + rows, dtype=ORDER_DTYPE)
    longer[:count] = orders[:count]
    return longer


@part
def live(run: Run, last: bool) -> None:
    """Everything that trades on one bar: at the open, inside, at the close."""
    liquidation = run.rules.liquidate if last else LIQUIDATE_NEVER
    if liquidation == LIQUIDATE_OPEN:
        liquidate(run, run.market.open[run.bar])
        return
    trade(run, False)
    trade_inside(run)
    if liquidation == LIQUIDATE_CLOSE:
        liquidate(run, run.market.close[run.bar])
    elif run.rules.fill_at_close:
        read(run)
        trade(run, True)


@part
def charge_borrowing(rules: Rules, book: Book) -> float:
    """Take the borrow fee of every short position carried in."""
    fee = 0.0
    for column in range(book.position.shape[0]):
        if book.position[column] < 0.0:
            fee -= book.position[column] * book.last[column] * rules.borrow_per_bar
    book.cash[0] -= fee
    return fee


@part
def read(run: Run) -> None:
    """Turn this bar's signals into what is pending; a newer decision replaces an older one."""
    book = run.book
    for column in range(book.position.shape[0]):
        wanted = decide(run, column)
        if wanted != NOTHING:
            book.pending[column] = NOTHING if wanted == KEEP else wanted
            book.signal_bar[column] = run.bar
            book.rest[column] = np.nan


@part
def decide(run: Run, column: int) -> int:
    """What this bar's signals ask of one instrument, given what it holds and what is still pending."""
    if not np.isnan(at(run.decisions.weights, run.bar, column)):
        return WEIGHT
    wanted, position, pending = run.decisions.wanted[run.bar, column], run.book.position[column], run.book.pending[column]
    if (wanted & ENTER_LONG and position > 0.0) or (wanted & ENTER_SHORT and position < 0.0):
        return NOTHING if pending == (LONG if position > 0.0 else SHORT) else KEEP
    if wanted & ENTER_LONG:
        return LONG
    if wanted & ENTER_SHORT:
        return SHORT
    if wanted & LEAVE_LONG and (position > 0.0 or pending == LONG):
        return FLAT
    if wanted & LEAVE_SHORT and (position < 0.0 or pending == SHORT):
        return FLAT
    return NOTHING


@part
def mark(market: Market, book: Book, bar: int) -> float:
    """The account's value at this bar's closes; trailing stops learn this bar's best price here, and not before."""
    equity = book.cash[0]
    for column in range(book.position.shape[0]):
        position = book.position[column]
        if not np.isnan(market.close[bar, column]):
            book.last[column] = market.close[bar, column]
            if book.entered_inside[column] != bar:
                if position > 0.0:
                    book.best[column] = max(book.best[column], market.high[bar, column])
                elif position < 0.0:
                    book.best[column] = min(book.best[column], market.low[bar, column])
        if position != 0.0:
            equity += position * book.last[column]
    return float(equity)
