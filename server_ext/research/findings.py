"""What a backtest found, read from the store: its round trips and its account, as they leave the platform."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import accumulate
from typing import Any

from aurelius_kernel.artifacts import Store
from aurelius_kernel.metrics import on_the_wire
from server_ext.research.schemas import Backtest, BacktestDetail, Point

__all__ = ["detail"]

PAID = ("commission", "slippage")


def detail(store: Store, backtest: Backtest) -> BacktestDetail:
    """The backtest with what its result holds; raises NotFound when the result was cleaned away."""
    if backtest.result is None:
        return BacktestDetail(backtest=backtest, trades=[], equity_curve=[], costs={}, periods_per_year=None)
    document = store.document(backtest.result)
    return BacktestDetail(
        backtest=backtest,
        trades=_trades(document["trades"]),
        equity_curve=_account(document),
        costs=_costs(document),
        periods_per_year=document["periods_per_year"],
    )


def _trades(columns: Mapping[str, list[Any]]) -> list[dict[str, Any]]:
    rows = zip(*columns.values(), strict=True)
    return [on_the_wire(dict(zip(columns, row, strict=True))) for row in rows]


def _account(document: Mapping[str, Any]) -> list[Point]:
    """The account bar by bar."""
    columns = (document[name] for name in ("time", "equity", "benchmark", "cash"))
    return [
        Point(time=time, equity=equity, benchmark=held, exposure=_exposure(equity, cash), costs=paid)
        for time, equity, held, cash, paid in zip(*columns, _paid(document), strict=True)
    ]


def _exposure(equity: float | None, cash: float | None) -> float | None:
    """What is not cash, in percent of equity."""
    return 100.0 * (1.0 - cash / equity) if equity and equity > 0 and cash is not None else None


def _paid(document: Mapping[str, Any]) -> list[float]:
    """Everything paid up to each bar."""
    orders, at = document["orders"], defaultdict[str, float](float)
    for time, *fees in zip(orders["time"], *(orders[name] for name in PAID), strict=True):
        at[time] += sum(fee or 0.0 for fee in fees)
    return list(accumulate(at[time] + (fee or 0.0) for time, fee in zip(document["time"], document["borrow_fees"], strict=True)))


def _costs(document: Mapping[str, Any]) -> dict[str, float]:
    """What was paid in all, by kind."""
    kinds = {**{name: document["orders"][name] for name in PAID}, "borrow_fees": document["borrow_fees"]}
    return {name: sum(fee or 0.0 for fee in fees) for name, fees in kinds.items()}
