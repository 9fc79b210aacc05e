"""The figures of a generation and of an orchestration: candidates against luck, and how far a goal came."""

from __future__ import annotations

from textwrap import wrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch
from matplotlib.ticker import FuncFormatter

from aurelius_kernel.metrics.deflated_sharpe import expected_maximum_sharpe
from aurelius_kernel.research.generate import Generation
from aurelius_kernel.research.orchestrate import STAGES, Orchestration, Outcome
from aurelius_kernel.typing import FloatArray
from aurelius_kernel.views.numerals import plural, ratio
from aurelius_kernel.views.theme import PALETTE, Chart, font, house_style, label_ticks

__all__ = ["candidates_against_luck", "stages_reached"]

WIDTH_MM = 130.0
WIDE_MM = 174.0
STATES = {
    Outcome.PASSED: ("#2c7a51", "✓ passed"),
    Outcome.FAILED: ("#a33a2a", "✗ failed"),
    Outcome.SKIPPED: ("#677083", "– skipped"),
}
LINE_CHARACTERS, MOST_LINES = 19, 6


@house_style()
def candidates_against_luck(generation: Generation, height_mm: float = 78.0) -> Chart:
    """Every candidate by its Sharpe ratio and its confidence; ranked ones have their number, open dots break a limit.

    The dashed line is the Sharpe ratio that the best of so many worthless candidates is expected to show.
    """
    chart = Chart(WIDTH_MM, height_mm)
    title = f"{plural(generation.trials, 'candidate')} on bars to {generation.spec.stretch.seen_until}, ranked ones numbered"
    axes = chart.panel(14.0, 9.0, 3.0, 9.0, title)
    sharpes, sure = _columns(generation)
    known = np.isfinite(sharpes) & np.isfinite(sure)
    axes.plot(sharpes[known], sure[known], "o", color=PALETTE["benchmark"], markersize=2.6, alpha=0.7, markeredgewidth=0.0)
    _ranked(axes, generation)
    if known.sum() > 1:
        _luck(axes, float(expected_maximum_sharpe(generation.trials, float(np.var(sharpes[known], ddof=1)))))
    axes.set_ylim(-0.03, 1.05)
    axes.margins(x=0.06)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0%}"))
    axes.set_xlabel("Sharpe ratio on the bars seen", fontproperties=font(), color=PALETTE["muted"])
    axes.set_ylabel("Probability that it is not luck", fontproperties=font(), color=PALETTE["muted"])
    label_ticks(axes)
    return chart


@house_style()
def stages_reached(orchestration: Orchestration, height_mm: float = 44.0) -> Chart:
    """The six stages from left to right with what each found: green where it passed, red where it failed, grey if not reached."""
    chart = Chart(WIDE_MM, height_mm)
    axes = chart.panel(0.0, 1.0, 0.0, 7.0, f"{_what(orchestration)}: {orchestration.status}")
    axes.set_xlim(0.0, len(STAGES))
    axes.set_ylim(0.0, 1.0)
    axes.axis("off")
    for place, stage in enumerate(STAGES):
        record = orchestration.stage(stage)
        colour, state = STATES[record.outcome] if record else (PALETTE["rule"], "not reached")
        shape = FancyBboxPatch(
            (place + 0.04, 0.02),
            0.90,
            0.94,
            boxstyle="round,pad=0,rounding_size=0.04",
            facecolor="white",
            edgecolor=colour,
            linewidth=0.9,
        )
        axes.add_patch(shape)
        left = place + 0.10
        axes.text(left, 0.88, str(stage), va="top", fontproperties=font("SemiBold", 8.0), color=PALETTE["ink"])
        axes.text(left, 0.74, state, va="top", fontproperties=font("Medium", 6.5), color=colour if record else PALETTE["muted"])
        text = "\n".join(_wrapped(record.message if record else ""))
        axes.text(left, 0.60, text, va="top", fontproperties=font(size=6.0), color=PALETTE["ink"], linespacing=1.35)
    return chart


def _columns(generation: Generation) -> tuple[FloatArray, FloatArray]:
    """The Sharpe ratio and the confidence of everything that was tried, NaN where undefined."""
    return (
        np.array([row["metrics"].get("sharpe_ratio") for row in generation.tried], dtype=np.float64),
        np.array([row["confidence"] for row in generation.tried], dtype=np.float64),
    )


def _ranked(axes: Axes, generation: Generation) -> None:
    for rank, candidate in enumerate(generation, start=1):
        sharpe = candidate.metrics["sharpe_ratio"] or 0.0
        fill = PALETTE["accent"] if candidate.keeps_limits else "white"
        axes.plot([sharpe], [candidate.confidence], "o", color=PALETTE["accent"], markersize=4.6, markerfacecolor=fill)
        axes.annotate(
            str(rank),
            (sharpe, candidate.confidence),
            xytext=(4.0, 3.0),
            textcoords="offset points",
            fontproperties=font("SemiBold", 6.5),
            color=PALETTE["ink"],
        )


def _luck(axes: Axes, best: float) -> None:
    axes.axvline(best, color=PALETTE["loss"], linewidth=0.8, linestyle=(0, (4, 3)))
    axes.annotate(
        f" {ratio(best)}: the best of as many by luck",
        (best, 1.03),
        va="top",
        fontproperties=font(size=6.0),
        color=PALETTE["loss"],
    )


def _what(orchestration: Orchestration) -> str:
    goal = orchestration.spec.goal or orchestration.spec.base.strategy.type
    return goal if len(goal) <= 80 else f"{goal[:79]}…"


def _wrapped(text: str) -> list[str]:
    lines = wrap(text, LINE_CHARACTERS)
    return lines if len(lines) <= MOST_LINES else [*lines[: MOST_LINES - 1], f"{lines[MOST_LINES - 1][: LINE_CHARACTERS - 1]}…"]
