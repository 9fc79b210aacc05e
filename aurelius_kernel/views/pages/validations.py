"""Validations as a table, newest first, kept up to date."""

from __future__ import annotations

import ipywidgets as widgets

from aurelius_kernel.client import records
from aurelius_kernel.views.markup import Html, empty, table, tiles
from aurelius_kernel.views.numerals import count, ratio
from aurelius_kernel.views.pages.acts import cancel_job
from aurelius_kernel.views.pages.desk import ago, desk, link, percent, state
from aurelius_kernel.views.pages.hands import button, with_hands
from aurelius_kernel.views.pages.live import live
from aurelius_kernel.views.pages.new_validation import EVENTS
from aurelius_kernel.views.pages.rights import may

__all__ = ["everything", "family", "numbers", "progress", "verdict"]

PAGE = 100
COLUMNS = ("Strategy", "Instruments", "State", "Verdict", "Stability", "Degradation", "Sharpe out of sample", "Return", "Trials")
NUMBERS = ("Stability", "Degradation", "Sharpe out of sample", "Return", "Trials")


def numbers() -> widgets.Widget:
    """How many validations there are, and how many of the latest hold."""
    return live(_numbers, *EVENTS)


def everything() -> widgets.Widget:
    """The latest hundred validations, drawn again as they come and end."""
    return with_hands(live(_everything, *EVENTS), cancel_job=cancel_job)


def family(one: records.Validation) -> str:
    """The name of the family that was validated."""
    return str(one.asked.get("strategy", "")).replace("_", " ").capitalize()


def verdict(passed: bool | None) -> Html:
    """Whether it holds, as a word with a mark."""
    if passed is None:
        return Html("<span class='soft'>–</span>")
    return Html("<span class='good'>✓ passed</span>" if passed else "<span class='bad'>✗ not passed</span>")


def progress(one: records.Validation) -> Html:
    """Its state, with how far it is while it runs."""
    if one.status != "running":
        return state(one.status)
    return Html(f"{state('running')} <progress max='1' value='{one.progress:.3f}' aria-label='Progress'></progress>")


def _numbers() -> str:
    found = desk().validations(limit=PAGE)
    done = [one for one in found.validations if one.passed is not None]
    now = sum(one.status in records.UNFINISHED for one in found.validations)
    return tiles([
        ("Validations", count(found.total), ""),
        ("Under way", count(now), ""),
        ("Passed", f"{sum(bool(one.passed) for one in done)} of {len(done)}", f"among the latest {len(found.validations)}"),
    ])  # fmt: skip


def _everything() -> str:
    found = desk().validations(limit=PAGE)
    if not found.validations:
        return empty(
            "Nothing has been validated yet",
            "A validation refits a strategy window by window, and judges it on bars it has not seen.",
        )
    columns = (*COLUMNS, "Asked", *(("Actions",) if may("research:run") else ()))
    title = f"Validations, {count(len(found.validations))} of {count(found.total)}"
    return table(columns, map(_row, found.validations), numeric=NUMBERS, title=title)


def _row(one: records.Validation) -> tuple[str, ...]:
    told = (
        link("validation", family(one), validation_id=one.id),
        ", ".join(one.asked.get("instruments", [])[:3]),
        progress(one),
        verdict(one.passed),
        ratio(one.stability, 0),
        percent(one.degradation, 0),
        ratio(one.metrics.get("sharpe_ratio")),
        percent(one.metrics.get("total_return")),
        count(one.trials),
        ago(one.created_at),
    )
    if not may("research:run"):
        return told
    waits = one.status in records.UNFINISHED and may("research:run", one.owner_id)
    return (*told, button("cancel_job", "Cancel", one.job_id, family(one)) if waits else Html())
