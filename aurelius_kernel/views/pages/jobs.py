"""What is queued, runs and has ended, kept up to date."""

from __future__ import annotations

from html import escape

import ipywidgets as widgets

from aurelius_kernel.client import records
from aurelius_kernel.views.markup import Html, empty, table, tiles
from aurelius_kernel.views.numerals import DASH, count, ratio
from aurelius_kernel.views.pages.desk import ago, desk, state
from aurelius_kernel.views.pages.live import live

__all__ = ["numbers", "queue"]

EVENTS = tuple(
    f"{kind}_{what}"
    for kind in ("job", "backtest")
    for what in ("queued", "started", "progress", "completed", "failed", "cancelled")
)
STATES = ("running", "queued", "completed", "failed", "cancelled")


def numbers() -> widgets.Widget:
    """How many jobs are in each state."""
    return live(_numbers, *EVENTS)


def queue() -> widgets.Widget:
    """The latest hundred jobs, newest first."""
    return live(_queue, *EVENTS)


def _numbers() -> str:
    return tiles((word.capitalize(), count(desk().jobs(status=word, limit=1).total), "") for word in STATES)


def _queue() -> str:
    found = desk().jobs(limit=100)
    if not found.jobs:
        return empty(
            "No job has been queued yet",
            "A backtest, a sweep or any notebook that is run by the platform is a job and appears here.",
        )
    columns = ("Notebook", "Kind", "State", "Stage", "Attempt", "Seconds", "Asked")
    return table(
        columns, map(_row, found.jobs), numeric=("Attempt", "Seconds"), title=f"{count(len(found.jobs))} of {count(found.total)}"
    )


def _row(job: records.Job) -> tuple[str, ...]:
    stage = Html(f"<span class='bad'>{escape(job.error)}</span>") if job.error else job.stage
    seconds = DASH if job.duration is None else ratio(job.duration, 1)
    return job.notebook, job.kind, _state(job), stage, count(job.attempt), seconds, ago(job.created_at)


def _state(job: records.Job) -> Html:
    if job.status == "running":
        return Html(f"{state('running')} <progress max='1' value='{job.progress:.3f}' aria-label='Progress'></progress>")
    return state(job.status)
