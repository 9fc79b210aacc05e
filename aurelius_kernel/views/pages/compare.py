"""Several backtests side by side, over the bars that all of them have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from html import escape

import bqplot as bq
import ipywidgets as widgets
import pandas as pd

from aurelius_kernel.client import records
from aurelius_kernel.metrics import Metric, best, summarise
from aurelius_kernel.portfolio.shared_bars import SharedBars, shared_index
from aurelius_kernel.typing import FloatArray
from aurelius_kernel.views.markup import Html, empty, one_line, table
from aurelius_kernel.views.metric_table import in_words, label, written
from aurelius_kernel.views.numerals import DASH, count
from aurelius_kernel.views.pages.backtests import ENDINGS
from aurelius_kernel.views.pages.correlation import correlation_table
from aurelius_kernel.views.pages.desk import asked, downloads, link
from aurelius_kernel.views.pages.line_chart import LINES, legend, line_chart
from aurelius_kernel.views.pages.live import Parts, hearing, told
from aurelius_kernel.views.pages.runs import account, finished, names, run

__all__ = ["SideBySide", "Together", "side_by_side"]

MOST = len(LINES)
AT_FIRST = 3
FEWEST_BARS = 3
SHARED = (
    Metric.TOTAL_RETURN,
    Metric.CAGR,
    Metric.VOLATILITY,
    Metric.SHARPE_RATIO,
    Metric.SORTINO_RATIO,
    Metric.CALMAR_RATIO,
    Metric.MAX_DRAWDOWN,
    Metric.MAX_DRAWDOWN_DURATION_DAYS,
    Metric.VAR_95,
    Metric.CVAR_95,
    Metric.SKEW,
)
WHOLE = (
    Metric.TOTAL_RETURN,
    Metric.SHARPE_RATIO,
    Metric.MAX_DRAWDOWN,
    Metric.TOTAL_TRADES,
    Metric.WIN_RATE,
    Metric.PROFIT_FACTOR,
    Metric.EXPOSURE,
    Metric.TURNOVER,
)
NONE = (
    "There is nothing to compare yet",
    "Run two backtests or more, or have some shared with you: they appear here by themselves.",
)
TOGETHER = {"Comparison": "comparisons", "As one portfolio": "portfolios"}
HINT = f"Up to {MOST} are drawn. Hold Ctrl (⌘ on a Mac) to choose several, or Shift for a stretch."


@dataclass(frozen=True)
class Together:
    """Finished backtests by their names, each counted from 1 at the first bar that all of them have."""

    runs: Mapping[str, records.BacktestDetail]

    @cached_property
    def shared(self) -> SharedBars:
        """The accounts over the bars that all of them have, each begun there as 1."""
        equity = {name: account(one)["equity"] for name, one in self.runs.items()}
        capital = {name: one.backtest.initial_capital for name, one in self.runs.items()}
        return SharedBars(equity, capital, shared_index(values.index for values in equity.values()))

    @cached_property
    def metrics(self) -> pd.DataFrame:
        """The metrics of the shared bars, a column a run."""
        year = min(one.periods_per_year or 252.0 for one in self.runs.values())
        wealth = self.shared.wealth
        measured = {name: summarise(own.to_numpy(), 1.0, periods_per_year=year, index=wealth.index) for name, own in wealth.items()}
        return pd.DataFrame(measured)


def side_by_side() -> SideBySide:
    """The page's runs, which are chosen from those that the looker may see."""
    return SideBySide()


class SideBySide:
    """The runs that are chosen, in every part of the page."""

    def __init__(self) -> None:
        self.choice = widgets.SelectMultiple(description="Backtests", rows=7, layout=widgets.Layout(width="100%"))
        self.accounts, self.numbers, self.moves, self.whole = (Parts() for _ in range(4))
        for part in (self.numbers, self.moves, self.whole):
            part.add_class("bare")
        self.files = widgets.HTML()
        self._offers = False
        self._found: dict[str, records.Backtest] = {}
        self._says = told(self._list)
        self.choice.observe(lambda _change: None if self._offers else self._draw(), names="value")
        self._draw()

    def head(self) -> widgets.Widget:
        """Which backtests are compared; new ones can be chosen as they end."""
        picker = (widgets.HTML(f"<p class='note'>{HINT}</p>"), self.choice, self.files)
        shown = widgets.VBox(self._says or picker)

        def again() -> None:
            had = set(self._found)
            self._says = told(self._list)
            shown.children = self._says or picker
            if len(had) < 2 <= len(self._found):
                self._draw()

        return hearing(shown, again, *ENDINGS)

    def curves(self) -> widgets.Widget:
        """What 1 became in each account, and the falls on the way."""
        return self.accounts

    def table(self) -> widgets.Widget:
        """The metrics over the shared bars with the best of each row marked."""
        return self.numbers

    def correlation(self) -> widgets.Widget:
        """How the accounts move together."""
        return self.moves

    def runs(self) -> widgets.Widget:
        """Each run as a whole, as the API tells it."""
        return self.whole

    def _list(self) -> list[widgets.Widget]:
        wanted = list(self.choice.value) or [one for one in (asked("backtest_ids") or "").split(",") if one][:MOST]
        self._found = finished(*wanted)
        if len(self._found) < 2:
            return [widgets.HTML(empty(*NONE))]
        self._offers = True
        self.choice.options = [
            (f"{name}, {self._found[one].created_at:%Y-%m-%d %H:%M}", one) for one, name in names(self._found.values()).items()
        ]
        self.choice.value = [one for one in wanted if one in self._found] or self._latest()
        self._offers = False
        return []

    def _latest(self) -> list[str]:
        """The latest runs that are not the same run."""
        different = {one.result: one.id for one in reversed(self._found.values())}
        return list(reversed(different.values()))[:AT_FIRST]

    def _draw(self) -> None:
        drawn = [one for one in (run(chosen) for chosen in self.choice.value[:MOST]) if one is not None]
        parts = (self.accounts, self.numbers, self.moves, self.whole)
        self.files.value = _files([one.backtest.id for one in drawn])
        if len(drawn) < 2:
            said = () if self._says else (widgets.HTML("<p class='note'>Choose two backtests or more.</p>"),)
            for part, children in zip(parts, (said, (), (), ()), strict=True):
                part.children = children
            return
        by_id = names(one.backtest for one in drawn)
        together = Together({by_id[one.backtest.id]: one for one in drawn})
        for part, draw in zip(parts, (_curves, _numbers, _correlation, _whole), strict=True):
            part.draw_soon(partial(draw, together))


def _files(ids: list[str]) -> str:
    """The reports of what is chosen: side by side, and held together in equal shares."""
    if len(ids) < 2:
        return ""
    told = (f"{name}: {downloads(what, backtest_ids=','.join(ids))}" for name, what in TOGETHER.items())
    return f"<p>{' &nbsp; '.join(told)}</p>"


def _curves(together: Together) -> tuple[widgets.Widget, ...]:
    wealth = together.shared.wealth
    if len(wealth) < FEWEST_BARS:
        return (widgets.HTML(empty("These backtests share no time", "Choose some that ran over the same days.")),)
    days = bq.DateScale()
    logarithmic = bool((wealth > 0).all(axis=None))
    scale = "log scale" if logarithmic else "linear scale"
    value = line_chart(wealth, unit="What 1 became", number=",.2f", days=days, logarithmic=logarithmic, height=360)
    under = line_chart(together.shared.drawdowns, unit="Drawdown", number=".1%", days=days, height=200)
    span = f"{wealth.index[0]:%Y-%m-%d} to {wealth.index[-1]:%Y-%m-%d}, {count(len(wealth))} bars"
    heading = f"<h2>What 1 became, {scale}</h2><p class='note'>Over the bars that all of them have: {span}.</p>"
    return widgets.HTML(heading + legend(wealth.columns)), value, under


def _numbers(together: Together) -> tuple[widgets.Widget, ...]:
    if len(together.shared.wealth) < FEWEST_BARS:
        return ()
    rows = [_metric_row(metric, together.metrics.loc[metric].to_numpy(dtype=float)) for metric in SHARED]
    title = "Metrics over the shared bars"
    return (widgets.HTML(table(("Metric", *together.runs), rows, numeric=tuple(together.runs), title=title)),)


def _metric_row(metric: Metric, values: FloatArray) -> list[str]:
    highest = best(metric, values)
    return [label(metric), *(_starred(written(metric, float(value)), value == highest) for value in values)]


def _starred(text: str, is_best: bool) -> str:
    return Html(f"<b class='best'>{escape(text)}</b>") if is_best else text


def _correlation(together: Together) -> tuple[widgets.Widget, ...]:
    if len(together.shared.wealth) < FEWEST_BARS:
        return ()
    return (widgets.HTML(correlation_table(together.shared.returns, "Correlation of bar returns")),)


def _whole(together: Together) -> tuple[widgets.Widget, ...]:
    rows = []
    for name, found in together.runs.items():
        one, points = found.backtest, found.equity_curve
        span = f"{points[0].time:%Y-%m-%d} to {points[-1].time:%Y-%m-%d}" if points else DASH
        rows.append(
            [
                link("backtest", name, backtest_id=one.id),
                one_line(span),
                *(in_words(metric, one.metrics.get(metric)) for metric in WHOLE),
            ]
        )
    columns = [label(metric) for metric in WHOLE]
    return (widgets.HTML(table(("Backtest", "From, to", *columns), rows, numeric=columns, title="Each run as a whole")),)
