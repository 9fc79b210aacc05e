"""A line over time that can be read off, dragged and zoomed."""

from __future__ import annotations

from itertools import pairwise

import bqplot as bq
import numpy as np
import pandas as pd
from ipywidgets import Layout

__all__ = ["LINES", "line_chart"]

LINES = ("#0f5c9e", "#b45a1c", "#5d6570", "#1d6b43", "#7a3f8f")
POINTS = 1_500
ODD = "#b45a1c"


def line_chart(series: pd.DataFrame, *, unit: str, marked: pd.DatetimeIndex | None = None, number: str = ",.2f") -> bq.Figure:
    """One line a column over the index; `marked` are places on the first line that are pointed out.

    At most 1,500 points of a line are drawn: the first, highest, lowest and last of each stretch, so no peak is lost.
    """
    kept = series.iloc[_telling(series.to_numpy(dtype=float))]
    scales = {"x": bq.DateScale(), "y": bq.LinearScale()}
    tip = bq.Tooltip(fields=["x", "y"], formats=["%Y-%m-%d", number], labels=["Day", unit])
    lines = bq.Lines(
        x=_stamps(kept.index), y=kept.to_numpy(dtype=float).T, scales=scales, colors=list(LINES), stroke_width=1.4,
        labels=list(kept.columns), display_legend=kept.shape[1] > 1, tooltip=tip,
    )  # fmt: skip
    marks = [lines]
    if marked is not None and len(marked):
        prices = series.iloc[:, 0].reindex(marked).to_numpy()
        marks.append(bq.Scatter(x=_stamps(marked), y=prices, scales=scales, colors=[ODD], default_size=36, tooltip=tip))
    axes = [
        bq.Axis(scale=scales["x"], grid_lines="none"),
        bq.Axis(scale=scales["y"], side="left", grid_lines="solid", label=unit, label_offset="56px", tick_format=number),
    ]
    return bq.Figure(
        marks=marks, axes=axes, interaction=bq.PanZoom(scales={"x": [scales["x"]]}), legend_location="top-left",
        fig_margin={"top": 12, "bottom": 36, "left": 72, "right": 16}, layout=Layout(width="100%", height="340px"),
    )  # fmt: skip


def _stamps(index: pd.Index) -> np.ndarray:
    """Days without a zone: bqplot takes them as they are."""
    return pd.DatetimeIndex(index).tz_localize(None).to_numpy("datetime64[ms]")


def _telling(values: np.ndarray) -> np.ndarray:
    """The rows that tell a line's shape: the ends and extremes of each stretch of the first column."""
    rows, first = len(values), np.nan_to_num(values[:, 0])
    if rows <= POINTS:
        return np.arange(rows)
    stretches = pairwise(np.linspace(0, rows, POINTS // 4 + 1).astype(int))
    return np.unique([(a, a + first[a:b].argmin(), a + first[a:b].argmax(), b - 1) for a, b in stretches])
