"""The drawn parts of the page on sweeps: a metric over two parameters, and along each alone."""

from __future__ import annotations

from typing import Any, NamedTuple

import bqplot as bq
import numpy as np
import pandas as pd
from ipywidgets import Layout

from aurelius_kernel.metrics import Metric, Unit, better_high
from aurelius_kernel.typing import FloatArray
from aurelius_kernel.views.metric_table import label
from aurelius_kernel.views.pages.line_chart import LINES, round_ticks

__all__ = ["Pointed", "heat_map", "number_format", "slice_chart", "titled"]

DIVERGING = ["#b45a1c", "#e0b48f", "#f1efe9", "#9fbddb", "#0f5c9e"]
RISING = ["#e8edf2", "#a9c4de", "#4d8cc0", "#0f5c9e", "#08305a"]
LABELS = 14


class Pointed(NamedTuple):
    """Cells that are pointed out, each by its labels across and down."""

    best: tuple[str, str] | None
    plateau: list[tuple[str, str]]


def heat_map(table: pd.DataFrame, metric: Metric, limits: tuple[float, float], pointed: Pointed) -> bq.Figure:
    """The metric over two parameters, the bluer the better; a ring is the best cell, dots are the plateau, blank has no number."""
    across, down = (bq.OrdinalScale(domain=list(axis)) for axis in (table.columns, table.index))
    colour = _colour_scale(metric, limits)
    cells = bq.GridHeatMap(
        color=table.to_numpy(dtype=float), row=np.array(table.index), column=np.array(table.columns), stroke="transparent",
        scales={"row": down, "column": across, "color": colour}, **_unknown(table),
        tooltip=bq.Tooltip(
            fields=["column", "row", "color"], formats=["", "", number_format(metric)],
            labels=[table.columns.name, table.index.name, titled(metric)],
        ),
    )  # fmt: skip
    scales = {"x": across, "y": down}
    marks: list[bq.Mark] = [cells, *_points(pointed, scales)]
    axes = [
        bq.Axis(scale=across, label=str(table.columns.name), tick_values=_shown(table.columns), grid_lines="none"),
        bq.Axis(
            scale=down, label=str(table.index.name), tick_values=_shown(table.index), side="left",
            label_offset="44px", grid_lines="none",
        ),
        bq.ColorAxis(scale=colour, side="right", tick_format=number_format(metric), num_ticks=6),
    ]  # fmt: skip
    return bq.Figure(
        marks=marks, axes=axes, padding_x=0, padding_y=0, animation_duration=0,
        fig_margin={"top": 10, "bottom": 42, "left": 64, "right": 92}, layout=Layout(width="100%", height="460px"),
    )  # fmt: skip


def slice_chart(name: str, through: pd.Series, means: pd.Series, metric: Metric) -> bq.Figure:
    """A metric along one parameter: with the others as the best has them, and the mean over all combinations."""
    is_number = through.index.dtype.kind in "iuf"
    scales = {"x": bq.LinearScale() if is_number else bq.OrdinalScale(), "y": bq.LinearScale()}
    tip = bq.Tooltip(fields=["x", "y"], formats=["", number_format(metric)], labels=[name, titled(metric)])
    heights = np.concatenate([means.to_numpy(dtype=float), through.to_numpy(dtype=float)])
    drawn = ((means, LINES[2], 1.2, "none"), (through, LINES[0], 1.6, "circle"))
    marks = [
        bq.Lines(
            x=_values(line.index), y=line.to_numpy(dtype=float), scales=scales, colors=[colour], stroke_width=width, tooltip=tip,
            **({"marker": marker, "marker_size": 22} if marker != "none" else {}),
        )
        for line, colour, width, marker in drawn
    ]  # fmt: skip
    axes = [
        bq.Axis(scale=scales["x"], label=name, grid_lines="none", **_steps(through.index, is_number)),
        bq.Axis(
            scale=scales["y"],
            side="left",
            tick_format=number_format(metric),
            grid_lines="solid",
            tick_values=round_ticks(heights, 4),
        ),
    ]
    return bq.Figure(
        marks=marks, axes=axes, animation_duration=0, fig_margin={"top": 10, "bottom": 42, "left": 58, "right": 14},
        layout=Layout(width="auto", height="230px", min_width="0"),
    )  # fmt: skip


def titled(metric: Metric) -> str:
    """The metric's name, with percent where the API gives percent numbers."""
    return f"{metric.label}, %" if metric.unit is Unit.FRACTION else label(metric)


def number_format(metric: Metric) -> str:
    """How charts write the metric."""
    return ",.0f" if metric.unit in {Unit.COUNT, Unit.DAYS} else ",.1f" if metric.unit in {Unit.FRACTION, Unit.BARS} else ",.2f"


def _colour_scale(metric: Metric, limits: tuple[float, float]) -> bq.ColorScale:
    low, high = limits
    if better_high(metric) and low < 0.0 < high:
        reach = max(-low, high)
        return bq.ColorScale(colors=DIVERGING, min=-reach, mid=0.0, max=reach)
    return bq.ColorScale(colors=RISING if better_high(metric) else RISING[::-1], min=low, max=high if high > low else low + 1.0)


def _unknown(table: pd.DataFrame) -> dict[str, Any]:
    """Hides the cells without a number, which a colour scale would paint black."""
    known = np.isfinite(table.to_numpy(dtype=float))
    return {} if known.all() else {"selected": np.argwhere(known), "unselected_style": {"opacity": "0"}}


def _points(pointed: Pointed, scales: dict[str, Any]) -> list[bq.Mark]:
    found = []
    if pointed.plateau:
        x, y = zip(*pointed.plateau, strict=True)
        found.append(_scatter(x, y, scales, colors=["#ffffff"], stroke="#161c27", default_size=26))
    if pointed.best:
        across, up = pointed.best
        found.append(_scatter([across], [up], scales, colors=["#ffd54a"], stroke="#161c27", default_size=120, marker="diamond"))
    return found


def _scatter(x: Any, y: Any, scales: dict[str, Any], **how: Any) -> bq.Scatter:
    return bq.Scatter(x=np.array(x), y=np.array(y), scales=scales, stroke_width=1.2, enable_hover=False, interactions={}, **how)


def _shown(labels: pd.Index) -> list[str]:
    places = np.unique(np.linspace(0, len(labels) - 1, min(len(labels), LABELS)).round().astype(int))
    return [str(labels[place]) for place in places]


def _steps(index: pd.Index, is_number: bool) -> dict[str, list[float]]:
    """Round numbers below a chart of numbers."""
    return {"tick_values": round_ticks(index.to_numpy(dtype=float), 6)} if is_number else {}


def _values(index: pd.Index) -> FloatArray | list[str]:
    return index.to_numpy(dtype=float) if index.dtype.kind in "iuf" else [str(value) for value in index]
