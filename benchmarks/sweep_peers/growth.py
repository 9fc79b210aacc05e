"""How the time of a sweep grows, as the figure in `docs/images`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.ticker import FuncFormatter

from aurelius_kernel.views.theme import PALETTE, Chart, house_style, label_ticks, legend

__all__ = ["draw"]

FIGURE = Path(__file__).resolve().parents[2] / "docs" / "images" / "sweep-growth.svg"
COLOURS = ("accent", "loss", "muted")


def draw(curves: Mapping[str, Sequence[tuple[int, float]]]) -> None:
    """Draw times over sizes, both in powers of ten, with the line of a time in proportion to the work."""
    FIGURE.write_text(drawn(curves), encoding="utf-8")


@house_style()
def drawn(curves: Mapping[str, Sequence[tuple[int, float]]]) -> str:
    """The SVG of the figure."""
    chart = Chart(150.0, 70.0)
    plot = chart.panel(9.0, 5.0, 2.0, 10.0, "Milliseconds a sweep, by how many times the work; dotted: in proportion to it")
    widest = max(curve[-1][0] / curve[0][0] for curve in curves.values())
    for colour, (name, curve) in zip(COLOURS, curves.items(), strict=True):
        factors = [size / curve[0][0] for size, _ in curve]
        times = [1e3 * seconds for _, seconds in curve]
        plot.plot(factors, times, marker="o", markersize=2.5, color=PALETTE[colour], label=f"{name}, from {curve[0][0]:,}")
        plot.plot([1.0, widest], [times[0], times[0] * widest], color=PALETTE[colour], linewidth=0.5, linestyle=":")
    plot.set_xscale("log")
    plot.set_yscale("log")
    for axis in (plot.xaxis, plot.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    label_ticks(plot)
    legend(plot, loc="upper left", bbox_to_anchor=(0.0, 1.0), ncols=1)
    return chart.svg()
