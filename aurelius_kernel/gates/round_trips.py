"""Round trips read off the orders once more, one order after the other, to hold the reported ones to."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, TypeAlias

import pandas as pd

from aurelius_kernel.gates.violation import stamp
from aurelius_kernel.model import TRADE_COLUMNS, BacktestResult
from aurelius_kernel.typing import FloatArray

__all__ = ["first_wrong_trade", "round_trips"]

Trade: TypeAlias = dict[str, Any]

RELATIVE = 1e-9
NOTHING = 1e-9  # of the units before: what is left after a sale of everything is rounding


@dataclass(kw_only=True)
class Open:
    """What is held of one instrument: units (below zero when short), and what they cost, commissions apart."""

    units: float = 0.0
    value: float = 0.0
    fees: float = 0.0
    since: int = -1


def first_wrong_trade(result: BacktestResult, worth: FloatArray) -> tuple[str, Any, Any] | None:
    """The first value of the trade table that the orders do not give: its place, what is there, and what should be."""
    ours = sorted(round_trips(result, worth), key=lambda trade: trade["order"])
    told = result.trades.to_dict("records")
    for number, (made, there) in enumerate(zip_longest(ours, told)):
        if made is None or there is None:
            return "trades", f"{len(told)} trades", f"{len(ours)} trades"
        for name in TRADE_COLUMNS:
            if not _same(there[name], made[name], result.spec.capital):
                return f"trades[{number}].{name}", _plain(there[name]), _plain(made[name])
    return None


def round_trips(result: BacktestResult, worth: FloatArray) -> Iterator[Trade]:
    """The trades that the orders make: each reduction of a position closes one at its average entry price.

    A commission at entry is shared in proportion to the units. What is still held is marked at its last close, which `worth`, the
    value of positions at each close, tells.
    """
    rows = {time: row for row, time in enumerate(result.index)}
    names = result.spec.instruments
    held = [Open() for _ in names]
    filled = result.orders[result.orders["size"] > 0.0]
    for order in filled.to_dict("records"):
        column, row = names.index(order["instrument"]), rows[order["time"]]
        position, side = held[column], 1.0 if order["side"] == "buy" else -1.0
        if position.units * side >= 0.0:
            position.since = row if position.units == 0.0 else position.since
            position.units += side * order["size"]
            position.value += order["size"] * order["price"]
            position.fees += order["commission"]
            continue
        end = {"row": row, "price": order["price"], "fee": order["commission"], "status": "closed", "kind": order["kind"]}
        yield _trade(result, column, position, order["size"], end)
        held[column] = _reduced(position, order["size"])
    for column, position in enumerate(held):
        if position.units:
            last = len(result.index) - 1
            price = float(worth[last, column] / result.position_values[last, column])
            yield _trade(
                result,
                column,
                position,
                abs(position.units),
                {"row": last, "price": price, "fee": 0.0, "status": "open", "kind": ""},
            )


def _trade(result: BacktestResult, column: int, position: Open, size: float, end: dict[str, Any]) -> Trade:
    side = 1.0 if position.units > 0.0 else -1.0
    entry = position.value / abs(position.units)
    commission = position.fees * size / abs(position.units) + end["fee"]
    pnl = side * size * (end["price"] - entry) - commission
    return {
        "order": (position.since, end["row"], column),
        "instrument": result.spec.instruments[column],
        "side": "long" if side > 0.0 else "short",
        "size": size,
        "entry_time": result.index[position.since],
        "entry_price": entry,
        "exit_time": result.index[end["row"]],
        "exit_price": end["price"],
        "pnl": pnl,
        "return": pnl / (entry * size),
        "bars": end["row"] - position.since,
        "commission": commission,
        "status": end["status"],
        "exit_kind": end["kind"],
    }


def _reduced(position: Open, size: float) -> Open:
    """What is left of the position, none of it where that is only rounding."""
    left = 1.0 - size / abs(position.units)
    if left <= NOTHING:
        return Open()
    return Open(units=position.units * left, value=position.value * left, fees=position.fees * left, since=position.since)


def _same(told: Any, made: Any, capital: float) -> bool:
    if isinstance(made, float):
        return isinstance(told, int | float) and math.isclose(told, made, rel_tol=RELATIVE, abs_tol=1e-12 * capital)
    return bool(told == made)


def _plain(value: Any) -> Any:
    return stamp(value) if isinstance(value, pd.Timestamp) else value
