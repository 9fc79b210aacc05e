"""The figures of several accounts: their wealth and drawdowns over each other, how they move together, and who holds how much."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.ticker import MaxNLocator

from aurelius_kernel.views.charts import money_axis, share_dates
from aurelius_kernel.views.numerals import ratio
from aurelius_kernel.views.theme import PALETTE, Chart, font, house_style, label_ticks, legend, percent_axis
from aurelius_kernel.views.thinning import thinned

__all__ = ["SERIES", "correlations", "shares_over_time", "wealth_and_drawdowns"]

WIDTH_MM = 174.0
SERIES = ("#0f5c9e", "#b45a1c", "#2c7a51", "#8a4fa3", "#a37b00", "#3aa0b8", "#c23b5a", "#5d6678")
"""Colours of lines, in their order; after the last they begin anew, broken."""
LONGEST_NAME = 24


@house_style()
def wealth_and_drawdowns(wealth: pd.DataFrame, drawdowns: pd.DataFrame, height_mm: float = 112.0) -> Chart:
    """What 1 became in each account, on a log scale, and below it, on the same dates, the drawdowns; the first lies on top.

    The scale is linear where an account ever is worth zero or less.
    """
    above = 6.0 + 3.6 * ((len(wealth.columns) - 1) // 4)
    chart = Chart(WIDTH_MM, height_mm + above - 6.0)
    below = 5 + 0.3 * height_mm
    logarithmic = bool((wealth > 0).all(axis=None))
    account = chart.panel(9.5, below + 9, 0.3, above, f"What 1 became, {'log' if logarithmic else 'linear'} scale")
    falls = chart.panel(9.5, 5, 0.3, height_mm + above - 6.0 - below, "Drawdown")
    _lines(account, wealth)
    money_axis(account, logarithmic)
    legend(account, reverse=True, ncols=4)
    _lines(falls, drawdowns)
    falls.set_ylim(top=0.0)
    falls.yaxis.set_major_locator(MaxNLocator(4))
    percent_axis(falls)
    share_dates([account, falls], pd.DatetimeIndex(wealth.index))
    return chart


@house_style()
def correlations(matrix: pd.DataFrame) -> Chart:
    """How the returns of some accounts move together: blue together, ochre against each other, each cell with its number."""
    size = len(matrix)
    step = min(14.0, (WIDTH_MM - 50.0) / size)
    chart = Chart(50.0 + step * size, 16.0 + step * size)
    axes = chart.panel(42.0, 4.0, 4.0, 12.0, "Correlation of bar returns")
    values = matrix.to_numpy(np.float64)
    axes.imshow(np.array([[_tint(value) for value in row] for row in values]), aspect="auto", interpolation="nearest")
    for row, column in np.ndindex(*values.shape):
        number = ratio(float(values[row, column]))
        axes.text(column, row, number, ha="center", va="center", fontproperties=font(), color=PALETTE["ink"])
    axes.set_yticks(range(size), [_short(name) for name in matrix.index])
    axes.set_xticks(range(size), [str(place + 1) for place in range(size)])
    axes.xaxis.tick_top()
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(axis="both", length=0)
    label_ticks(axes)
    return chart


@house_style()
def shares_over_time(shares: pd.DataFrame, height_mm: float = 52.0) -> Chart:
    """The share of each part in a portfolio, one over the other up to the whole."""
    chart = Chart(WIDTH_MM, height_mm)
    axes = chart.panel(9.5, 5, 0.3, 6, "Share of the portfolio")
    times = pd.DatetimeIndex(shares.index).tz_localize(None)
    names, colours = [_short(name) for name in shares], [SERIES[place % len(SERIES)] for place in range(shares.shape[1])]
    axes.stackplot(times, shares.to_numpy().T, colors=colours, labels=names, alpha=0.75, linewidth=0)
    axes.set_ylim(0.0, 1.0)
    percent_axis(axes)
    legend(axes, ncols=4)
    share_dates([axes], pd.DatetimeIndex(shares.index))
    return chart


def _lines(axes: Axes, frame: pd.DataFrame) -> None:
    for place, name in reversed(list(enumerate(frame.columns))):
        curve = thinned(frame[name], 1_200)
        style = "-" if place < len(SERIES) else (0, (4, 2))
        times = pd.DatetimeIndex(curve.index).tz_localize(None)
        colour = SERIES[place % len(SERIES)]
        axes.plot(times, curve.to_numpy(), color=colour, linewidth=0.9, linestyle=style, label=_short(str(name)))


def _tint(value: float) -> tuple[float, float, float]:
    if not np.isfinite(value):
        return to_rgb(PALETTE["wash"])
    full, strength = np.array(to_rgb(PALETTE["accent" if value >= 0.0 else "loss"])), 0.6 * min(abs(value), 1.0)
    red, green, blue = 1.0 + (full - 1.0) * strength
    return red, green, blue


def _short(name: object) -> str:
    text = str(name)
    return text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 1]}…"
