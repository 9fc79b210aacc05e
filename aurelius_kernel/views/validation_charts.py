"""The figures of a walk-forward validation: where its windows lie, and what each fit was worth afterwards."""

from __future__ import annotations

from typing import Any

import matplotlib.dates
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, NullLocator

from aurelius_kernel.research.walk_forward import WalkForwardResult
from aurelius_kernel.views.charts import money_axis, share_dates
from aurelius_kernel.views.numerals import ratio
from aurelius_kernel.views.theme import PALETTE, Chart, house_style, label_ticks, legend
from aurelius_kernel.views.thinning import thinned

__all__ = ["walk_forward_degradation", "walk_forward_windows"]

WIDTH_MM = 174.0
MOST_ROWS = 60
TRAINING, TEST, LOSING, IDLE = PALETTE["rule"], PALETTE["accent"], PALETTE["loss"], "#a9c4de"


@house_style()
def walk_forward_windows(result: WalkForwardResult, height_mm: float = 122.0) -> Chart:
    """The stitched out-of-sample account against buy and hold, and below it, on the same dates, every window.

    A window is a grey bar of training, the gap of its embargo, and its test: blue where its Sharpe ratio was above 0, ochre where
    it was below, pale where nothing was traded.
    """
    chart = Chart(WIDTH_MM, height_mm)
    below = 5 + 0.42 * height_mm
    logarithmic = bool((result.equity > 0).all() and (result.benchmark > 0).all())
    scale = "log scale" if logarithmic else "linear scale"
    account = chart.panel(9.5, below + 9, 0.3, 6, f"Account value out of sample, {scale}")
    rows = chart.panel(9.5, 5, 0.3, height_mm - below, f"{len(result)} windows: training, and the test that follows")
    for series, name, colour in ((result.benchmark, "Buy and hold", PALETTE["benchmark"]), (result.equity, "Stitched", TEST)):
        curve = thinned(series, 1_200)
        account.plot(pd.DatetimeIndex(curve.index).tz_localize(None), curve.to_numpy(), color=colour, linewidth=0.9, label=name)
    money_axis(account, logarithmic)
    for start in result.windows["test_start"]:
        account.axvline(start, color=PALETTE["rule"], linewidth=0.4, zorder=0)
    legend(account, reverse=True)
    _bars(rows, result.windows)
    share_dates([account, rows], pd.DatetimeIndex([result.windows["train_start"].iloc[0], result.index[-1].tz_convert(None)]))
    return chart


@house_style()
def walk_forward_degradation(result: WalkForwardResult, height_mm: float = 72.0) -> Chart:
    """The Sharpe ratio that each window chose by, hollow, and the one it got, filled; dashed lines at the means."""
    windows = result.windows
    lost = "undefined" if result.degradation is None else f"{result.degradation:,.0f}%".replace("-", "−")
    title = f"Sharpe ratio: degradation {lost}, stability {result.stability:.0f} of 100"
    chart = Chart(WIDTH_MM, height_mm)
    axes = chart.panel(9.5, 5, 0.3, 6, title)
    places = np.arange(len(windows))
    train, test = (windows[name].to_numpy(np.float64) for name in ("train_sharpe", "test_sharpe"))
    for place, begin, end in zip(places, np.nan_to_num(train), np.nan_to_num(test), strict=True):
        axes.plot([place, place], [begin, end], color=PALETTE["rule"], linewidth=1.2, zorder=1)
    axes.scatter(places, np.nan_to_num(train), s=14, facecolor="white", edgecolor=PALETTE["muted"], linewidth=0.8, zorder=2)
    colours = [IDLE if np.isnan(value) else LOSING if value < 0.0 else TEST for value in test]
    axes.scatter(places, np.nan_to_num(test), s=16, color=colours, zorder=3)
    for values, colour in ((train, PALETTE["muted"]), (test, TEST)):
        axes.axhline(float(np.nan_to_num(values).mean()), color=colour, linewidth=0.7, linestyle=(0, (4, 3)))
    axes.axhline(0.0, color=PALETTE["benchmark"], linewidth=0.5)
    _test_dates(axes, windows)
    legend(axes, handles=_marks(train, test), ncols=4)
    label_ticks(axes)
    return chart


def _bars(axes: Axes, windows: pd.DataFrame) -> None:
    """A row a window, from the top; of very many, an even sample."""
    shown = windows.iloc[np.unique(np.linspace(0, len(windows) - 1, min(len(windows), MOST_ROWS)).astype(np.int64))]
    tests = [IDLE if pd.isna(value) else LOSING if value < 0.0 else TEST for value in shown["test_sharpe"]]
    for begin, end, colours in (("train_start", "train_end", [TRAINING] * len(shown)), ("test_start", "test_end", tests)):
        left = matplotlib.dates.date2num(shown[begin])
        width = matplotlib.dates.date2num(shown[end]) - left + 1.0
        axes.barh(-np.arange(len(shown)), width, left=left, height=0.72, color=[to_rgba(colour) for colour in colours], linewidth=0)
    axes.set_ylim(-len(shown) + 0.4, 0.6)
    axes.yaxis.set_major_locator(NullLocator())
    named = (("Training", TRAINING), ("Test", TEST), ("below 0", LOSING), ("no trade", IDLE))
    legend(axes, handles=[Patch(color=colour, label=name) for name, colour in named], ncols=4)


def _test_dates(axes: Axes, windows: pd.DataFrame) -> None:
    shown = np.unique(np.linspace(0, len(windows) - 1, min(len(windows), 9)).round().astype(np.int64))
    axes.xaxis.set_major_locator(FixedLocator(shown.tolist()))
    axes.set_xticklabels([f"{windows['test_start'].iloc[place]:%b %Y}" for place in shown])
    axes.set_xlim(-0.7, len(windows) - 0.3)


def _marks(train: np.ndarray, test: np.ndarray) -> list[Line2D]:
    means = [ratio(float(np.nan_to_num(values).mean())) for values in (train, test)]
    dot: dict[str, Any] = {"marker": "o", "markersize": 4, "linestyle": ""}
    hollow = {**dot, "markerfacecolor": "white", "markeredgecolor": PALETTE["muted"]}
    return [
        Line2D([], [], label=f"training, mean {means[0]}", **hollow),
        *(
            Line2D([], [], label=name, color=colour, **dot)
            for name, colour in ((f"test, mean {means[1]}", TEST), ("below 0", LOSING), ("no trade", IDLE))
        ),
    ]
