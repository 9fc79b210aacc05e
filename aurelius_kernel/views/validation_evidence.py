"""The figures of overfitting: ranks out of sample, resampled histories, and parameters over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, MaxNLocator, NullFormatter, NullLocator

from aurelius_kernel.research.sweep.ranking import named_metric
from aurelius_kernel.research.walk_forward import WalkForwardResult
from aurelius_kernel.views.numerals import percent, ratio
from aurelius_kernel.views.sweep_charts import MOST_LABELS, shading
from aurelius_kernel.views.theme import PALETTE, Chart, font, house_style, label_ticks

__all__ = ["logit_histogram", "parameter_map", "wealth_fan"]

WIDTH_MM = 130.0
BINS = 41


@house_style()
def logit_histogram(values: Sequence[float], splits: Sequence[float], pbo: float, height_mm: float = 56.0) -> Chart:
    """How the set chosen in one half of the bars ranked in the other, over all splits: ochre up to the median of all sets.

    `values` are logits, `splits` how many splits have each; `pbo` is the share of the ochre part.
    """
    chart = Chart(WIDTH_MM, height_mm)
    total = int(sum(splits))
    axes = chart.panel(2.0, 9.0, 2.0, 6.0, f"Probability of overfitting {percent(pbo, 1)}, over {total:,} splits")
    reach = max(*map(abs, values), 0.5)
    edges = np.linspace(-reach, reach, BINS + 1)
    counts, _ = np.histogram(values, edges, weights=splits)
    middle = (edges[:-1] + edges[1:]) / 2
    colours = [PALETTE["loss"] if place <= 0.0 else PALETTE["accent"] for place in middle]
    axes.bar(middle, counts, width=np.diff(edges) * 0.92, color=colours, linewidth=0)
    axes.axvline(0.0, color=PALETTE["ink"], linewidth=0.7)
    axes.set_xlim(-reach, reach)
    axes.yaxis.set_major_locator(NullLocator())
    axes.set_xlabel("logit of the rank out of sample: 0 is the median of all sets", fontproperties=font(), color=PALETTE["muted"])
    label_ticks(axes)
    return chart


@house_style()
def wealth_fan(bars: Sequence[float], quantiles: Mapping[str, Sequence[float]], own: pd.Series, height_mm: float = 72.0) -> Chart:
    """What 1 becomes in resampled histories: bands between quantiles, the median dashed, and what it really became.

    `quantiles` hold, under 0.05, 0.25, 0.5, 0.75 and 0.95, the wealth after each of `bars`; `own` is wealth by bar, from 1 on.
    """
    chart = Chart(WIDTH_MM, height_mm)
    axes = chart.panel(9.5, 9.0, 2.0, 6.0, "What 1 becomes: half and nine in ten of resampled histories, log scale")
    for low, high, alpha in (("0.05", "0.95", 0.14), ("0.25", "0.75", 0.24)):
        axes.fill_between(bars, quantiles[low], quantiles[high], color=PALETTE["accent"], alpha=alpha, linewidth=0)
    axes.plot(bars, quantiles["0.5"], color=PALETTE["accent"], linewidth=0.7, linestyle=(0, (4, 3)))
    axes.plot(np.arange(1, len(own) + 1), own.to_numpy(), color=PALETTE["ink"], linewidth=0.8)
    axes.axhline(1.0, color=PALETTE["benchmark"], linewidth=0.5)
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 1.5, 2.0, 3.0, 5.0, 7.0)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.yaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.set_xlabel("bars", fontproperties=font(), color=PALETTE["muted"])
    label_ticks(axes)
    return chart


@house_style()
def parameter_map(result: WalkForwardResult, height_mm: float = 44.0) -> Chart:
    """For each fitted parameter, the mean objective of its values on each training window, and a dot on the value chosen there."""
    metric = named_metric(result.spec.objective)
    names = result.parameters
    chart = Chart(174.0, 4.0 + height_mm * len(names))
    for row, name in enumerate(names):
        table = result.landscape(name)
        above = 6.0 + height_mm * row
        steady = result.parameter_stability["stability"].to_dict()[name]
        title = f"{name}: mean {metric.label} by training window; stability {ratio(float(steady))}"
        axes = chart.panel(13.0, 4.0 + height_mm * (len(names) - row) - height_mm + 5.0, 2.0, above, title)
        values = table.to_numpy(np.float64)
        axes.imshow(values, origin="lower", aspect="auto", interpolation="nearest", **shading(metric, values))
        axes.grid(visible=False)
        axes.spines["bottom"].set_visible(False)
        axes.tick_params(axis="both", length=0)
        places = {value: place for place, value in enumerate(table.index)}
        dots = [(at, places[value]) for at, value in enumerate(result.windows[name]) if value in places]
        if dots:
            axes.plot(*zip(*dots, strict=True), color=PALETTE["ink"], marker="o", markersize=2.6, linewidth=0.6)
        shown = np.unique(np.linspace(0, len(table) - 1, min(len(table), MOST_LABELS)).round().astype(np.int64))
        axes.yaxis.set_major_locator(FixedLocator(shown.tolist()))
        axes.set_yticklabels([f"{value:.6g}" if isinstance(value, float) else str(value) for value in table.index[shown]])
        axes.xaxis.set_major_locator(MaxNLocator(min(len(result), 12), integer=True))
        label_ticks(axes)
    return chart
