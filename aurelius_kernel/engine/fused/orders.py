"""What one order costs, what it does to the account, and the round trip that it begins or ends."""

from __future__ import annotations

import numpy as np

from aurelius_kernel.engine.fused.book import Rules, Run
from aurelius_kernel.engine.fused.compiled import part, routine
from aurelius_kernel.engine.fused.ledger import CLOSED, CLOSED_BARS, GAIN, LOSS, TRADE_RETURNS, TRADED, TRADES, WINS

__all__ = ["EQUAL", "LEAST_PRICE", "affordable", "bought", "fee", "fill", "priced"]

LEAST_PRICE = 1e-12
EQUAL = 1e-9
"""Two sizes or values that differ by less than this fraction are the same, as they are for vectorbt."""


@part
def priced(rules: Rules, price: float, side: float, size: float, volume: float) -> float:
    """The market price, made worse for the trader by slippage, impact and half the spread."""
    worse = rules.slippage
    if rules.impact > 0.0 and volume > 0.0:
        worse += rules.impact * (size / volume) * (size / volume)
    return max(price * (1.0 + side * worse) + side * rules.half_spread, LEAST_PRICE)


@part
def fee(rules: Rules, size: float, price: float, side: float) -> float:
    """The commission of a fill; that of a sale is at most what it brings."""
    charged = max(size * (rules.commission * price + rules.per_share), rules.minimum)
    return min(charged, size * price) if side < 0.0 else charged


@routine
def affordable(rules: Rules, budget: float, price: float, side: float, volume: float, exact: bool) -> float:
    """The units whose price and commission together make up the budget; `exact` for an order that fills at its own price.

    A sale is sized without its impact: selling more does not make up for a price that selling makes worse.
    """
    if exact:
        return bought(rules, budget, price)
    first = priced(rules, price, side, 0.0, volume)
    if first <= LEAST_PRICE:
        return 0.0
    most = bought(rules, budget, first)
    if side < 0.0 or rules.impact == 0.0 or not volume > 0.0:
        return most
    least = 0.0
    for _ in range(100):
        size = 0.5 * (least + most)
        paid = priced(rules, price, side, size, volume)
        if size * paid + fee(rules, size, paid, 1.0) > budget:
            most = size
        else:
            least = size
    return least


@part
def bought(rules: Rules, budget: float, price: float) -> float:
    """The units that the budget buys at a price that does not depend on them."""
    size = budget / (price * (1.0 + rules.commission) + rules.per_share)
    if size * (rules.commission * price + rules.per_share) < rules.minimum:
        size = (budget - rules.minimum) / price
    return max(size, 0.0)


@routine
def fill(run: Run, bar: int, i: int, side: float, size: float, price: float, charged: float) -> None:
    """Trade `size` units of instrument `i` at `price`, on the side +1 of a buyer or -1 of a seller."""
    account, position = run.account[0], run.positions[i]
    before = position.units
    after = before + side * size
    if abs(after) <= EQUAL * size:
        after = 0.0
    account.cash -= side * size * price + charged
    position.spent += side * size * price + charged
    position.units = after
    if before * side < 0.0:
        _end(run, bar, i, side, size, price, charged)
    else:
        position.since = bar if before == 0.0 else position.since
        position.size += size
        position.value += size * price
        position.fees += charged
    if after == 0.0:
        _leave(run, i)


@part
def _end(run: Run, bar: int, i: int, side: float, size: float, price: float, charged: float) -> None:
    """Write down a round trip: units bought at the position's average price and now sold, or sold and now bought."""
    position, ledger, q = run.positions[i], run.ledger, run.q
    share = 1.0 if position.units == 0.0 else size / position.size
    entry, leave = share * position.value, size * price
    gained = 0.0 if abs(leave - entry) <= EQUAL * max(leave, entry) else side * (entry - leave)
    profit = gained - share * position.fees - charged
    ledger[q, CLOSED] += 1.0
    ledger[q, TRADES] += 1.0
    ledger[q, WINS] += np.float64(profit > 0.0)
    ledger[q, GAIN] += max(profit, 0.0)
    ledger[q, LOSS] -= min(profit, 0.0)
    ledger[q, TRADE_RETURNS] += profit / entry
    ledger[q, CLOSED_BARS] += bar - position.since
    ledger[q, TRADED] += entry + leave
    position.size -= size
    position.value *= 1.0 - share
    position.fees *= 1.0 - share


@part
def _leave(run: Run, i: int) -> None:
    """Count a position that is over, for Kelly's rule, and forget its stops."""
    account, position = run.account[0], run.positions[i]
    profit = -position.spent
    account.ended += 1.0
    account.won += np.float64(profit > 0.0)
    account.gains += max(profit, 0.0)
    account.losses -= min(profit, 0.0)
    position.spent = position.size = position.value = position.fees = 0.0
    position.best = position.stop = position.target = position.trail = np.nan
