"""What is told of a job: the events of its kind, each with the data that the table of events names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row

from aurelius_kernel.metrics import on_the_wire
from server_ext.events import Event
from server_ext.events.types import EVENT_TYPES
from server_ext.sharing.service import Kind, told_to

__all__ = ["about", "failure_notice"]

_SUBJECTS = (Kind.BACKTEST, Kind.SWEEP, Kind.VALIDATION)
"""What a job may be run for, and shared as; a strategy that is shared opens none of its runs."""
_OWN_EVENTS = {"backtest": "backtest", "validation": "validation"}
"""The kinds of job whose events have a name of their own; what has none is told as `job_…`, as every other job's is."""


def about(connection: Connection, job: Row[Any], what: str, **more: Any) -> list[Event]:
    """The event that tells of the job `what` happened.

    It is told to the owner, and to whom the job, or what it is run for, is shared with.
    """
    own = f"{_OWN_EVENTS.get(job.kind, 'job')}_{what}"
    name = own if own in EVENT_TYPES else f"job_{what}"
    known = {"job_id": job.id, "notebook": job.notebook, **job.subject, "error": job.error, "duration": job.seconds}
    known |= {"passed": (job.found or {}).get("passed")}
    known |= {"metrics": on_the_wire((job.found or {}).get("metrics", {})), "report_urls": _reports(job), **more}
    data = {field: known.get(field) for field in EVENT_TYPES[name].fields}
    return [Event(type=name, data=data, owner_id=job.owner_id, team=job.team, **_readers(connection, job))]


def failure_notice(job: Row[Any]) -> Event:
    """The message to its owner that a job failed."""
    told = {"message": f"{job.notebook} failed: {job.error}", "level": "error", "link": f"/api/v1/jobs/{job.id}"}
    return Event(type="notification", data=told, owner_id=job.owner_id, team=job.team)


def _readers(connection: Connection, job: Row[Any]) -> dict[str, Any]:
    subjects = [(kind, job.subject[f"{kind}_id"]) for kind in _SUBJECTS if f"{kind}_id" in job.subject]
    return told_to(connection, (Kind.JOB, job.id), *subjects)


def _reports(job: Row[Any]) -> Mapping[str, str]:
    if job.kind != "backtest":
        return {}
    base = f"/api/v1/backtests/{job.subject['backtest_id']}"
    return {kind: f"{base}/report.{kind}" for kind in ("pdf", "xlsx", "html", "json")} | {"notebook": f"{base}/notebook.ipynb"}
