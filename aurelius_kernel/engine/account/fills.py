"""How pending decisions become fills: at the open, inside the bar, at the close, and at the end of a run."""

from __future__ import annotations

import math

import numpy as np

from aurelius_kernel.engine.account.book import (
    FLAT,
    LIMIT,
    LIQUIDATION,
    LONG,
    MARKET,
    NO_REASON,
    NOTHING,
    SHORT,
    STOP,
    TAKE_PROFIT,
    TRAILING_STOP,
    VOLUME,
    Book,
    Rules,
    Run,
    commission,
    execute,
    fill_price,
)
from aurelius_kernel.engine.account.compiled import part
from aurelius_kernel.engine.account.decisions import at
from aurelius_kernel.engine.account.sizes import ROUNDING, enlarge, nearer, reduction, volume_limit
from aurelius_kernel.typing import FloatArray

__all__ = ["liquidate", "trade", "trade_inside", "wind_up"]


@part
def trade(run: Run, at_close: bool) -> None:
    """Fill what is due at this bar's opens (or closes): reductions first, then increases, each in order of rank."""
    book = run.book
    if not np.any(book.pending):
        return
    prices = run.market.close[run.bar] if at_close else run.market.open[run.bar]
    due = at_close == run.rules.fill_at_close
    closing = np.zeros(prices.shape[0], dtype=np.bool_)
    before, _ = value(book, prices)
    for column in run.decisions.rank:
        if due and book.pending[column] != NOTHING and not np.isnan(prices[column]):
            closing[column] = reduce(run, column, prices[column], before)
    equity, gross = value(book, prices)
    room = run.rules.leverage * equity - gross
    for column in run.decisions.rank:
        if book.pending[column] == NOTHING or closing[column] or np.isnan(prices[column]):
            continue
        limit = limit_of(run, column)
        if np.isnan(limit):
            if due:
                room -= enlarge(run, column, prices[column], MARKET, equity, room, before - equity, at_close)
        elif not at_close and reached(limit, prices[column], book.pending[column]):
            room -= enlarge(run, column, prices[column], LIMIT, equity, room, 0.0, False)


@part
def value(book: Book, prices: FloatArray) -> tuple[float, float]:
    """Equity and gross position value at `prices`, the last close standing in for a missing one."""
    equity, gross = book.cash[0], 0.0
    for column in range(prices.shape[0]):
        if book.position[column] != 0.0:
            price = book.last[column] if np.isnan(prices[column]) else prices[column]
            equity += book.position[column] * price
            gross += abs(book.position[column]) * price
    return equity, gross


@part
def limit_of(run: Run, column: int) -> float:
    """The limit price of a pending entry; NaN for everything else."""
    pending = run.book.pending[column]
    return at(run.decisions.limit_price, run.book.signal_bar[column], column) if pending in (LONG, SHORT) else np.nan


@part
def reached(limit: float, price: float, pending: int) -> bool:
    """Whether `price` is at the limit or better for the trader."""
    return price <= limit if pending == LONG else price >= limit


@part
def reduce(run: Run, column: int, price: float, equity: float) -> bool:
    """Fill the part of a pending decision that makes the position smaller; whether the volume left some of it over."""
    book, rules = run.book, run.rules
    volume = run.market.volume[run.bar, column]
    wanted = reduction(run, column, price, equity)
    size, reason = wanted, NO_REASON
    if size > volume_limit(rules, volume) * (1.0 + ROUNDING):
        size, reason = volume_limit(rules, volume), VOLUME
    if size > 0.0:
        side = -math.copysign(1.0, book.position[column])
        paid = fill_price(rules, price, side, size, volume, MARKET)
        execute(run, column, side, size, price, paid, MARKET, wanted, reason, commission(rules, size, paid, side))
    if book.pending[column] == FLAT and book.position[column] == 0.0:
        book.pending[column] = NOTHING
    return reason == VOLUME


@part
def trade_inside(run: Run) -> None:
    """Let stops and targets act on this bar's range, and limit entries fill or lapse."""
    book, bar = run.book, run.bar
    for column in run.decisions.rank:
        if np.isnan(run.market.close[bar, column]):
            continue
        if book.position[column] != 0.0:
            protect(run, column)
        limit = limit_of(run, column)
        if np.isnan(limit):
            continue
        touch = run.market.low[bar, column] if book.pending[column] == LONG else run.market.high[bar, column]
        side = 1.0 if book.pending[column] == LONG else -1.0
        if reached(limit, touch, book.pending[column]) and book.position[column] == 0.0:
            equity, gross = value(book, run.market.open[bar])
            enlarge(run, column, limit, LIMIT, equity, run.rules.leverage * equity - gross, 0.0, True)
            if book.position[column] != 0.0:
                protect(run, column)
        book.pending[column] = FLAT if side * book.position[column] < 0.0 else NOTHING


@part
def protect(run: Run, column: int) -> None:
    """Close a position whose stop or target this bar reaches; the stop is taken to come first."""
    market, book, bar = run.market, run.book, run.bar
    side = math.copysign(1.0, book.position[column])
    worst, best = market.low[bar, column], market.high[bar, column]
    if side < 0.0:
        worst, best = best, worst
    entered_inside = book.entered_inside[column] == bar
    start = book.best[column] if entered_inside else market.open[bar, column]
    stop, kind = stop_level(run.rules, book, side, column)
    target = book.target[column]
    if side * (stop - worst) >= 0.0:
        close_out(run, column, start if side * (stop - start) >= 0.0 else stop, kind)
    elif side * (best - target) >= 0.0 and not entered_inside:
        close_out(run, column, start if side * (start - target) >= 0.0 else target, TAKE_PROFIT)


@part
def stop_level(rules: Rules, book: Book, side: float, column: int) -> tuple[float, int]:
    """The stop nearest to the price, and whether it is a fixed or a trailing one; NaN for none."""
    best, fixed = book.best[column], book.stop[column]
    trailing = nearer(best - side * book.trail[column], best * (1.0 - side * rules.trailing_stop), side)
    level = nearer(fixed, trailing, side)
    return level, STOP if level == fixed else TRAILING_STOP


@part
def close_out(run: Run, column: int, price: float, kind: int) -> None:
    """Close a whole position at `price`; what was pending for the instrument lapses."""
    book, rules = run.book, run.rules
    size, side = abs(book.position[column]), -math.copysign(1.0, book.position[column])
    paid = fill_price(rules, price, side, size, run.market.volume[run.bar, column], kind)
    book.signal_bar[column] = run.bar
    execute(run, column, side, size, price, paid, kind, size, NO_REASON, commission(rules, size, paid, side))
    book.pending[column] = NOTHING


@part
def liquidate(run: Run, prices: FloatArray) -> None:
    """Cancel everything and close every position at `prices`; an instrument without a price stays open."""
    for column in run.decisions.rank:
        run.book.pending[column] = NOTHING
        if run.book.position[column] != 0.0 and not np.isnan(prices[column]):
            close_out(run, column, prices[column], LIQUIDATION)


@part
def wind_up(run: Run) -> None:
    """Close every position of a bankrupt account at its last close, without costs."""
    book = run.book
    for column in run.decisions.rank:
        held, price = book.position[column], book.last[column]
        if held != 0.0:
            book.signal_bar[column] = run.bar
            execute(run, column, -math.copysign(1.0, held), abs(held), price, price, LIQUIDATION, abs(held), NO_REASON, 0.0)
