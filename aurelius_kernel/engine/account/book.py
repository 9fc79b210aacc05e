"""The compiled account: its state, its order log, and how one order is priced, executed by vectorbt and written down."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from vectorbt.portfolio import nb as vectorbt_nb
from vectorbt.portfolio.enums import OrderStatus, ProcessOrderState

from aurelius_kernel.engine.account.compiled import part
from aurelius_kernel.engine.account.decisions import Decisions
from aurelius_kernel.typing import FloatArray, IntArray

__all__ = [
    "ORDER_DTYPE",
    "Book",
    "Market",
    "Rules",
    "Run",
    "affordable",
    "commission",
    "execute",
    "fill_price",
    "new_book",
    "write",
]

MARKET, LIMIT, STOP, TAKE_PROFIT, TRAILING_STOP, LIQUIDATION = range(6)
FILLED, CUT, REFUSED = range(3)
NO_REASON, LEVERAGE, VOLUME, NO_WHOLE_SHARE, NO_BUDGET = range(5)
NOTHING, FLAT, LONG, SHORT, WEIGHT, KEEP = range(6)
LOWEST_PRICE = 1e-12
DUST = 1e-9  # a smaller share of the starting capital is not traded, nor an account

ORDER_DTYPE = np.dtype(
    [
        ("bar", np.int64),
        ("column", np.int64),
        ("side", np.float64),
        ("kind", np.int64),
        ("requested", np.float64),
        ("size", np.float64),
        ("price", np.float64),
        ("market_price", np.float64),
        ("commission", np.float64),
        ("signal_bar", np.int64),
        ("status", np.int64),
        ("reason", np.int64),
    ]
)
"""One row of the order log; `side` is +1 for a purchase, −1 for a sale."""


class Market(NamedTuple):
    """Prices and volume, each of shape (bars, instruments), NaN where an instrument has no bar."""

    open: FloatArray
    high: FloatArray
    low: FloatArray
    close: FloatArray
    volume: FloatArray


class Rules(NamedTuple):
    """Every number that decides a fill; NaN where a rule is off."""

    capital: float
    leverage: float
    commission_rate: float
    commission_per_share: float
    commission_minimum: float
    slippage_rate: float
    half_spread: float
    volume_impact: float
    max_volume_share: float
    borrow_per_bar: float
    stop_loss: float
    take_profit: float
    trailing_stop: float
    fill_at_close: bool
    whole_shares: bool
    liquidate: int
    budget_in_cash: bool
    kelly_trades: int
    kelly_initial: float


class Book(NamedTuple):
    """The account and what is pending, one element an instrument; `cash`, `written` and `closed` hold the account's own numbers.

    `written` counts the orders so far; `best` is the best price since the fill; `spent` the money the open position has taken;
    `rest` what a volume-limited entry still wants; `entered_inside` the last bar on which a position began after the open.
    `closed` counts closed positions and winners, and adds up money won and lost.
    """

    cash: FloatArray
    position: FloatArray
    last: FloatArray
    best: FloatArray
    stop: FloatArray
    target: FloatArray
    trail: FloatArray
    spent: FloatArray
    rest: FloatArray
    pending: IntArray
    signal_bar: IntArray
    entered_inside: IntArray
    written: IntArray
    closed: FloatArray


class Run(NamedTuple):
    """All that a fill on bar `bar` can touch; `orders` has room for every order of one bar."""

    market: Market
    decisions: Decisions
    rules: Rules
    book: Book
    orders: NDArray[np.void]
    bar: int


def new_book(capital: float, columns: int) -> Book:
    """An account with cash only."""
    empty, zero = np.full(columns, np.nan), np.zeros(columns)
    none, never = np.zeros(columns, dtype=np.int64), np.full(columns, -1, dtype=np.int64)
    return Book(
        np.array([capital]),
        zero,
        empty,
        empty.copy(),
        empty.copy(),
        empty.copy(),
        empty.copy(),
        zero.copy(),
        empty.copy(),
        none,
        never,
        never.copy(),
        np.zeros(1, dtype=np.int64),
        np.zeros(4),
    )


@part
def fill_price(rules: Rules, price: float, side: float, size: float, volume: float, kind: int) -> float:
    """The market price made worse for the trader by slippage, spread and impact; limits and targets fill at their own price."""
    if kind in (LIMIT, TAKE_PROFIT):
        return price
    impact = 0.0
    if rules.volume_impact > 0.0 and volume > 0.0:
        impact = rules.volume_impact * (size / volume) ** 2
    return max(price * (1.0 + side * (rules.slippage_rate + impact)) + side * rules.half_spread, LOWEST_PRICE)


@part
def commission(rules: Rules, size: float, price: float, side: float) -> float:
    """What a fill of `size` at `price` pays; a sale never pays more than it brings."""
    fee = max(rules.commission_rate * size * price + rules.commission_per_share * size, rules.commission_minimum)
    return min(fee, size * price) if side < 0.0 else fee


@part
def affordable(rules: Rules, budget: float, price: float, side: float, volume: float, kind: int) -> float:
    """The size whose cost, commission included, is `budget`; 0 when the budget does not even pay the commission.

    A sale is sized without its impact: selling more does not make up for a price that selling makes worse.
    """
    first = fill_price(rules, price, side, 0.0, volume, kind)
    if first <= LOWEST_PRICE:
        return 0.0
    high = _affordable_at(rules, budget, first)
    if side < 0.0 or rules.volume_impact == 0.0 or not volume > 0.0:
        return high
    low = 0.0
    for _ in range(100):
        middle = 0.5 * (low + high)
        paid = fill_price(rules, price, side, middle, volume, kind)
        if middle * paid + commission(rules, middle, paid, 1.0) > budget:
            high = middle
        else:
            low = middle
    return low


@part
def _affordable_at(rules: Rules, budget: float, price: float) -> float:
    size = budget / (price * (1.0 + rules.commission_rate) + rules.commission_per_share)
    if rules.commission_rate * size * price + rules.commission_per_share * size < rules.commission_minimum:
        size = (budget - rules.commission_minimum) / price
    return max(size, 0.0)


@part
def write(run: Run, column: int, side: float, kind: int, requested: float, reason: int, status: int) -> None:
    """Begin the next row of the order log, as an order that did not fill."""
    row = run.orders[run.book.written[0]]
    row["bar"], row["column"], row["side"], row["kind"] = run.bar, column, side, kind
    row["requested"], row["size"], row["price"], row["market_price"], row["commission"] = requested, 0.0, np.nan, np.nan, 0.0
    row["signal_bar"], row["status"], row["reason"] = run.book.signal_bar[column], status, reason
    run.book.written[0] += 1


@part
def execute(
    run: Run, column: int, side: float, size: float, price: float, paid: float, kind: int, requested: float, reason: int, fee: float
) -> None:
    """Have vectorbt execute one order and write it down; the account may owe cash, as far as its leverage let the order come."""
    book, signed = run.book, side * size
    cash = max(book.cash[0], size * paid + fee if side > 0.0 else 0.0)
    owed = book.cash[0] - cash
    before = book.position[column]
    state = ProcessOrderState(cash, before, 0.0, cash, price, cash, 0, 0)
    after, result = vectorbt_nb.execute_order_nb(state, vectorbt_nb.order_nb(size=signed, price=paid, fixed_fees=fee))
    if result.status != OrderStatus.Filled:
        write(run, column, side, kind, requested, NO_BUDGET, REFUSED)
        return
    book.cash[0] = after.cash + owed
    book.position[column] = after.position
    write(run, column, side, kind, requested, reason, FILLED if reason == NO_REASON else CUT)
    row = run.orders[book.written[0] - 1]
    row["size"], row["price"], row["market_price"], row["commission"] = size, paid, price, fee
    settle(book, column, before, signed * paid + fee)


@part
def settle(book: Book, column: int, before: float, spent: float) -> None:
    """Keep the running cost of the position and, when it closes, whether it won: what Kelly's fraction is made of."""
    book.spent[column] += spent
    if before == 0.0 or book.position[column] != 0.0:
        return
    profit = -book.spent[column]
    book.closed[0] += 1.0
    if profit > 0.0:
        book.closed[1] += 1.0
        book.closed[2] += profit
    else:
        book.closed[3] -= profit
    book.spent[column] = 0.0
    for level in (book.best, book.stop, book.target, book.trail):
        level[column] = np.nan
