"""How figures and reports look: one palette, one type face, thin rules, and charts that write themselves as SVG."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ticker import FuncFormatter

from aurelius_kernel.assets import asset
from aurelius_kernel.views.numerals import short_percent

__all__ = ["FONTS", "PALETTE", "Chart", "font", "house_style"]

PALETTE = {
    "ink": "#161c27",
    "muted": "#677083",
    "rule": "#d8dce3",
    "wash": "#f5f6f8",
    "accent": "#0f5c9e",
    "benchmark": "#a3a9b5",
    "loss": "#b45a1c",
}
"""Dark blue against greys, and an ochre for losses alone: apart for every kind of colour vision, and in grey print."""

FONTS = {"Inter-Regular.otf": "Inter", "DejaVuSans.ttf": "DejaVu Sans", "wqy-microhei.ttc": "WenQuanYi Micro Hei"}
"""The files of the reports' fonts and their families: our own type first, then those that stand in for other scripts."""

MM_PER_INCH = 25.4
TITLE_GAP_MM = 1.8


def font(weight: str = "Regular", size: float = 7.0) -> FontProperties:
    """The reports' own type face, read from its file: Regular, Medium or SemiBold."""
    return FontProperties(fname=asset(f"reports/fonts/Inter-{weight}.otf"), size=size)


@contextmanager
def house_style() -> Iterator[None]:
    """Draw with matplotlib's own defaults, whatever a notebook has set, and with the same ids and outlines every time."""
    repeatable = {"svg.hashsalt": "aurelius", "svg.fonttype": "path", "path.simplify": False}
    with matplotlib.style.context(["default", repeatable]):
        yield


class Chart(Figure):
    """A matplotlib figure in the house style; a notebook shows it as SVG."""

    def __init__(self, width_mm: float, height_mm: float) -> None:
        super().__init__(figsize=(width_mm / MM_PER_INCH, height_mm / MM_PER_INCH), facecolor="white")

    def panel(self, left: float, bottom: float, right: float, top: float, title: str) -> Axes:
        """An axes at distances in mm from the chart's edges; its title stands above it, at the chart's left edge."""
        width, height = (inches * MM_PER_INCH for inches in self.get_size_inches())
        axes = self.add_axes((left / width, bottom / height, 1 - (left + right) / width, 1 - (bottom + top) / height))
        _style(axes)
        baseline = 1 - (top - TITLE_GAP_MM) / height
        self.text(0.0, baseline, title, fontproperties=font("SemiBold", 7.5), color=PALETTE["ink"])
        return axes

    def svg(self) -> str:
        """The chart as SVG: the same bytes for the same chart, in any process."""
        target = io.StringIO()
        with house_style():
            self.savefig(target, format="svg", metadata={"Date": None, "Creator": None})
        return target.getvalue()

    def _repr_svg_(self) -> str:
        return self.svg()


def percent_axis(axes: Axes) -> None:
    """Label the values of an axes, fractions, in percent."""
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: short_percent(value).replace(".0%", "%")))


def label_ticks(axes: Axes) -> None:
    """Set every tick label in the house type; called last, when the ticks are known."""
    for label in [*axes.get_xticklabels(), *axes.get_yticklabels()]:
        label.set_fontproperties(font())
        label.set_color(PALETTE["muted"])


def legend(axes: Axes, **more: Any) -> None:
    """Name the lines above the axes' right end."""
    place: dict[str, Any] = {"loc": "lower right", "bbox_to_anchor": (1.0, 1.0), "ncols": 3, "borderaxespad": 0.2}
    axes.legend(**{**place, **more}, prop=font(), frameon=False, labelcolor=PALETTE["ink"], handlelength=1.4)


def _style(axes: Axes) -> None:
    axes.set_facecolor("none")
    axes.set_axisbelow(True)
    for side in ("top", "left", "right"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set(color=PALETTE["benchmark"], linewidth=0.5)
    axes.grid(axis="y", color=PALETTE["rule"], linewidth=0.4)
    axes.tick_params(axis="y", length=0, pad=3)
    axes.tick_params(axis="x", length=2.5, width=0.5, color=PALETTE["benchmark"], pad=2.5)
    axes.margins(x=0)
