"""Backtests as a table, newest first, kept up to date."""

from __future__ import annotations

from collections.abc import Iterable

import ipywidgets as widgets

from aurelius_kernel.client import records
from aurelius_kernel.views.markup import Html, empty, table, tiles
from aurelius_kernel.views.numerals import count, ratio
from aurelius_kernel.views.pages.desk import ago, desk, link, percent, state
from aurelius_kernel.views.pages.live import live

__all__ = ["ENDINGS", "everything", "listing", "numbers"]

ENDINGS = ("backtest_completed", "backtest_failed", "backtest_cancelled")
PAGE = 100
SHOWN = ("completed", "running", "queued", "failed", "cancelled")
COLUMNS = ("Strategy", "Instruments", "State", "Return", "Sharpe", "Drawdown", "Trades", "Asked")
NUMBERS = ("Return", "Sharpe", "Drawdown", "Trades")


def numbers() -> widgets.Widget:
    """How many backtests are in each state."""
    return live(_numbers, "backtest_queued", "backtest_started", *ENDINGS)


def everything() -> widgets.Widget:
    """The latest hundred backtests, drawn again as they come and end."""
    return live(_everything, "backtest_queued", "backtest_started", "backtest_progress", *ENDINGS)


def listing(found: Iterable[records.Backtest], title: str) -> Html:
    """Backtests as a table; each leads to its own page."""
    return table(COLUMNS, [_row(one) for one in found], numeric=NUMBERS, title=title)


def _numbers() -> str:
    return tiles((word.capitalize(), count(desk().backtests(status=word, limit=1).total), "") for word in SHOWN)


def _everything() -> str:
    page = desk().backtests(limit=PAGE)
    if not page.backtests:
        return empty("No backtest has been run yet", "Run one by “aurelius backtest run”, from a notebook, or over the API.")
    return listing(page.backtests, title=f"{count(len(page.backtests))} of {count(page.total)}")


def _row(one: records.Backtest) -> tuple[str, ...]:
    own, family = one.metrics, str(one.spec.get("strategy", {}).get("type", "")).replace("_", " ")
    named = ", ".join(one.instruments[:3]) + (f" +{len(one.instruments) - 3}" if len(one.instruments) > 3 else "")
    return (
        link("backtest", family.capitalize(), backtest_id=one.id),
        named,
        _state(one),
        percent(own.get("total_return")),
        ratio(own.get("sharpe_ratio")),
        percent(own.get("max_drawdown")),
        count(own.get("total_trades")),
        ago(one.created_at),
    )


def _state(one: records.Backtest) -> Html:
    if one.status == "running":
        return Html(f"{state('running')} <progress max='1' value='{one.progress:.3f}' aria-label='Progress'></progress>")
    return state(one.status)
