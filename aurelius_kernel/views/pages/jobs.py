"""What is queued, runs and has ended, kept up to date."""

from __future__ import annotations

from html import escape

import ipywidgets as widgets

from aurelius_kernel.client import records
from aurelius_kernel.views.markup import Html, empty, table, tiles
from aurelius_kernel.views.numerals import DASH, count, ratio
from aurelius_kernel.views.pages.acts import cancel_job, retry_job
from aurelius_kernel.views.pages.desk import ago, desk, state
from aurelius_kernel.views.pages.hands import button, with_hands
from aurelius_kernel.views.pages.live import live
from aurelius_kernel.views.pages.rights import may

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
    return with_hands(live(_queue, *EVENTS), cancel_job=cancel_job, retry_job=retry_job)


def _numbers() -> str:
    return tiles((word.capitalize(), count(desk().jobs(status=word, limit=1).total), "") for word in STATES)


def _queue() -> str:
    found = desk().jobs(limit=100)
    if not found.jobs:
        return empty(
            "No job has been queued yet",
            "A backtest, a sweep or any notebook that is run by the platform is a job and appears here.",
        )
    acting = ("Actions",) if may("jobs:run") else ()
    columns = ("Notebook", "Kind", "State", *acting, "Stage", "Attempt", "Seconds", "Asked")
    title = f"{count(len(found.jobs))} of {count(found.total)}"
    return table(columns, map(_row, found.jobs), numeric=("Attempt", "Seconds"), title=title)


def _row(job: records.Job) -> tuple[str, ...]:
    stage = Html(f"<span class='bad'>{escape(job.error)}</span>") if job.error else job.stage
    seconds = DASH if job.duration is None else ratio(job.duration, 1)
    acting = (_acts(job),) if may("jobs:run") else ()
    return job.notebook, job.kind, _state(job), *acting, stage, count(job.attempt), seconds, ago(job.created_at)


def _acts(job: records.Job) -> Html:
    if job.status == "completed" or not may("jobs:run", job.owner_id):
        return Html()
    if job.status in records.UNFINISHED:
        return button("cancel_job", "Cancel", job.id, job.notebook)
    return button("retry_job", "Run again", job.id, job.notebook)


def _state(job: records.Job) -> Html:
    if job.status == "running":
        return Html(f"{state('running')} <progress max='1' value='{job.progress:.3f}' aria-label='Progress'></progress>")
    return state(job.status)
