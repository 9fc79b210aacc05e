"""From a goal in words to strategies: candidates with what was measured, ranked, and how likely each is more than luck."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import bqplot as bq
import ipywidgets as widgets

from aurelius_kernel.client import records
from aurelius_kernel.views.markup import Html, card, empty, table, tiles
from aurelius_kernel.views.numerals import count, ratio
from aurelius_kernel.views.numerals import percent as fraction
from aurelius_kernel.views.pages.acts import discard_strategy
from aurelius_kernel.views.pages.asking import instruments_field
from aurelius_kernel.views.pages.desk import desk, percent
from aurelius_kernel.views.pages.form import Form, choice, field
from aurelius_kernel.views.pages.hands import Hands, button
from aurelius_kernel.views.pages.line_chart import LINES
from aurelius_kernel.views.pages.outcome import Outcome
from aurelius_kernel.views.pages.rights import may
from aurelius_kernel.views.pages.strategies import ways

__all__ = ["Generate"]

RISKS = (("conservative", "Conservative"), ("moderate", "Moderate"), ("aggressive", "Aggressive"))
NUMBERS = ("Rank", "Confidence", "Sharpe", "Return", "Drawdown", "Trades")
COLUMNS = (
    "Rank",
    "Strategy",
    "Parameters",
    "Confidence",
    "Sharpe",
    "Return",
    "Drawdown",
    "Trades",
    "Limits of the goal",
    "Actions",
)
NOTHING = (
    "No goal has been stated yet",
    "Say what is wanted, as “momentum on GOOG, drawdown below 20%”: many are tried and measured, and the best are kept.",
)
EXAMPLE = "Say it in words, as: momentum on GOOG and AAPL, drawdown below 20%, Sharpe ratio above 0.8"


class Generate:
    """The page's parts, which share what was generated last."""

    def __init__(self) -> None:
        asking = _asking(self._generate)
        self.form = Form(asking, "State a goal", "Generate", _fields(), is_open=True) if _may() else widgets.HTML()
        self.candidates = widgets.HTML(empty(*NOTHING))
        self.chart = widgets.VBox()
        self.candidates.hands = Hands(discard_strategy=self._discard)
        self._gone: set[str] = set()
        self._found: records.Generation | None = None

    def _generate(self, given: dict[str, Any]) -> Outcome:
        found = desk().generate(given.pop("goal", ""), **given)
        self._found = found
        self._draw()
        return Outcome(
            text=f"{count(len(found.strategies))} kept of {count(found.trials)} tried, in {found.generation_time_ms / 1000:.1f} s."
        )

    def _discard(self, strategy_id: str) -> Outcome:
        outcome = discard_strategy(strategy_id)
        self._gone.add(strategy_id)
        self._draw()
        return outcome

    def _draw(self) -> None:
        if self._found is None:
            return
        left = [one for one in self._found.strategies if one.id not in self._gone]
        self.candidates.value = _facts(self._found) + _table(left)
        self.chart.children = _chart(left)


def _may() -> bool:
    return may("strategies:write")


def _asking(work: Callable[[dict[str, Any]], Outcome]) -> Callable[[dict[str, Any]], Callable[[], Outcome]]:
    """Work whose outcome is known at once, as a form wants it."""

    def ask(given: dict[str, Any]) -> Callable[[], Outcome]:
        outcome = work(given)
        return lambda: outcome

    return ask


def _fields() -> list[dict[str, Any]]:
    return [
        field("goal", "Goal", "long", hint=EXAMPLE),
        choice("risk_preference", "Risk", RISKS, "moderate"),
        field("max_strategies", "How many to keep", "number", 5, min=1, max=20, step=1),
        field("tries", "How many to try", "number", 60, min=1, max=2_000, step=1, hint="Each try raises the bar that luck sets"),
        {**instruments_field(()), "hint": "Those that the goal names, unless chosen"},
    ]


def _facts(found: records.Generation) -> Html:
    seen, unseen = found.stretch.get("seen_until"), found.stretch.get("unseen_from")
    reach = f"unseen from {str(unseen)[:10]}" if unseen else "the rest stays unseen"
    drawn = tiles([
        ("Kept", count(len(found.strategies)), "they are among your strategies now"),
        ("Tried for this goal", count(found.trials), f"{found.generation_time_ms / 1000:.1f} s"),
        ("Ever tried on these data", count(found.trials_ever), "all of them count against luck"),
        ("Looked at until", str(seen)[:10] if seen else "–", reach),
    ])  # fmt: skip
    notes = "".join(f"<li>{escape(note)}</li>" for note in found.notes)
    return Html(drawn + (card("What was not taken as said", Html(f"<ul class='lines'>{notes}</ul>")) if notes else ""))


def _table(found: Sequence[records.GeneratedStrategy]) -> Html:
    if not found:
        return empty("Nothing is left of it", "Every candidate was discarded, or none could be measured: state another goal.")
    return table(COLUMNS, map(_row, found), numeric=NUMBERS, title="Candidates, the best first")


def _short(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _row(one: records.GeneratedStrategy) -> tuple[str, ...]:
    own = one.metrics
    told = " · ".join(f"{name} {_short(value)}" for name, value in sorted(one.parameters.items()))
    why = f"<br><span class='soft'>{escape(one.why)}</span>" if one.why else ""
    kept = "<span class='good'>✓ kept</span>"
    limits = Html(kept if one.keeps_limits else f"<span class='bad'>✗ {escape(', '.join(one.broken))}</span>")
    return (
        count(one.rank),
        Html(f"<b>{escape(one.strategy_type.replace('_', ' ').capitalize())}</b>{why}"),
        told,
        fraction(one.confidence, 1),
        ratio(own.get("sharpe_ratio")),
        percent(own.get("total_return")),
        percent(own.get("max_drawdown")),
        count(own.get("total_trades")),
        limits,
        Html(f"{ways(one.id)} {button('discard_strategy', 'Discard', one.id, one.name)}"),
    )


def _chart(found: Sequence[records.GeneratedStrategy]) -> tuple[widgets.Widget, ...]:
    """Every candidate by its Sharpe ratio and its confidence, with its rank."""
    known = [one for one in found if one.metrics.get("sharpe_ratio") is not None]
    if not known:
        return ()
    scales = {"x": bq.LinearScale(), "y": bq.LinearScale(min=0.0, max=1.0)}
    tip = bq.Tooltip(fields=["name", "x", "y"], formats=["", ".2f", ".1%"], labels=["Rank", "Sharpe ratio", "Confidence"])
    dots = bq.Scatter(
        x=[one.metrics["sharpe_ratio"] for one in known],
        y=[one.confidence for one in known],
        names=[str(one.rank) for one in known],
        colors=[LINES[0] if one.keeps_limits else LINES[1] for one in known],
        scales=scales, display_names=True, default_size=90, tooltip=tip,
    )  # fmt: skip
    axes = [
        bq.Axis(scale=scales["x"], label="Sharpe ratio on the bars looked at", grid_lines="none", label_offset="32px"),
        bq.Axis(scale=scales["y"], label="More than luck", side="left", tick_format=".0%", label_offset="44px"),
    ]
    margin, layout = {"top": 16, "bottom": 44, "left": 64, "right": 24}, widgets.Layout(width="100%", height="280px")
    figure = bq.Figure(marks=[dots], axes=axes, animation_duration=0, fig_margin=margin, layout=layout)
    told = (
        "<h2>How likely each is more than luck</h2><p class='soft'>Numbered by rank; ochre where a limit of the goal is broken.</p>"
    )
    return (widgets.HTML(told), figure)
