"""What a backtest found, read from the store: its round trips and its equity, as they leave the platform."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aurelius_kernel.artifacts import Store
from aurelius_kernel.metrics import on_the_wire
from server_ext.research.schemas import Backtest, BacktestDetail, Point

__all__ = ["detail"]


def detail(store: Store, backtest: Backtest) -> BacktestDetail:
    """The backtest with what its result holds; raises NotFound when the result was cleaned away."""
    if backtest.result is None:
        return BacktestDetail(backtest=backtest, trades=[], equity_curve=[])
    document = store.document(backtest.result)
    curve = [Point(time=time, equity=equity) for time, equity in zip(document["time"], document["equity"], strict=True)]
    return BacktestDetail(backtest=backtest, trades=_trades(document["trades"]), equity_curve=curve)


def _trades(columns: Mapping[str, list[Any]]) -> list[dict[str, Any]]:
    rows = zip(*columns.values(), strict=True)
    return [on_the_wire(dict(zip(columns, row, strict=True))) for row in rows]
