"""A line over time that can be read off, dragged and zoomed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape
from itertools import cycle, pairwise

import bqplot as bq
import numpy as np
import pandas as pd
from ipywidgets import Layout

from aurelius_kernel.views.markup import Html

__all__ = ["LINES", "legend", "line_chart", "round_ticks"]

LINES = (
    "var(--line-1, #0f5c9e)",
    "var(--line-2, #b45a1c)",
    "var(--line-3, #5d6570)",
    "var(--line-4, #1d6b43)",
    "var(--line-5, #7a3f8f)",
    "var(--line-6, #0c6f78)",
)
"""In this order; the page's theme says which they are, a notebook has those of the light one."""
POINTS = 1_500
ODD = LINES[1]


def line_chart(
    series: pd.DataFrame,
    *,
    unit: str,
    marked: pd.DatetimeIndex | None = None,
    number: str = ",.2f",
    on_axis: str | None = None,
    height: int = 340,
    colours: Sequence[str] = LINES,
    filled: bool = False,
    logarithmic: bool = False,
    days: bq.DateScale | None = None,
) -> bq.Figure:
    """One line a column over the index; `marked` are places on the first line that are pointed out.

    At most 1,500 points of a line are drawn: the first, highest, lowest and last of each stretch, so no peak is lost. Charts that
    are given the same `days` are dragged and zoomed together. `on_axis` is how the axis writes numbers, where that is not `number`.
    `filled` washes what is between the line and the top.
    """
    kept = series.iloc[_telling(series.to_numpy(dtype=float))]
    values = kept.to_numpy(dtype=float)
    ticks = round_ticks(values, max(3, height // 60), logarithmic=logarithmic)
    scales = {"x": days or bq.DateScale(), "y": bq.LogScale() if logarithmic else bq.LinearScale(**_ceiling(values))}
    tip = bq.Tooltip(fields=["name", "x", "y"], formats=["", "%Y-%m-%d", number], labels=["", "Day", unit])
    lines = bq.Lines(
        x=_stamps(kept.index), y=values.T, scales=scales, colors=list(colours), stroke_width=1.5,
        labels=list(kept.columns), tooltip=tip,
        **({"fill": "top", "fill_opacities": [0.12]} if filled else {}),
    )  # fmt: skip
    marks = [lines]
    if marked is not None and len(marked):
        prices = series.iloc[:, 0].reindex(marked).to_numpy()
        marks.append(bq.Scatter(x=_stamps(marked), y=prices, scales=scales, colors=[ODD], default_size=36, tooltip=tip))
    axes = [
        bq.Axis(scale=scales["x"], grid_lines="none"),
        bq.Axis(
            scale=scales["y"],
            side="left",
            grid_lines="solid",
            label=unit,
            label_offset="56px",
            tick_format=on_axis or number,
            tick_values=ticks,
        ),
    ]
    return bq.Figure(
        marks=marks, axes=axes, padding_y=0.02, interaction=bq.PanZoom(scales={"x": [scales["x"]]}), animation_duration=0,
        fig_margin={"top": 12, "bottom": 28, "left": 72, "right": 16}, layout=Layout(width="100%", height=f"{height}px"),
    )  # fmt: skip


def round_ticks(values: np.ndarray, most: int, *, logarithmic: bool = False) -> list[float]:
    """At most about so many round numbers within the reach of some values, for an axis; none where no value is known."""
    known = values[np.isfinite(values)]
    if not len(known):
        return []
    low, high = float(known.min()), float(known.max())
    if logarithmic and high > 4 * low:
        powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        ones = (1, 2, 5) if high < 1e4 * low else (1,)
        return [step * 10.0**power for power in powers for step in ones if low <= step * 10.0**power <= high]
    if low == high:
        return [low]
    power = 10.0 ** math.floor(math.log10((high - low) / most) - 1)
    steps = (size * power * ten for ten in (1, 10, 100, 1_000) for size in (1, 2, 2.5, 5))
    return next(ticks for step in steps if len(ticks := _multiples(step, low, high)) <= most + 1)


def _multiples(step: float, low: float, high: float) -> list[float]:
    """The multiples of a step between two numbers, both included."""
    return [place * step for place in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def _ceiling(values: np.ndarray) -> dict[str, float]:
    """What never rises above zero, as a drawdown, hangs from the top."""
    return {"max": 0.0} if len(values) and np.nanmax(values) <= 0.0 else {}


def _stamps(index: pd.Index) -> np.ndarray:
    """Days without a zone: bqplot takes them as they are."""
    return pd.DatetimeIndex(index).tz_localize(None).to_numpy("datetime64[ms]")


def legend(names: Iterable[str], colours: Sequence[str] = LINES) -> Html:
    """What each line's colour means."""
    drawn = (f"<span><i style='background:{colour}'></i>{escape(name)}</span>" for name, colour in zip(names, cycle(colours)))
    return Html(f"<p class='legend'>{''.join(drawn)}</p>")


def _telling(values: np.ndarray) -> np.ndarray:
    """The rows that tell the lines' shapes: the ends of each stretch, and the extremes of each column in it."""
    rows, columns = values.shape
    if rows <= POINTS:
        return np.arange(rows)
    low, high = np.nan_to_num(values, nan=np.inf), np.nan_to_num(values, nan=-np.inf)
    kept: set[int] = set()
    for a, b in pairwise(np.linspace(0, rows, POINTS // (2 * columns + 2) + 1).astype(int)):
        kept.update((a, b - 1), a + low[a:b].argmin(axis=0), a + high[a:b].argmax(axis=0))
    return np.array(sorted(kept))
