"""The charts of a validation: Sharpe ratios by window, ranks out of sample, and resampled histories."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import bqplot as bq
import ipywidgets as widgets
import numpy as np
import pandas as pd

from aurelius_kernel.views.numerals import count, percent, ratio
from aurelius_kernel.views.pages.line_chart import LINES, legend

__all__ = ["EVIDENCE", "fan", "logits", "sharpe_by_window"]

BINS = 31
MARGIN = {"top": 12, "bottom": 40, "left": 64, "right": 16}
GREY, INK = "var(--grey, #8d95a1)", "var(--ink, #1c2026)"
BANDS = (("0.05", "0.95", 0.14), ("0.25", "0.75", 0.24))
SHARPES = ("train_sharpe", "test_sharpe")


def tenth(value: float | None) -> str:
    """A fraction in percent, to a tenth."""
    return percent(value, 1)


EVIDENCE: tuple[tuple[str, str, Callable[[Any], str], str], ...] = (
    (
        "Probability of overfitting",
        "pbo",
        tenth,
        "How often the best set of one half is below the median in the other; 50% is a coin toss",
    ),
    ("Deflated Sharpe ratio", "dsr", tenth, "The probability that it is above what the best of so many trials shows by luck"),
    ("Probabilistic Sharpe ratio", "psr", tenth, "The probability that it is above zero, trials not counted"),
    ("Bars needed", "min_trl", count, "Before a Sharpe ratio like this one is above zero with 95%"),
    ("Reality check", "reality_check", ratio, "The p-value that the best set beats nothing, all sets considered"),
    ("Bootstrap", "p_value", ratio, "The p-value of the stitched account's Sharpe ratio"),
    ("Against buy and hold", "p_value_holding", ratio, "The p-value that it beats buy and hold"),
    ("Probability of loss", "probability_of_loss", tenth, "How often the set chosen in one half loses in the other"),
    ("Effective trials", "effective_trials", lambda value: ratio(value, 1), "Sets that are alike count as one"),
)
"""What is known of luck: its name, its field, how it is written, and how it is read."""


def sharpe_by_window(windows: Sequence[Mapping[str, Any]]) -> widgets.Widget:
    """The Sharpe ratio that each window chose by, hollow, and the one it got, filled."""
    days = np.array([window["test_start"] for window in windows], dtype="datetime64[ms]")
    chosen, got = (np.nan_to_num(np.array([window[name] for window in windows], dtype=float)) for name in SHARPES)
    scales = {"x": bq.DateScale(), "y": bq.LinearScale()}
    tip = bq.Tooltip(fields=["x", "y"], formats=["%Y-%m-%d", ".2f"], labels=["Test from", "Sharpe ratio"])
    lines = bq.Lines(x=days, y=[chosen, got], scales=scales, colors=[GREY, LINES[0]], opacities=[0.6, 0.6], stroke_width=1)
    shared: dict[str, Any] = {"x": days, "scales": scales, "default_size": 48, "tooltip": tip}
    hollow = bq.Scatter(y=chosen, colors=["var(--card, #fff)"], stroke=GREY, stroke_width=2, **shared)
    filled = bq.Scatter(y=got, colors=[LINES[1] if value < 0.0 else LINES[0] for value in got], **shared)
    axes = [
        _axis(scales["x"], "Test from", grid_lines="none"),
        _axis(scales["y"], "Sharpe ratio", side="left", tick_format=".1f"),
    ]
    named = ("In sample, what it was chosen by", "Out of sample, above 0", "Out of sample, below 0")
    told = "<h2>In sample against out of sample</h2>" + legend(named, (GREY, LINES[0], LINES[1]))
    return widgets.VBox([widgets.HTML(told), _figure([lines, hollow, filled], axes, 260)])


def logits(values: Sequence[float], splits: Sequence[float], pbo: float | None) -> widgets.Widget:
    """How the set chosen in one half of the bars ranked in the other, over all splits; 0 is the median of all sets."""
    reach = max(*map(abs, values), 0.5)
    counts, edges = np.histogram(values, np.linspace(-reach, reach, BINS + 1), weights=splits)
    middle = (edges[:-1] + edges[1:]) / 2
    scales = {"x": bq.LinearScale(), "y": bq.LinearScale()}
    tip = bq.Tooltip(fields=["x", "y"], formats=[".2f", ",.0f"], labels=["Logit", "Splits"])
    colours = [LINES[1] if place <= 0.0 else LINES[0] for place in middle]
    bars = bq.Bars(x=middle, y=counts, scales=scales, colors=colours, padding=0.1, tooltip=tip, stroke=None)
    axes = [
        _axis(scales["x"], "Logit of the rank out of sample", grid_lines="none", tick_format=".1f"),
        _axis(scales["y"], "Splits", side="left", tick_format=",.0f"),
    ]
    told = f"<h2>Ranks out of sample: overfitting {percent(pbo, 1)}, {count(sum(splits))} splits</h2>"
    drawn = legend(("Below the median of all sets", "Above it"), (LINES[1], LINES[0]))
    return widgets.VBox([widgets.HTML(told + drawn), _figure([bars], axes, 280)])


def fan(quantiles: Mapping[str, Sequence[float]], own: pd.Series) -> widgets.Widget:
    """What 1 becomes in resampled histories: half and nine in ten of them, their median, and what it really became."""
    scales = {"x": bq.LinearScale(), "y": bq.LogScale()}
    bands = [_band(quantiles, low, high, opacity, scales) for low, high, opacity in BANDS]
    line: dict[str, Any] = {"scales": scales}
    middle = bq.Lines(x=quantiles["bars"], y=quantiles["0.5"], colors=[LINES[0]], line_style="dashed", stroke_width=1.2, **line)
    places = np.unique(np.linspace(0, len(own) - 1, 800).astype(int))
    tip = bq.Tooltip(fields=["x", "y"], formats=[",.0f", ".2f"], labels=["Bar", "Wealth"])
    real = bq.Lines(x=places + 1, y=own.to_numpy()[places], colors=[INK], stroke_width=1.5, tooltip=tip, **line)
    axes = [
        _axis(scales["x"], "Bars", grid_lines="none", tick_format=",.0f"),
        _axis(scales["y"], "What 1 becomes", side="left", tick_format=".2f"),
    ]
    told = "<h2>Resampled histories</h2>" + legend(("Half and nine in ten of them", "What it really became"), (LINES[0], INK))
    return widgets.VBox([widgets.HTML(told), _figure([*bands, middle, real], axes, 280)])


def _band(quantiles: Mapping[str, Sequence[float]], low: str, high: str, opacity: float, scales: dict[str, Any]) -> bq.Lines:
    return bq.Lines(
        x=quantiles["bars"],
        y=[quantiles[low], quantiles[high]],
        scales=scales,
        fill="between",
        fill_colors=[LINES[0]],
        fill_opacities=[opacity],
        stroke_width=0,
        colors=[LINES[0], LINES[0]],
    )


def _axis(scale: bq.Scale, label: str, **more: Any) -> bq.Axis:
    return bq.Axis(scale=scale, label=label, label_offset="44px" if more.get("side") == "left" else "32px", **more)


def _figure(marks: list[bq.Mark], axes: list[bq.Axis], height: int) -> bq.Figure:
    layout = widgets.Layout(width="100%", height=f"{height}px")
    return bq.Figure(marks=marks, axes=axes, animation_duration=0, fig_margin=MARGIN, layout=layout)
