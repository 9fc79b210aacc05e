"""Jobs, notebooks and schedules."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aurelius_kernel.client.records.answer import Answer

__all__ = [
    "UNFINISHED",
    "Job",
    "JobLog",
    "JobQueued",
    "Jobs",
    "Notebook",
    "Notebooks",
    "Schedule",
    "ScheduleRun",
    "ScheduleRuns",
    "Schedules",
]


UNFINISHED = frozenset({"queued", "running"})
"""The states of a job, and of what is run as one, in which something is still to come of it."""


class JobQueued(Answer):
    """A job as it was taken in, or cancelled."""

    job_id: str
    status: str


class Job(Answer):
    """A job as it is now."""

    id: str
    owner_id: str
    kind: str
    notebook: str
    parameters: dict[str, Any]
    subject: dict[str, str]
    status: str
    attempt: int
    progress: float
    stage: str
    error: str | None
    error_code: str | None
    result: str | None
    executed_notebook: str | None
    duration: float | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class Jobs(Answer):
    """Jobs, newest first."""

    total: int
    jobs: list[Job]


class JobLog(Answer):
    """What a job printed."""

    job_id: str
    status: str
    log: str


class Notebook(Answer):
    """A shipped notebook and the parameters that it declares."""

    notebook: str
    parameters: list[dict[str, Any]]


class Notebooks(Answer):
    """The shipped notebooks, by name."""

    total: int
    notebooks: list[Notebook]


class Schedule(Answer):
    """A schedule as it is now, and the next five times that it is due."""

    id: str
    owner_id: str
    name: str
    notebook: str
    parameters: dict[str, Any]
    trigger: dict[str, Any]
    misfire: str
    overlap: str
    is_paused: bool
    next_runs: list[datetime]
    last_at: datetime | None
    created_at: datetime


class Schedules(Answer):
    """Schedules, newest first."""

    total: int
    schedules: list[Schedule]


class ScheduleRun(Answer):
    """What came of a time that a schedule was due."""

    id: str
    due_at: datetime
    fired_at: datetime
    outcome: str
    reason: str
    job_id: str | None
    status: str | None
    error: str | None


class ScheduleRuns(Answer):
    """What came of a schedule, newest first."""

    total: int
    runs: list[ScheduleRun]
