"""The drawn parts of one backtest: its account, its prices with its trades, and how it behaved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import bqplot as bq
import ipywidgets as widgets
import numpy as np
import pandas as pd

from aurelius_kernel.client import records
from aurelius_kernel.views.calendar_returns import MONTHS, monthly_returns
from aurelius_kernel.views.heat_cell import heat_cell
from aurelius_kernel.views.markup import Html, table, tiles
from aurelius_kernel.views.numerals import money, percent, plural, short_percent
from aurelius_kernel.views.pages.line_chart import LINES, legend, line_chart
from aurelius_kernel.views.pages.runs import account, capital_first, closes
from aurelius_kernel.views.rolling import rolling_sharpe, rolling_volatility, rolling_window

__all__ = ["behaviour", "month_table", "prices", "wealth"]

OWN, HELD = "Account", "Buy and hold"
PAIR = (LINES[0], LINES[2])
ENTRY, EXIT = LINES[3], LINES[1]
DEEP = 0.15
"""The return of a month that has the deepest colour."""


def wealth(found: records.BacktestDetail) -> list[widgets.Widget]:
    """Account value beside buy and hold, and under it the drawdowns."""
    values, days = account(found)[["equity", "benchmark"]].set_axis([OWN, HELD], axis=1), bq.DateScale()
    peak = values.cummax().clip(lower=found.backtest.initial_capital)
    logarithmic = bool((values > 0).all(axis=None))
    value = line_chart(values, unit="Value", number=",.0f", on_axis="~s", days=days, colours=PAIR, logarithmic=logarithmic)
    under = line_chart(values / peak - 1.0, unit="Drawdown", number=".0%", days=days, colours=PAIR, height=190)
    return [widgets.HTML(f"<h2>Account, {'log' if logarithmic else 'linear'} scale</h2>{legend((OWN, HELD), PAIR)}"), value, under]


def month_table(found: records.BacktestDetail) -> Html:
    """The return of each month and year; the deeper the colour of a cell, the more it is."""
    grid = monthly_returns(account(found)["equity"], found.backtest.initial_capital)
    rows = [[str(year), *(_month(grid.loc[year, month]) for month in MONTHS), _year(grid.loc[year, "Year"])] for year in grid.index]
    return table(("Year", *MONTHS, "Whole year"), rows, numeric=(*MONTHS, "Whole year"), title="Monthly returns")


def behaviour(found: records.BacktestDetail) -> list[widgets.Widget]:
    """Rolling Sharpe ratio and volatility, exposure, and what was paid."""
    values, days, capital = account(found), bq.DateScale(), found.backtest.initial_capital
    parts: list[widgets.Widget] = [*_rolling(found, values, days)]
    exposure = (values["exposure"] / 100.0).to_frame("Exposure")
    parts += [widgets.HTML("<h2>Exposure: longs less shorts over equity</h2>")]
    parts += [line_chart(exposure, unit="Exposure", number=".0%", days=days, height=170)]
    paid = sum(found.costs.values())
    facts = [(name.replace("_", " ").capitalize(), money(amount), _share(amount, capital)) for name, amount in found.costs.items()]
    parts += [widgets.HTML(f"<h2>Costs</h2>{tiles([*facts, ('In all', money(paid), _share(paid, capital))])}")]
    return [
        *parts,
        line_chart(values[["costs"]], unit="Paid so far", number=",.0f", on_axis="~s", days=days, height=170, colours=(LINES[1],)),
    ]


def prices(found: records.BacktestDetail) -> list[widgets.Widget]:
    """The closes of what was traded, one at a time, with where trades began and ended."""
    traded = list(dict.fromkeys(str(one["instrument"]) for one in found.trades))
    if not traded:
        return []
    stage = widgets.VBox()
    choice = widgets.Dropdown(options=traded, description="Instrument", layout=widgets.Layout(width="auto", max_width="320px"))

    def show(name: str) -> None:
        stage.children = _priced(found, name)

    choice.observe(lambda change: show(change["new"]), names="value")
    show(choice.value)
    key = legend(("close", "a trade begins", "a trade ends"), (LINES[2], ENTRY, EXIT))
    return [widgets.HTML(f"<h2>Trades on prices</h2>{key}"), *([choice] if len(traded) > 1 else []), stage]


def _rolling(found: records.BacktestDetail, values: pd.DataFrame, days: bq.DateScale) -> list[widgets.Widget]:
    year = found.periods_per_year or 252.0
    window = rolling_window(len(values), year)
    if window is None:
        return []
    capital = found.backtest.initial_capital
    returns = {OWN: capital_first(values["equity"], capital), HELD: capital_first(values["benchmark"], capital)}
    sharpe, volatility = (
        pd.DataFrame({name: measure(column, window, year) for name, column in returns.items()}).iloc[window - 1 :]
        for measure in (rolling_sharpe, rolling_volatility)
    )
    heading = f"<h2>The last {plural(window, 'bar')}, over time</h2>{legend((OWN, HELD), PAIR)}"
    return [
        widgets.HTML(heading),
        line_chart(sharpe, unit="Sharpe ratio", number=".1f", days=days, colours=PAIR, height=200),
        line_chart(volatility, unit="Volatility", number=".0%", days=days, colours=PAIR, height=200),
    ]


def _priced(found: records.BacktestDetail, name: str) -> list[widgets.Widget]:
    index = pd.DatetimeIndex([point.time for point in found.equity_curve])
    known = closes(found.backtest, name, index)
    if known.empty:
        return [widgets.HTML("<p class='note'>The bars of this instrument are no longer there.</p>")]
    chart = line_chart(known.to_frame("Close"), unit="Close", number=",.2f", colours=(LINES[2],))
    own = [one for one in found.trades if one["instrument"] == name]
    ended = [one for one in own if one["status"] == "closed"]
    marks = [_marked(chart, own, "entry", ENTRY, "triangle-up"), _marked(chart, ended, "exit", EXIT, "triangle-down")]
    chart.marks = [*chart.marks, *marks]
    return [chart]


def _marked(chart: bq.Figure, trades: Sequence[dict[str, Any]], end: str, colour: str, marker: str) -> bq.Scatter:
    """Where some trades began or ended, at the price of the fill."""
    times = pd.DatetimeIndex(pd.to_datetime([one[f"{end}_time"] for one in trades], utc=True)).tz_localize(None)
    tip = bq.Tooltip(fields=["x", "y"], formats=["%Y-%m-%d", ",.2f"], labels=["Day", f"Price of {end}"])
    return bq.Scatter(
        x=times.to_numpy("datetime64[ms]"), y=np.array([one[f"{end}_price"] for one in trades], dtype=float), colors=[colour],
        scales=chart.marks[0].scales, marker=marker, default_size=42, opacities=[0.9], stroke="transparent", tooltip=tip,
    )  # fmt: skip


def _month(value: float) -> Html:
    return heat_cell(short_percent(value), float(value), DEEP)


def _year(value: float) -> Html:
    return heat_cell(short_percent(value), float(value), 3 * DEEP)


def _share(amount: float, capital: float) -> str:
    return f"{percent(amount / capital, 1)} of the starting capital"
