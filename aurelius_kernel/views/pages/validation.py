"""One walk-forward validation: whether it holds, window by window, and how much of it may be luck; live while it runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import ipywidgets as widgets
import pandas as pd

from aurelius_kernel.client import records
from aurelius_kernel.errors import AureliusError
from aurelius_kernel.views.markup import Html, card, empty, table, tiles
from aurelius_kernel.views.numerals import DASH, count, ratio
from aurelius_kernel.views.numerals import percent as fraction
from aurelius_kernel.views.pages import validation_figures as figures
from aurelius_kernel.views.pages.acts import cancel_job
from aurelius_kernel.views.pages.desk import asked, desk, downloads, link, percent
from aurelius_kernel.views.pages.hands import button, with_hands
from aurelius_kernel.views.pages.line_chart import legend, line_chart
from aurelius_kernel.views.pages.live import live, live_parts
from aurelius_kernel.views.pages.new_validation import EVENTS
from aurelius_kernel.views.pages.rights import may
from aurelius_kernel.views.pages.validations import family, progress
from aurelius_kernel.views.window_timeline import window_timeline

__all__ = ["account", "head", "histories", "luck", "windows", "windows_table"]

ENDED = ("validation_completed",)
NONE = ("There is no such validation", "The address is wrong, or it is not yours to see. The page Validations lists yours.")
MEASURED = ("Training from", "to", "Test from", "to ", "Bars", "In sample", "Out of sample", "Degradation", "Test return", "Trades")


def head() -> widgets.Widget:
    """What was validated, how it stands, and the verdict; drawn again while it runs."""
    return with_hands(live(_head, *EVENTS), cancel_job=cancel_job)


def account() -> widgets.Widget:
    """The account that only ever traded bars its fit had not seen, beside buy and hold."""
    return live_parts(_account, *ENDED)


def windows() -> widgets.Widget:
    """When each window was trained and tested, and the Sharpe ratio it chose by beside the one it got."""
    return live_parts(_windows, *ENDED)


def luck() -> widgets.Widget:
    """How likely the result is one of luck: overfitting, deflation, resampled histories."""
    return live(_luck, *ENDED)


def histories() -> widgets.Widget:
    """How the choice of each half of the bars ranked in the other, and what resampled histories came to."""
    return live_parts(_histories, *ENDED)


def windows_table() -> widgets.Widget:
    """Every window as a row, with what it chose."""
    return live(_windows_table, *ENDED)


def _detail() -> records.ValidationDetail | None:
    validation_id = asked("validation_id")
    try:
        return desk().validation(validation_id) if validation_id else None
    except AureliusError:
        return None


def _head() -> str:
    found = _detail()
    if found is None:
        return empty(*NONE)
    one = found.validation
    name = f"<b>{escape(family(one))}</b> on {escape(', '.join(one.asked.get('instruments', [])))}"
    soft = f" <span class='soft'>{escape(one.stage)}</span>" if one.status == "running" else ""
    about = card("", Html(f"<p>{name} &nbsp;{progress(one)}{soft}</p>{_links(one)}{_acts(one)}{_error(one)}"))
    return about if one.passed is None else about + _verdict(found)


def _acts(one: records.Validation) -> str:
    if one.status in records.UNFINISHED:
        return button("cancel_job", "Cancel", one.job_id) if may("research:run", one.owner_id) else ""
    if not may("research:run"):
        return ""
    again = link("validations", "Validate again", new="validation", strategy_id=one.strategy_id)
    return f"<p>{again} · {link('gates', 'Gates', strategy_id=one.strategy_id)}</p>"


def _links(one: records.Validation) -> str:
    """The reports of a finished validation."""
    return "" if one.result is None else f"<p>{downloads(f'validation/{one.id}')}</p>"


def _error(one: records.Validation) -> str:
    return f"<p class='bad'>{escape(one.error)}</p>" if one.error else ""


def _verdict(found: records.ValidationDetail) -> Html:
    one, own = found.validation, found.validation.metrics
    told = "passes from 75 on, with a Sharpe ratio above 0"
    return tiles([
        ("Verdict", "Passed" if one.passed else "Not passed", f"{count(len(found.windows))} windows, {count(one.trials)} trials"),
        ("Stability", f"{ratio(one.stability, 0)} of 100", told),
        ("Degradation", percent(one.degradation, 0), "of the Sharpe ratio is lost out of sample"),
        ("Sharpe out of sample", ratio(own.get("sharpe_ratio")), f"return {percent(own.get('total_return'))}"),
        ("Maximum drawdown", percent(own.get("max_drawdown")), "of the stitched account"),
        ("Overfitting", fraction(found.overfitting.get("pbo"), 1), "probability that the choice is worse than the median"),
    ])  # fmt: skip


def _account() -> Sequence[widgets.Widget]:
    found = _detail()
    if found is None or not found.equity_curve:
        return ()
    curve = _curve(found)
    marks = pd.DatetimeIndex([window["test_start"] for window in found.windows]).tz_localize("UTC")
    starts = pd.DatetimeIndex(curve.index)[curve.index.searchsorted(marks).clip(max=len(curve) - 1)]
    remark = "Every bar was traded by parameters chosen before it; a dot is a new choice."
    told = f"<h2>Account out of sample</h2><p class='soft'>{remark}</p>"
    chart = line_chart(curve, unit="Account value", number=",.0f", marked=starts)
    return [widgets.VBox([widgets.HTML(told + legend(list(curve.columns))), chart])]


def _windows() -> Sequence[widgets.Widget]:
    found = _detail()
    if found is None or not found.windows:
        return ()
    timeline = widgets.HTML(f"<h2>Windows</h2>{window_timeline(found.windows)}")
    return [timeline, figures.sharpe_by_window(found.windows)]


def _luck() -> str:
    found = _detail()
    return _evidence(found.overfitting) if found is not None and found.overfitting else ""


def _histories() -> Sequence[widgets.Widget]:
    found = _detail()
    if found is None or not found.overfitting:
        return ()
    known, parts = found.overfitting, []
    if known.get("logits"):
        parts.append(figures.logits(known["logits"]["value"], known["logits"]["splits"], known["pbo"]))
    if known.get("fan"):
        wealth = _curve(found)["Stitched"] / found.validation.asked.get("capital", 1.0)
        parts.append(figures.fan(known["fan"], wealth))
    return parts


def _evidence(known: Mapping[str, Any]) -> Html:
    rows = [(name, write(known.get(field)), reading) for name, field, write, reading in figures.EVIDENCE]
    rows += [_interval(name, *values) for name, values in (known.get("intervals") or {}).items()]
    return table(("Measure", "Value", "How to read it"), rows, numeric=("Value",), title="How much of it may be luck")


def _interval(name: str, value: float, low: float, high: float) -> tuple[str, str, str]:
    write = figures.tenth if name == "max_drawdown" else ratio
    told = f"Nineteen in twenty of resampled histories; it was {write(value)}"
    return f"{name.replace('_', ' ').capitalize()}, resampled", f"{write(low)} to {write(high)}", told


def _windows_table() -> str:
    found = _detail()
    if found is None or not found.windows:
        return ""
    chosen = sorted({name for window in found.windows for name in (window["parameters"] or {})})
    rows = [_window(window, chosen) for window in found.windows]
    return table((*MEASURED, *chosen), rows, numeric=(*MEASURED[4:], *chosen), title=f"Windows, {count(len(rows))}")


def _window(window: Mapping[str, Any], chosen: Sequence[str]) -> tuple[str, ...]:
    own = window["parameters"] or {}
    days = tuple(str(window[name]) for name in ("train_start", "train_end", "test_start", "test_end"))
    sharpes = (ratio(window["train_sharpe"]), ratio(window["test_sharpe"]))
    earned = (percent(window["degradation"], 0), percent(window["test_return"]), count(window["trades"]))
    return (*days, count(window["test_bars"]), *sharpes, *earned, *(str(own.get(name, DASH)) for name in chosen))


def _curve(found: records.ValidationDetail) -> pd.DataFrame:
    times = pd.DatetimeIndex([point.time for point in found.equity_curve])
    values = {
        "Stitched": [point.equity for point in found.equity_curve],
        "Buy and hold": [point.benchmark for point in found.equity_curve],
    }
    return pd.DataFrame(values, index=times, dtype=float)
