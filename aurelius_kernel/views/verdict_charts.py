"""Figures of judgement: the scorecard of readiness, and what a result bears."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from aurelius_kernel.gates import Scorecard, VerificationReport
from aurelius_kernel.gates.stress import Outcome
from aurelius_kernel.views.numerals import ratio, short_money, short_percent
from aurelius_kernel.views.theme import PALETTE, Chart, font, house_style, label_ticks

__all__ = ["scorecard_bars", "stress_bars"]

WIDTH_MM = 174.0
BANDS = {"Green": "#2c7a51", "Amber": "#c08a18", "Red": "#a33a2a"}
"""Always beside the word, so that nobody has to tell them apart by colour."""


@house_style()
def scorecard_bars(scorecard: Scorecard, height_mm: float = 58.0) -> Chart:
    """Each component of readiness as a bar of a hundred, what it lost left empty, beside the score and its band."""
    chart = Chart(WIDTH_MM, height_mm)
    _headline(chart, scorecard)
    axes = chart.panel(80.0, 5.0, 12.0, 8.0, "")
    names = list(scorecard.components)[::-1]
    places = range(len(names))
    axes.barh(places, [100.0] * len(names), height=0.55, color=PALETTE["rule"], alpha=0.6)
    axes.barh(places, [scorecard.components[name] for name in names], height=0.55, color=PALETTE["accent"])
    for place, name in zip(places, names, strict=True):
        axes.text(102.0, place, f"{scorecard.components[name]:.0f}", va="center", fontproperties=font(), color=PALETTE["ink"])
    axes.yaxis.set_major_locator(FixedLocator(list(places)))
    axes.set_yticklabels([f"{name.capitalize()}, {scorecard.weights[name]:.0%}" for name in names])
    axes.set_xlim(0.0, 100.0)
    axes.xaxis.set_major_locator(FixedLocator([0, 50, 100]))
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(axis="x", length=0)
    label_ticks(axes)
    return chart


@house_style()
def stress_bars(report: VerificationReport, height_mm: float = 50.0) -> Chart:
    """The total return under later fills and larger accounts, beside the break-even cost."""
    chart = Chart(WIDTH_MM, height_mm)
    stress = report.stress
    if stress is None:
        return chart
    cost = ">1,000" if stress.break_even_bps is None else ratio(stress.break_even_bps, 1)
    _big(chart, "Break-even cost", cost, "bps of a fill's value")
    panels = (
        (50.0, 66.0, "Total return, fills so many bars late", stress.delays, lambda amount: f"{amount:.0f}"),
        (116.0, 2.0, "Total return, so much capital in real volume", stress.accounts, short_money),
    )
    for left, right, title, outcomes, written in panels:
        axes = chart.panel(left, 6.0, right, 8.0, "")
        axes.set_title(title, loc="left", fontproperties=font("SemiBold", 7.0), color=PALETTE["ink"], pad=7)
        _returns(axes, outcomes, [written(outcome.amount) for outcome in outcomes])
    return chart


def _headline(chart: Chart, scorecard: Scorecard) -> None:
    moved = scorecard.change or 0.0
    since = f"{moved:+.0f} since the last".replace("-", "−") if round(moved) else "as the last"
    change = "first score" if scorecard.change is None else since
    _big(chart, "Readiness", f"{scorecard.score:.0f}", str(scorecard.band), colour=BANDS[scorecard.band])
    blocked = "nothing blocks it" if not scorecard.blockers else f"{len(scorecard.blockers)} blocking"
    chart.text(0.0, 0.3, f"{change}, {blocked}", fontproperties=font(), color=PALETTE["muted"])


def _big(chart: Chart, title: str, number: str, below: str, colour: str = PALETTE["ink"]) -> None:
    chart.text(0.0, 0.9, title, fontproperties=font("SemiBold", 7.5), color=PALETTE["ink"])
    chart.text(0.0, 0.56, number, fontproperties=font("SemiBold", 30.0), color=colour)
    chart.text(0.0, 0.42, below, fontproperties=font("SemiBold", 9.0), color=colour)


def _returns(axes: Axes, outcomes: tuple[Outcome, ...], labels: list[str]) -> None:
    values = [outcome.total_return or 0.0 for outcome in outcomes]
    colours = [PALETTE["loss" if value < 0.0 else "accent"] for value in values]
    places = list(range(len(values)))
    axes.bar(places, values, width=0.55, color=colours)
    axes.margins(x=0.1, y=0.18)
    axes.axhline(0.0, color=PALETTE["benchmark"], linewidth=0.5)
    for place, value in zip(places, values, strict=True):
        side = "bottom" if value >= 0.0 else "top"
        axes.text(place, value, f" {short_percent(value)} ", ha="center", va=side, fontproperties=font(), color=PALETTE["ink"])
    axes.xaxis.set_major_locator(FixedLocator(places))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda place, _: labels[int(place)] if 0 <= place < len(labels) else ""))
    axes.yaxis.set_major_locator(NullLocator())
    axes.grid(visible=False)
    if not values:
        axes.text(0.5, 0.5, "not measured: the bars have no volume", ha="center", transform=axes.transAxes, fontproperties=font())
    label_ticks(axes)
