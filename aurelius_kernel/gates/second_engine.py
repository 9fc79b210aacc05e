"""Where a result and the second engine disagree: by a cent on a fill, a fee or a bar, or by a word."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Protocol, TypeAlias

import numpy as np
import pandas as pd

from aurelius_kernel.gates.reference import FLAGS, Ledger
from aurelius_kernel.model import BacktestResult
from aurelius_kernel.typing import FloatArray

__all__ = ["Disagreement", "Simulated", "compare"]

Line: TypeAlias = dict[str, Any]

ROUNDING = 1e-12  # of a number: what sixteen digits cannot tell apart after many sums
WORDS = ("side", "kind", "signal_time", "status", "reason")


class Simulated(Protocol):
    """What the engine's `simulate` gives, as far as the two engines can be compared."""

    @property
    def equity(self) -> FloatArray:
        """Account value at each close."""

    @property
    def cash(self) -> FloatArray:
        """Cash at each close."""

    @property
    def positions(self) -> FloatArray:
        """Units held at each close, a column an instrument."""

    @property
    def borrow_fees(self) -> FloatArray:
        """What borrowing cost on each bar."""

    @property
    def orders(self) -> pd.DataFrame:
        """The orders, with the columns of ORDER_COLUMNS."""

    @property
    def flags(self) -> tuple[str, ...]:
        """What a reader must know."""


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """One value that the engines see differently; `instrument` is "" where it is the account's."""

    bar: pd.Timestamp
    instrument: str
    field: str
    engine: Any
    reference: Any

    def __str__(self) -> str:
        whose = self.instrument or "the account"
        return f"{self.field} of {whose} at {self.bar} is {self.engine} in the engine and {self.reference} in the reference"


def compare(done: BacktestResult | Simulated, ledger: Ledger, tolerance: float = 0.01) -> list[Disagreement]:
    """Everything on which a result and the second engine's ledger differ, by the bar.

    Amounts may differ by less than `tolerance` of money, and by the rounding of large numbers; units and prices count by the money
    that they move. Sides, kinds, signal times, reasons and flags are to be the same.
    """
    ours = _ledger_of(done, ledger)
    found = [*_account(ours, ledger, tolerance), *_positions(ours, ledger, tolerance), *_orders(ours, ledger, tolerance)]
    return sorted([*found, *_flags(ours, ledger)], key=lambda each: each.bar)


def _ledger_of(done: BacktestResult | Simulated, other: Ledger) -> Ledger:
    names = {name: name for name in ("equity", "cash", "positions", "borrow_fees")}
    if isinstance(done, BacktestResult):
        names = {
            "equity": "equity_values",
            "cash": "cash_values",
            "positions": "position_values",
            "borrow_fees": "borrow_fee_values",
        }
    series = {name: getattr(done, source) for name, source in names.items()}
    return Ledger(index=other.index, instruments=other.instruments, orders=done.orders, flags=done.flags, **series)


def _account(ours: Ledger, theirs: Ledger, tolerance: float) -> Iterator[Disagreement]:
    for field in ("equity", "cash", "borrow_fees"):
        yield from _differing(ours.index, "", field, getattr(ours, field), getattr(theirs, field), tolerance)


def _positions(ours: Ledger, theirs: Ledger, tolerance: float) -> Iterator[Disagreement]:
    """Units held, at the highest price that the instrument was traded for."""
    highest = theirs.orders.groupby("instrument")["price"].max()
    for column, name in enumerate(theirs.instruments):
        price = float(highest.get(name, np.nan))
        worth = 1.0 if np.isnan(price) else price
        yield from _differing(
            ours.index, name, "positions", ours.positions[:, column], theirs.positions[:, column], tolerance / worth
        )


def _differing(
    index: pd.DatetimeIndex, instrument: str, field: str, ours: FloatArray, theirs: FloatArray, tolerance: float
) -> Iterator[Disagreement]:
    for bar in np.flatnonzero(~(np.abs(ours - theirs) < tolerance + ROUNDING * np.abs(theirs))).tolist():
        mine, other = float(ours[bar]), float(theirs[bar])
        yield Disagreement(bar=index[bar], instrument=instrument, field=field, engine=mine, reference=other)


def _orders(ours: Ledger, theirs: Ledger, tolerance: float) -> Iterator[Disagreement]:
    mine, others = _by_bar(ours.orders), _by_bar(theirs.orders)
    for bar, instrument in sorted(mine.keys() | others.keys()):
        for one, other in zip_longest(mine[bar, instrument], others[bar, instrument]):
            if one is None or other is None:
                yield Disagreement(bar=bar, instrument=instrument, field="order", engine=_told(one), reference=_told(other))
                continue
            for field in _differences(one, other, tolerance):
                yield Disagreement(bar=bar, instrument=instrument, field=field, engine=one[field], reference=other[field])


def _by_bar(orders: pd.DataFrame) -> defaultdict[tuple[pd.Timestamp, str], list[Line]]:
    """The orders of each bar and instrument, in their order."""
    found: defaultdict[tuple[pd.Timestamp, str], list[Line]] = defaultdict(list)
    for line in orders.to_dict("records"):
        found[line["time"], line["instrument"]].append({str(name): value for name, value in line.items()})
    return found


def _differences(one: Line, other: Line, tolerance: float) -> list[str]:
    """The fields of two orders that differ; a price counts by the units it is paid for, units by their price."""
    price, units = np.nanmax([one["price"], other["price"], 0.0]) or 1.0, max(one["size"], other["size"]) or 1.0
    weights = {"requested": price, "size": price, "price": units, "market_price": units, "commission": 1.0, "slippage": 1.0}
    numbers = [field for field, weight in weights.items() if not _close(one[field], other[field], tolerance / weight)]
    return [field for field in WORDS if one[field] != other[field]] + numbers


def _close(one: float, other: float, tolerance: float) -> bool:
    return bool(np.isnan(one) and np.isnan(other)) or abs(one - other) < tolerance + ROUNDING * abs(other)


def _flags(ours: Ledger, theirs: Ledger) -> Iterator[Disagreement]:
    mine, others = (", ".join(flag for flag in FLAGS if flag in ledger.flags) for ledger in (ours, theirs))
    if mine != others:
        yield Disagreement(bar=theirs.index[-1], instrument="", field="flags", engine=mine, reference=others)


def _told(line: Line | None) -> str:
    return "none" if line is None else f"{line['kind']} {line['side']} of {line['size']} at {line['price']}, {line['status']}"
