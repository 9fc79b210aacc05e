"""One backtest: its main numbers, its account, its months, its behaviour and its trades, live while it runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import ipywidgets as widgets

from aurelius_kernel.client import records
from aurelius_kernel.views.markup import Html, card, empty, one_line, table, tiles
from aurelius_kernel.views.numerals import count, money, ratio
from aurelius_kernel.views.pages import backtest_figures as figures
from aurelius_kernel.views.pages.acts import NAMES, RUN_GATES, cancel_backtest
from aurelius_kernel.views.pages.backtests import ENDINGS
from aurelius_kernel.views.pages.desk import REPORTS, asked, downloads, link, percent, state
from aurelius_kernel.views.pages.hands import button, with_hands
from aurelius_kernel.views.pages.live import live, live_parts
from aurelius_kernel.views.pages.rights import may
from aurelius_kernel.views.pages.runs import run

__all__ = ["account", "behaviour", "head", "months", "prices", "trades"]

FILES = {**REPORTS, "notebook.ipynb": "Notebook", "notebook.pdf": "Notebook as PDF"}
HEADLINE: tuple[tuple[str, str, Callable[[float | None], str]], ...] = (
    ("Total return", "total_return", percent),
    ("Annual growth", "cagr", percent),
    ("Sharpe ratio", "sharpe_ratio", ratio),
    ("Maximum drawdown", "max_drawdown", percent),
    ("Volatility", "volatility", percent),
    ("Trades", "total_trades", count),
)
TRADES = 200
NONE = (
    "There is no such backtest",
    "The address is wrong, the backtest is gone, or it was never shared with you. The page Backtests lists yours.",
)


def head() -> widgets.Widget:
    """Which run it is, how it stands, and its main numbers; drawn again while it runs."""
    return with_hands(live(_head, "backtest_started", "backtest_progress", *ENDINGS), cancel_backtest=cancel_backtest, **RUN_GATES)


def account() -> widgets.Widget:
    """Account value and drawdown over time beside buy and hold, to be read off and zoomed."""
    return live_parts(lambda: _with_account(figures.wealth), *ENDINGS)


def months() -> widgets.Widget:
    """The return of each month and year, in percent."""
    return live(lambda: _told(figures.month_table), *ENDINGS)


def prices() -> widgets.Widget:
    """The prices of what was traded, with where trades began and ended."""
    return live_parts(lambda: _with_account(figures.prices), *ENDINGS)


def behaviour() -> widgets.Widget:
    """Rolling metrics, exposure and costs over time."""
    return live_parts(lambda: _with_account(figures.behaviour), *ENDINGS)


def trades() -> widgets.Widget:
    """The latest two hundred round trips, newest first."""
    return live(lambda: _told(_trades), *ENDINGS)


def _told(draw: Callable[[records.BacktestDetail], str]) -> str:
    """What is drawn of a finished backtest; nothing of any other."""
    found = _detail()
    return "" if found is None or not found.equity_curve else draw(found)


def _with_account(draw: Callable[[records.BacktestDetail], Sequence[widgets.Widget]]) -> Sequence[widgets.Widget]:
    found = _detail()
    return () if found is None or not found.equity_curve else draw(found)


def _trades(found: records.BacktestDetail) -> str:
    if not found.trades:
        return ""
    rows = [_trade(one) for one in reversed(found.trades[-TRADES:])]
    columns = ("Instrument", "Side", "Entry", "Exit", "Entry price", "Exit price", "Return", "Profit", "Ended by")
    title = f"Trades, {count(len(rows))} of {count(len(found.trades))}"
    return table(columns, rows, numeric=("Entry price", "Exit price", "Return", "Profit"), title=title)


def _detail() -> records.BacktestDetail | None:
    """The backtest of this page; None where there is none that this account may see."""
    return run(asked("backtest_id"))


def _head() -> str:
    found = _detail()
    if found is None:
        return empty(*NONE)
    one, own, held = found.backtest, found.backtest.metrics, found.backtest.benchmark_metrics
    family = str(one.spec.get("strategy", {}).get("type", "")).replace("_", " ").capitalize()
    name = f"<b>{escape(family)}</b> on {escape(', '.join(one.instruments))}"
    about = Html(f"<p>{name} &nbsp;{state(one.status)}{_progress(one)}</p>{_links(one)}{_acts(one)}")
    if one.status != "completed":
        return card("", Html(about + (f"<p class='bad'>{escape(one.error)}</p>" if one.error else "")))
    numbers = tiles((label, write(own.get(name)), _beside(held.get(name), write)) for label, name, write in HEADLINE)
    return card("", about) + numbers


def _beside(value: float | None, write: Callable[[float | None], str]) -> str:
    return "" if value is None else f"{write(value)} buy and hold"


def _progress(one: records.Backtest) -> str:
    if one.status not in records.UNFINISHED:
        return ""
    bar = f"<progress max='1' value='{one.progress:.3f}' aria-label='Progress'></progress>"
    return f" {bar} <span class='soft'>{escape(one.stage)}</span>"


def _links(one: records.Backtest) -> str:
    return f"<p>{downloads(f'backtests/{one.id}', FILES)}</p>" if one.status == "completed" else ""


def _acts(one: records.Backtest) -> str:
    """What can be done about the backtest, for those who may."""
    if one.status in records.UNFINISHED:
        return button("cancel_backtest", "Cancel", one.id) if may("research:run", one.owner_id) else ""
    if not may("research:run"):
        return ""
    again = link("backtests", "Run again", new="backtest", strategy_id=one.strategy_id, instrument=one.instruments[0])
    validate = link("validations", "Validate", new="validation", strategy_id=one.strategy_id, instrument=one.instruments[0])
    ways = f"<span>{again} · {validate} · {link('gates', 'Gates', strategy_id=one.strategy_id)}</span>"
    judges = "".join(button(f"judge_{gate}", f"Judge: {gate} gate", one.id) for gate in NAMES)
    return f"<div class='acts'>{judges}{ways}</div>" if one.status == "completed" else f"<p>{ways}</p>"


def _trade(one: dict[str, Any]) -> tuple[str, ...]:
    return (
        str(one["instrument"]),
        str(one["side"]),
        one_line(str(one["entry_time"])[:10]),
        one_line(str(one["exit_time"])[:10]),
        money(one["entry_price"]),
        money(one["exit_price"]),
        percent(one["return"]),
        money(one["pnl"]),
        str(one["exit_kind"] or one["status"]).replace("_", " "),
    )
