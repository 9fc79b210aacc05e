"""What the cards of results hold behind their lines: every metric, trades, drawdowns, windows, and how it was run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from aurelius_kernel.model import BacktestResult, BacktestSpec, RunIdentity
from aurelius_kernel.reporting.wording import parameters_in_words, settings
from aurelius_kernel.views.drawdown_episodes import worst_drawdowns
from aurelius_kernel.views.folds import facts_table, fold, rows_table
from aurelius_kernel.views.metric_table import metric_table
from aurelius_kernel.views.numerals import DASH, count, day, money, percent, plural, ratio

__all__ = ["drawdown_fold", "metrics_fold", "run_fold", "trades_fold", "windows_fold"]

MOST_ROWS = 20


def metrics_fold(own: Mapping[str, float | None], held: Mapping[str, float | None]) -> str:
    """Every metric that is known, beside that of buy and hold."""
    rows = metric_table(own, held)
    beside = any(row[2] for row in rows)
    head = ("", "strategy", "buy and hold") if beside else ("", "strategy")
    return fold(f"All {len(rows)} metrics", rows_table(head, [row[: len(head)] for row in rows]))


def trades_fold(trades: pd.DataFrame) -> str:
    """The last round trips, newest first."""
    if trades.empty:
        return ""
    shown = trades.tail(MOST_ROWS).iloc[::-1]
    head = ("instrument", "side", "entered", "left", "bars", "return", "profit", "closed by")
    rows = [_trade(one) for one in shown.to_dict("records")]
    which = f", the last {len(shown)}" if len(trades) > len(shown) else ""
    return fold(f"{plural(len(trades), 'trade')}{which}", rows_table(head, rows))


def drawdown_fold(result: BacktestResult) -> str:
    """The deepest drawdowns."""
    rows = [
        (percent(one.depth), day(one.peak), day(one.trough), day(one.recovery) if one.recovery else "not yet", count(one.bars))
        for one in worst_drawdowns(result.equity, result.spec.capital)
    ]
    return fold("Worst drawdowns", rows_table(("depth", "from", "lowest", "recovered", "bars"), rows))


def windows_fold(windows: pd.DataFrame, parameters: list[str]) -> str:
    """The windows of a validation, and what each of them chose."""
    shown = windows.tail(MOST_ROWS)
    head = ("window", "test from", "to", "train Sharpe", "test Sharpe", *parameters)
    rows = [
        (
            str(number),
            day(row["test_start"]),
            day(row["test_end"]),
            ratio(row["train_sharpe"]),
            ratio(row["test_sharpe"]),
            *(_plain(row[name]) for name in parameters),
        )
        for number, row in shown.iterrows()
    ]
    which = f", the last {len(shown)}" if len(windows) > len(shown) else ""
    return fold(f"{plural(len(windows), 'window')}{which}", rows_table(head, rows))


def run_fold(spec: BacktestSpec, identity: RunIdentity, address: str) -> str:
    """What was run: parameters, settings, and the hashes that name it."""
    told = settings(spec.document(), spec.effective_sizing.document())
    parameters = [("Parameters", parameters_in_words(spec.strategy.parameters))] if spec.strategy.parameters else []
    named = [
        ("Capital", money(spec.capital)),
        ("Result", address),
        ("Specification", identity.spec_hash),
        ("Data", identity.data_hash),
        ("Seed, engine", f"{identity.seed}, {identity.engine_version}"),
    ]
    return fold("How it was run", facts_table([*parameters, *told, *named]))


def _trade(trade: Mapping[Any, Any]) -> list[str]:
    left = day(trade["exit_time"]) if trade["status"] == "closed" else "open"
    held, gain = count(trade["bars"]), percent(trade["return"])
    return [trade["instrument"], trade["side"], day(trade["entry_time"]), left, held, gain, money(trade["pnl"]), trade["exit_kind"]]


def _plain(value: Any) -> str:
    if value is None or value != value:  # noqa: PLR0124  NaN alone differs from itself
        return DASH
    return f"{value:.6g}" if isinstance(value, float) else str(value)
