"""The figures of a sweep: a metric over its parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap, Normalize, TwoSlopeNorm
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from aurelius_kernel.metrics import Metric, Unit, better_high
from aurelius_kernel.research.sweep import SweepResult
from aurelius_kernel.research.sweep.ranking import ranked
from aurelius_kernel.typing import FloatArray
from aurelius_kernel.views.numerals import short_money, short_percent
from aurelius_kernel.views.theme import PALETTE, Chart, font, house_style, label_ticks

__all__ = ["parallel_coordinates", "parameter_heat", "parameter_line", "shading"]

WIDTH_MM = 130.0
SHADES = LinearSegmentedColormap.from_list("aurelius", [PALETTE["loss"], "#e9c9ae", "#ffffff", "#a9c4de", PALETTE["accent"]])
RISING = LinearSegmentedColormap.from_list("aurelius rising", ["#eef2f6", "#a9c4de", PALETTE["accent"], "#08305a"])
MOST_LINES, MOST_LABELS, BEST = 1_500, 11, 25


@house_style()
def parameter_heat(result: SweepResult, x: str | None, y: str | None, metric: str | None, height_mm: float = 92.0) -> Chart:
    """A metric over two parameters: the darker the better, ochre below 0. The best cell is framed, one without a number is blank.

    Where several combinations share a cell, their mean is shown.
    """
    chosen, _ = result.measured(metric)
    table = result.heatmap(x, y, metric)
    chart = Chart(WIDTH_MM, height_mm)
    several = len(result) > int(table.notna().to_numpy().sum())
    title = f"{chosen.label}{', mean over the other parameters' if several else ''}: {table.index.name} by {table.columns.name}"
    axes = chart.panel(13.0, 9.0, 20.0, 6.0, title)
    values = table.to_numpy(np.float64)
    image = axes.imshow(values, origin="lower", aspect="auto", interpolation="nearest", **shading(chosen, values))
    axes.grid(visible=False)
    _label(axes, table)
    known = ranked(chosen, values.ravel())
    if len(known):
        row, column = np.unravel_index(int(known[0]), values.shape)
        axes.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, edgecolor=PALETTE["loss"], linewidth=1.2))
    _scale(chart, axes, image, chosen)
    return chart


@house_style()
def parameter_line(result: SweepResult, x: str, metric: str | None, height_mm: float = 62.0) -> Chart:
    """A metric over the values of one parameter, the mean where combinations share one; the best value has a dot."""
    chosen, values = result.measured(metric)
    means = pd.Series(values).groupby(np.asarray(result.columns[x])).mean()
    heights = np.asarray(means, dtype=np.float64)
    chart = Chart(WIDTH_MM, height_mm)
    axes = chart.panel(11.0, 9.0, 2.0, 6.0, f"{chosen.label} by {x}")
    places = np.arange(len(means)) if means.index.dtype.kind not in "iuf" else means.index.to_numpy()
    axes.plot(places, means, color=PALETTE["accent"], linewidth=0.9, marker="." if len(means) < 60 else "")
    known = ranked(chosen, heights)
    axes.plot(places[known[:1]], heights[known[:1]], "o", color=PALETTE["loss"], markersize=4)
    if means.index.dtype.kind not in "iuf":
        axes.xaxis.set_major_locator(FixedLocator(places.tolist()))
        axes.set_xticklabels([str(value) for value in means.index])
    axes.yaxis.set_major_formatter(FuncFormatter(_written(chosen)))
    axes.set_xlabel(x, fontproperties=font(), color=PALETTE["muted"])
    label_ticks(axes)
    return chart


@house_style()
def parallel_coordinates(result: SweepResult, metric: str | None, height_mm: float = 80.0) -> Chart:
    """Every combination, or an even sample of many, as a line through its parameters to its metric; the best are dark."""
    chosen, values = result.measured(metric)
    chart = Chart(WIDTH_MM, height_mm)
    axes = chart.panel(4.0, 9.0, 12.0, 9.0, f"{result.trials:,} combinations to {chosen.label}, the best {BEST} dark")
    order = ranked(chosen, values)[::-1]
    scales = [_scaled(result.columns[name]) for name in result.parameters]
    heights = np.column_stack([scale for scale, _ in scales] + [_stretched(values)])
    axes.set_xlim(0, heights.shape[1] - 1)
    axes.set_ylim(-0.02, 1.07)
    best, others = order[-BEST:], order[:-BEST]
    sample = others[np.unique(np.linspace(0, max(len(others) - 1, 0), min(MOST_LINES, len(others))).astype(np.int64))]
    for rows, colour, alpha, width in ((sample, PALETTE["benchmark"], 0.18, 0.4), (best, PALETTE["accent"], 0.8, 0.7)):
        lines = [np.column_stack([np.arange(heights.shape[1]), heights[row]]) for row in rows]
        axes.add_collection(LineCollection(lines, colors=colour, alpha=alpha, linewidths=width, rasterized=len(lines) > 400))
    _dimensions(axes, [*result.parameters, chosen.label], [ends for _, ends in scales] + [_ends(chosen, values)])
    return chart


def shading(metric: Metric, values: FloatArray) -> dict[str, Any]:
    """White at 0 where more is better and there is something on either side of it."""
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    if low < 0.0 < high and better_high(metric):
        reach = max(-low, high)
        return {"cmap": SHADES, "norm": TwoSlopeNorm(0.0, -reach, reach)}
    return {"cmap": RISING if better_high(metric) else RISING.reversed(), "norm": Normalize(low, high if high > low else low + 1.0)}


def _label(axes: Axes, table: pd.DataFrame) -> None:
    axes.tick_params(axis="both", length=0)
    for axis, values in ((axes.xaxis, table.columns), (axes.yaxis, table.index)):
        places = np.unique(np.linspace(0, len(values) - 1, min(len(values), MOST_LABELS)).astype(np.int64))
        axis.set_major_locator(FixedLocator(places.tolist()))
        axis.set_ticklabels([_value(values[place]) for place in places])
    axes.set_xlabel(str(table.columns.name), fontproperties=font(), color=PALETTE["muted"])
    axes.set_ylabel(str(table.index.name), fontproperties=font(), color=PALETTE["muted"])
    axes.spines["bottom"].set_visible(False)
    label_ticks(axes)


def _scale(chart: Chart, axes: Axes, image: Any, metric: Metric) -> None:
    place = axes.get_position()
    beside = chart.add_axes((place.x1 + 0.02, place.y0, 0.018, place.height))
    bar = chart.colorbar(image, cax=beside)
    bar.outline.set_visible(False)
    beside.yaxis.set_major_locator(MaxNLocator(6))
    beside.yaxis.set_major_formatter(FuncFormatter(_written(metric)))
    beside.tick_params(length=0, pad=2)
    label_ticks(beside)


def _scaled(values: Any) -> tuple[FloatArray, tuple[str, str]]:
    """The values between 0 and 1, and what the ends mean; text by its order, and where some have no value, numbers too."""
    column = np.asarray(values)
    if column.dtype.kind == "f" and np.isnan(column).any():
        steps, places = np.unique(column, return_inverse=True)
        return places / max(len(steps) - 1, 1), (_value(steps[0]), "none")
    if column.dtype.kind not in "iuf":
        names, places = np.unique(column.astype(str), return_inverse=True)
        return places / max(len(names) - 1, 1), (str(names[0]), str(names[-1]))
    return _stretched(column), (_value(column.min()), _value(column.max()))


def _stretched(values: FloatArray) -> FloatArray:
    """The values between 0 and 1, NaN among them left as they are."""
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    return (values - low) / (high - low if high > low else 1.0)


def _ends(metric: Metric, values: FloatArray) -> tuple[str, str]:
    write = _written(metric)
    return write(float(np.nanmin(values))), write(float(np.nanmax(values)))


def _dimensions(axes: Axes, names: Sequence[str], ends: Sequence[tuple[str, str]]) -> None:
    for place, (low, high) in enumerate(ends):
        axes.axvline(place, color=PALETTE["rule"], linewidth=0.6, zorder=0)
        side = "right" if place == len(ends) - 1 else "left"
        beside: dict[str, Any] = {"fontproperties": font(size=6.0), "color": PALETTE["muted"], "ha": side}
        axes.text(place, -0.02, f" {low} ", va="top", **beside)
        axes.text(place, 1.01, f" {high} ", va="bottom", **beside)
    axes.grid(visible=False)
    axes.yaxis.set_major_locator(NullLocator())
    axes.xaxis.set_major_locator(FixedLocator(list(range(len(names)))))
    axes.set_xticklabels(names)
    axes.tick_params(axis="x", length=0, pad=8)
    axes.spines["bottom"].set_visible(False)
    label_ticks(axes)


def _written(metric: Metric) -> Any:
    if metric.unit in {Unit.FRACTION, Unit.PROBABILITY}:
        return lambda value, _=None: short_percent(value)
    if metric.unit is Unit.MONEY:
        return lambda value, _=None: short_money(value)
    return lambda value, _=None: f"{value:,.4g}".replace("-", "−")


def _value(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float | np.floating) else str(value)
