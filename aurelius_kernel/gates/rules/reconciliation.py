"""The books balance: cash and positions are the equity, orders explain the cash, and trades add up to what was earned."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from aurelius_kernel.gates.case import Case, Found
from aurelius_kernel.gates.violation import Evidence, Severity, Violation, stamp
from aurelius_kernel.typing import FloatArray

__all__ = ["equity_reconciles"]

RELATIVE = 1e-9


def equity_reconciles(case: Case) -> Found:
    """Add up cash and positions at every close, the orders to the cash, and the trades to the account's gain."""
    if not case.same_bars:
        return Found(looked="nothing: the result is not on its bars", known=False)
    result = case.result
    sums = {
        "equity": (result.equity_values, result.cash_values + case.position_worth.sum(axis=1), "cash and positions"),
        "cash": (result.cash_values, _cash(case), "the orders and borrow fees"),
    }
    violations = [one for field, told in sums.items() for one in _series(case, field, *told)]
    looked = f"{len(result.index):,} closes, {len(result.orders):,} orders and {len(result.trades):,} trades"
    return Found.of(looked, [*violations, *_trades(case)])


def _series(case: Case, field: str, told: FloatArray, summed: FloatArray, what: str) -> Iterator[Violation]:
    allowed = RELATIVE * np.maximum(np.maximum(np.abs(told), np.abs(case.position_worth).sum(axis=1)), case.result.spec.capital)
    wrong = np.flatnonzero(~(np.abs(told - summed) <= allowed))
    if not len(wrong):
        return
    rows = dict.fromkeys([int(wrong[0]), int(wrong[np.argmax(np.abs(told - summed)[wrong])])])
    index = case.result.index
    evidence = [
        Evidence.at(f"{field}[{stamp(index[row])}]", found=told[row], expected=summed[row], artifact=case.address) for row in rows
    ]
    bar = int(wrong[0])
    where = f"The {field} of {index[bar]:%Y-%m-%d %H:%M} is {told[bar]:,.2f}"
    message = f"{where}, and {what} come to {summed[bar]:,.2f}; so on {len(wrong):,} bars."
    yield _violation(message, *evidence)


def _cash(case: Case) -> FloatArray:
    """What the orders and the borrow fees leave of the capital, at each close."""
    result = case.result
    filled = result.orders[result.orders["size"] > 0.0]
    side = np.where(filled["side"] == "buy", 1.0, -1.0)
    spent = pd.Series(side * filled["size"] * filled["price"] + filled["commission"]).groupby(filled["time"]).sum()
    by_bar = spent.reindex(result.index, fill_value=0.0).to_numpy(np.float64)
    return result.spec.capital - np.cumsum(by_bar) - np.cumsum(result.borrow_fee_values)


def _trades(case: Case) -> Iterator[Violation]:
    result = case.result
    gained = float(result.equity_values[-1]) - result.spec.capital
    summed = float(result.trades["pnl"].sum()) - float(result.borrow_fee_values.sum())
    moved = float((result.orders["size"] * result.orders["price"]).sum())
    if abs(gained - summed) > RELATIVE * max(abs(moved), result.spec.capital):
        evidence = Evidence.at("trades.pnl", found=summed, expected=gained, artifact=case.address)
        yield _violation(f"The trades add up to {summed:,.2f}, and the account gained {gained:,.2f}.", evidence)


def _violation(message: str, *evidence: Evidence) -> Violation:
    return Violation(rule_id="equity_reconciles", severity=Severity.CRITICAL, message=message, evidence=evidence)
