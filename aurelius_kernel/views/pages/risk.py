"""What can be lost by a run: tomorrow, in the falls that have a name, and on the way; and what it moves with."""

from __future__ import annotations

from functools import partial

import bqplot as bq
import ipywidgets as widgets
import numpy as np
import pandas as pd
from ipywidgets import Layout

from aurelius_kernel.client import records
from aurelius_kernel.metrics import EpisodeOutcome, expected_shortfall, through_episodes, value_at_risk
from aurelius_kernel.metrics.tail_risk import Method
from aurelius_kernel.views.drawdown_episodes import DrawdownEpisode, worst_drawdowns
from aurelius_kernel.views.heat_cell import heat_cell
from aurelius_kernel.views.markup import Html, empty, one_line, table, tiles
from aurelius_kernel.views.numerals import DASH, count, day, money, percent, plural
from aurelius_kernel.views.pages.backtests import ENDINGS
from aurelius_kernel.views.pages.correlation import correlation_table
from aurelius_kernel.views.pages.desk import asked
from aurelius_kernel.views.pages.line_chart import LINES, legend, line_chart, round_ticks
from aurelius_kernel.views.pages.live import Parts, hearing, told
from aurelius_kernel.views.pages.runs import account, capital_first, closes, finished, names, run
from aurelius_kernel.views.rolling import rolling_volatility, rolling_window

__all__ = ["Risk", "risk"]

METHODS: tuple[tuple[str, Method, str], ...] = (
    ("Historical", "historical", "the sample's own quantile"),
    ("Gaussian", "gaussian", "of a normal distribution"),
    ("Cornish-Fisher", "cornish_fisher", "of one with the sample's skewness and kurtosis"),
    ("Filtered historical", "filtered", "the sample at the volatility forecast for the next bar"),
)
LEVELS = (0.95, 0.99)
DRAWDOWNS, OTHERS, INSTRUMENTS, BINS = 8, 4, 8, 61
HELD = "Buy and hold"
NONE = (
    "There is no finished backtest yet",
    "Run one, or have one shared with you: its risk appears here by itself.",
)


def risk() -> Risk:
    """The page's run, which is chosen from those that the looker may see."""
    return Risk()


class Risk:
    """The run that is chosen, in every part of the page."""

    def __init__(self) -> None:
        self.choice = widgets.Dropdown(description="Backtest", layout=Layout(width="100%", max_width="720px"))
        self.facts, self.tomorrow, self.stress, self.way, self.moves = (Parts() for _ in range(5))
        for part in (self.facts, self.stress, self.moves):
            part.add_class("bare")
        self._offers = False
        self._says = told(self._list)
        self.choice.observe(lambda _change: None if self._offers else self._draw(), names="value")
        self._draw()

    def head(self) -> widgets.Widget:
        """Which backtest, and how much it moved; new ones can be chosen as they end."""
        shown = widgets.VBox(self._says or (self.choice, self.facts))
        shown.add_class("bare")

        def again() -> None:
            before = self.choice.value
            self._says = told(self._list)
            shown.children = self._says or (self.choice, self.facts)
            if self.choice.value != before:
                self._draw()

        return hearing(shown, again, *ENDINGS)

    def at_risk(self) -> widgets.Widget:
        """Value at risk and expected shortfall of the next bar by four methods, over the returns they are made of."""
        return self.tomorrow

    def episodes(self) -> widgets.Widget:
        """What the account did in the falls that have a name."""
        return self.stress

    def under_water(self) -> widgets.Widget:
        """The deepest drawdowns, and the volatility over time."""
        return self.way

    def company(self) -> widgets.Widget:
        """What the account moves with."""
        return self.moves

    def _list(self) -> list[widgets.Widget]:
        wanted = self.choice.value or asked("backtest_id") or ""
        found = finished(*([wanted] if wanted else []))
        if not found:
            return [widgets.HTML(empty(*NONE))]
        self._offers = True
        self.choice.options = [
            (f"{name}, {found[one].created_at:%Y-%m-%d %H:%M}", one) for one, name in names(found.values()).items()
        ]
        self.choice.value = wanted if wanted in found else next(iter(found))
        self._offers = False
        return []

    def _draw(self) -> None:
        found = run(self.choice.value)
        if found is None or not found.equity_curve:
            return
        self.facts.children = told(lambda: _facts(found))
        for part, draw in ((self.tomorrow, _tomorrow), (self.stress, _stress), (self.way, _way), (self.moves, _moves)):
            part.draw_soon(partial(draw, found))


def _returns(found: records.BacktestDetail) -> pd.DataFrame:
    """The bar returns of the account and of buy and hold."""
    capital, values = found.backtest.initial_capital, account(found)
    return pd.DataFrame({"own": capital_first(values["equity"], capital), HELD: capital_first(values["benchmark"], capital)})


def _facts(found: records.BacktestDetail) -> list[widgets.Widget]:
    own, equity = _returns(found)["own"], account(found)["equity"]
    peak = max(float(equity.max()), found.backtest.initial_capital)
    worst, best = (pd.DatetimeIndex(own.index)[int(place)] for place in (own.argmin(), own.argmax()))
    moved = int((own != 0.0).sum())
    return [
        widgets.HTML(
            tiles([
                ("Worst bar", percent(float(own.min())), day(worst)),
                ("Best bar", percent(float(own.max())), day(best)),
                ("Below its peak now", percent(float(equity.iloc[-1]) / peak - 1.0), f"at {money(float(equity.iloc[-1]))}"),
                ("Bars", count(len(own)), f"{count(moved)} of them with a return"),
            ])
        )
    ]  # fmt: skip


def _tomorrow(found: records.BacktestDetail) -> list[widgets.Widget]:
    own, value = _returns(found)["own"].to_numpy(dtype=float), float(account(found)["equity"].iloc[-1])
    measured = {
        (name, level): (value_at_risk(own, level, name), expected_shortfall(own, level, name))
        for _, name, _ in METHODS
        for level in LEVELS
    }
    columns = [f"{what} {level:.0%}" for level in LEVELS for what in ("Value at risk", "Expected shortfall")]
    rows = [
        [
            label,
            *(percent(figure) for level in LEVELS for figure in measured[name, level]),
            money(measured[name, 0.95][0] * value),
        ]
        for label, name, _ in METHODS
    ]
    columns.append("Value at risk 95%, in money")
    shown = table(("Method", *columns), rows, numeric=columns, title="What the next bar may cost")
    made = "; ".join(f"{label}: {how}" for label, _, how in METHODS)
    heading = "<h2>Bar returns, and where the losses beyond value at risk begin</h2>"
    key = legend(("value at risk 95%", "value at risk 99%"), (LINES[1], LINES[4]))
    marks = [measured["historical", level][0] for level in LEVELS]
    return [widgets.HTML(heading + key), _histogram(own, marks), widgets.HTML(f"{shown}<p class='note'>{made}.</p>")]


def _histogram(returns: np.ndarray, marks: list[float]) -> bq.Figure:
    """How often each return was; bars without a return are left out."""
    moved = returns[np.isfinite(returns) & (returns != 0.0)]
    reach = float(np.quantile(np.abs(moved), 0.998)) if len(moved) else 0.01
    counts, edges = np.histogram(np.clip(moved, -reach, reach), np.linspace(-reach, reach, BINS + 1))
    scales = {"x": bq.LinearScale(), "y": bq.LinearScale(min=0)}
    middles = (edges[:-1] + edges[1:]) / 2
    tip = bq.Tooltip(fields=["x", "y"], formats=[".2%", ",d"], labels=["Return about", "Bars"])
    bars = bq.Bars(x=middles, y=counts, scales=scales, colors=[LINES[0]], opacities=[0.75] * BINS, padding=0.12, tooltip=tip)
    top = max(int(counts.max()), 1)
    lines = [
        bq.Lines(x=[mark, mark], y=[0, top], scales=scales, colors=[colour], stroke_width=2, line_style="dashed")
        for mark, colour in zip(marks, (LINES[1], LINES[4]), strict=True)
    ]
    axes = [
        bq.Axis(scale=scales["x"], tick_format=".1%", label="Return of a bar", grid_lines="none"),
        bq.Axis(scale=scales["y"], side="left", label="Bars", tick_values=round_ticks(counts, 4), grid_lines="solid"),
    ]
    return bq.Figure(
        marks=[bars, *lines], axes=axes, padding_y=0, animation_duration=0,
        fig_margin={"top": 10, "bottom": 42, "left": 64, "right": 16},
        layout=Layout(width="100%", height="260px"),
    )  # fmt: skip


def _stress(found: records.BacktestDetail) -> list[widgets.Widget]:
    values = account(found)
    held = {one.episode: one for one in through_episodes(values["benchmark"])}
    rows = [_episode(one, held.get(one.episode)) for one in through_episodes(values["equity"])]
    if not rows:
        span = f"{day(values.index[0])} to {day(values.index[-1])}"
        return [widgets.HTML(empty("No fall that has a name lies within this run", f"It ran over {span}."))]
    columns = ("Episode", "From", "To", "Account", HELD, "Deepest fall within", "Bars", "Covered")
    return [widgets.HTML(table(columns, rows, numeric=columns[3:7], title="Stress: what it did in the falls that have a name"))]


def _episode(own: EpisodeOutcome, held: EpisodeOutcome | None) -> list[str]:
    what = own.episode
    beside = heat_cell(percent(held.total_return), held.total_return, 0.5) if held else DASH
    return [
        what.name,
        one_line(str(what.first)),
        one_line(str(what.last)),
        heat_cell(percent(own.total_return), own.total_return, 0.5),
        beside,
        percent(own.worst),
        count(own.bars),
        "whole" if own.is_whole else "in part",
    ]


def _way(found: records.BacktestDetail) -> list[widgets.Widget]:
    equity, returns = account(found)["equity"], _returns(found)
    year = found.periods_per_year or 252.0
    window = rolling_window(len(equity), year)
    rows = [
        _drawdown(rank, one) for rank, one in enumerate(worst_drawdowns(equity, found.backtest.initial_capital, DRAWDOWNS), start=1)
    ]
    columns = ("Rank", "Peak", "Lowest", "Recovered", "Depth", "Bars under water")
    shown = widgets.HTML(table(columns, rows, numeric=("Rank", "Depth", "Bars under water"), title="The deepest drawdowns"))
    if window is None:
        return [shown]
    volatility = returns.apply(lambda column: rolling_volatility(column, window, year)).iloc[window - 1 :]
    volatility.columns = pd.Index(["Account", HELD])
    heading = f"<h2>Volatility of the last {plural(window, 'bar')}, annualised</h2>"
    chart = line_chart(volatility, unit="Volatility", number=".1%", height=260, colours=(LINES[0], LINES[2]))
    return [widgets.HTML(heading + legend(volatility.columns, (LINES[0], LINES[2]))), chart, shown]


def _drawdown(rank: int, one: DrawdownEpisode) -> list[str]:
    recovered = one_line(day(one.recovery)) if one.recovery is not None else Html("<span class='warn'>not yet</span>")
    return [str(rank), one_line(day(one.peak)), one_line(day(one.trough)), recovered, percent(one.depth), count(one.bars)]


def _moves(found: records.BacktestDetail) -> list[widgets.Widget]:
    """The account beside buy and hold, its instruments, and the latest other runs."""
    own = _returns(found)
    columns = {"This account": own["own"], HELD: own[HELD]} | _instruments(found.backtest, own.index) | _others(found.backtest)
    together = pd.concat(columns, axis=1, join="outer").reindex(own.index)
    return [widgets.HTML(correlation_table(together, "Correlation of bar returns, over the bars that each two have"))]


def _others(one: records.Backtest) -> dict[str, pd.Series]:
    different = {other.result: other for other in reversed(finished().values()) if other.result != one.result}
    latest = list(reversed(different.values()))[:OTHERS]
    called = names([one, *latest])
    details = {called[other.id]: run(other.id) for other in latest}
    return {name: _returns(detail)["own"] for name, detail in details.items() if detail is not None and detail.equity_curve}


def _instruments(one: records.Backtest, index: pd.Index) -> dict[str, pd.Series]:
    """The returns of what was traded, where it was several instruments but not many."""
    if not 1 < len(one.instruments) <= INSTRUMENTS:
        return {}
    return {name: closes(one, name, index).pct_change(fill_method=None) for name in one.instruments}
