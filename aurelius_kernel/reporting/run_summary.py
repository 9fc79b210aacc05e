"""The numbers of a report: everything that the tear sheet prints, as plain JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from aurelius_kernel.errors import InvalidField
from aurelius_kernel.metrics import Metric
from aurelius_kernel.model import BacktestResult
from aurelius_kernel.reporting.costs_paid import costs_paid
from aurelius_kernel.reporting.trade_summary import by_instrument, trade_summary
from aurelius_kernel.views.calendar_returns import MONTHS, monthly_returns
from aurelius_kernel.views.drawdown_episodes import worst_drawdowns
from aurelius_kernel.views.rolling import rolling_window

__all__ = ["summary"]


def summary(result: BacktestResult, trials: int | None = None) -> dict[str, Any]:
    """The run, its identity and its numbers; fractions throughout, times as stamps, None where a number is undefined.

    `trials` is how many parameter sets were tried before this one was chosen, None when nobody counted.
    Raises InvalidField unless it is a whole number of at least 1.
    """
    if trials is not None and (isinstance(trials, bool) or not isinstance(trials, int) or trials < 1):
        raise InvalidField.of("trials", f"must be a whole number of at least 1, or None when nobody counted, not {trials!r}")
    return {
        "kind": "backtest_summary",
        "format": 1,
        "hash": result.hash,
        "identity": {**result.identity.document(), "key": result.identity.key},
        "spec": result.spec.document(),
        "period": {
            "first": result.index[0],
            "last": result.index[-1],
            "bars": len(result.index),
            "periods_per_year": result.periods_per_year,
        },
        "flags": list(result.flags),
        "trials": trials,
        "final_equity": float(result.equity_values[-1]),
        "metrics": _counting(result.metrics, trials),
        "benchmark_metrics": dict(result.benchmark_metrics),
        "monthly_returns": _months(result),
        "drawdowns": [vars(episode) for episode in worst_drawdowns(result.equity, result.spec.capital)],
        "rolling_window": rolling_window(len(result.index), result.periods_per_year),
        "orders": _order_counts(result.orders),
        "trades": trade_summary(result.trades),
        "by_instrument": by_instrument(result.trades, result.spec.instruments),
        "costs_paid": costs_paid(result),
        "provenance": {name: source.document() for name, source in result.provenance.items()},
    }


def _counting(metrics: Mapping[str, float | None], trials: int | None) -> dict[str, float | None]:
    """The metrics; without the deflated Sharpe ratio, which a single run takes for one trial, when there were more."""
    return {**metrics, Metric.DSR.value: None} if (trials or 1) > 1 else dict(metrics)


def _order_counts(orders: pd.DataFrame) -> dict[str, int]:
    return {status: int((orders["status"] == status).sum()) for status in ("filled", "cut", "refused")}


def _months(result: BacktestResult) -> list[dict[str, Any]]:
    own = monthly_returns(result.equity, result.spec.capital)
    other = monthly_returns(result.benchmark, result.spec.capital)
    rows = zip(own.index, own[list(MONTHS)].to_numpy().tolist(), own["Year"], other["Year"], strict=True)
    return [{"year": int(year), "months": months, "return": total, "benchmark": held} for year, months, total, held in rows]
