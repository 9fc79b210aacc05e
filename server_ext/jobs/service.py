"""What an account can do with jobs; each function is one transaction of its caller."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select, update

from aurelius_kernel.clock import utc_now
from aurelius_kernel.errors import NotFound, RunCancelled
from server_ext.access.actor import Actor
from server_ext.errors import Conflict, TooManyRequests
from server_ext.events import EventLog
from server_ext.jobs.schemas import Job, JobCancelled, JobFilter, JobList, JobQueued
from server_ext.jobs.states import UNFINISHED, State
from server_ext.jobs.tables import job_output, jobs
from server_ext.jobs.telling import about
from server_ext.sharing import service as sharing
from server_ext.sharing.service import Kind, Shareable

__all__ = ["cancel", "check_quota", "find", "forget", "list_", "output_so_far", "own", "retry", "row", "visible_to"]

_UNTRIED = ("error_code", "error", "result", "found", "run_key", "executed", "log", "seconds", "host", "pid", "pid_started")
"""What a job has of a run that ended, and has not before the next."""


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which jobs somebody may see: one's own, what is shared with one, and an admin all."""
    return sharing.visible_to(actor, Kind.JOB, jobs)


def own(connection: Connection, actor: Actor, job_id: str) -> Shareable:
    """A job that its owner or an admin is about to do something about; raises NotFound, or NotAllowed for a reader of it."""
    found = row(connection, actor, job_id)
    return sharing.owned(actor, Shareable(kind=Kind.JOB, id=found.id, name=found.notebook, owner_id=found.owner_id))


def check_quota(connection: Connection, actor: Actor, most: int) -> None:
    """Raise TooManyRequests for an account that has too many jobs waiting already."""
    waiting = select(func.count()).where(jobs.c.owner_id == actor.id, jobs.c.state == State.QUEUED)
    if connection.execute(waiting).scalar_one() >= most:
        raise TooManyRequests(60, f"You have {most} jobs waiting, as many as may wait")


def row(connection: Connection, actor: Actor, job_id: str) -> Row[Any]:
    """The row of a job; raises NotFound for one that is not there, or not the actor's to see."""
    found = connection.execute(select(jobs).where(jobs.c.id == job_id, visible_to(actor))).first()
    if found is None:
        raise NotFound("There is no such job.")
    return found


def find(connection: Connection, actor: Actor, job_id: str) -> Job:
    """One job."""
    return _job(row(connection, actor, job_id))


def list_(connection: Connection, actor: Actor, query: JobFilter) -> JobList:
    """The jobs that the filter matches, newest first."""
    wanted = {"state": query.status, "kind": query.kind, "notebook": query.notebook}
    which = [visible_to(actor), *(jobs.c[name] == value for name, value in wanted.items() if value is not None)]
    total = connection.execute(select(func.count()).select_from(jobs).where(*which)).scalar_one()
    newest = select(jobs).where(*which).order_by(jobs.c.created_at.desc(), jobs.c.id.desc())
    rows = connection.execute(newest.offset(query.skip).limit(query.limit))
    return JobList(total=total, jobs=[_job(found) for found in rows])


def cancel(connection: Connection, log: EventLog, actor: Actor, job_id: str) -> JobCancelled:
    """Cancel a job: at once where it waits, as soon as its worker hears of it where it runs; raises Conflict for a finished one."""
    lock = select(jobs.c.id).where(jobs.c.id == job_id, visible_to(actor)).with_for_update()
    connection.execute(lock)
    own(connection, actor, job_id)
    found = row(connection, actor, job_id)
    if found.state not in UNFINISHED:
        raise Conflict(f"The job is {found.state} already.")
    if found.state == State.RUNNING:
        connection.execute(update(jobs).where(jobs.c.id == job_id).values(cancel_requested=True))
        return JobCancelled(job_id=job_id, status=State.RUNNING)
    error = RunCancelled("The run was cancelled before it began.")
    ended = {"state": State.CANCELLED, "error_code": error.code, "error": error.message, "finished_at": utc_now()}
    connection.execute(update(jobs).where(jobs.c.id == job_id).values(**ended, cancel_requested=True))
    log.append(connection, *about(connection, row(connection, actor, job_id), "cancelled"))
    return JobCancelled(job_id=job_id, status=State.CANCELLED)


def retry(connection: Connection, log: EventLog, actor: Actor, job_id: str, *, most: int) -> JobQueued:
    """Queue a job again that failed or was cancelled, as it was asked; raises Conflict for any other.

    What it is run for, as a backtest, is told of the new run; nothing stays of the one before.
    """
    connection.execute(select(jobs.c.id).where(jobs.c.id == job_id, visible_to(actor)).with_for_update())
    own(connection, actor, job_id)
    found = row(connection, actor, job_id)
    if found.state not in {State.FAILED, State.CANCELLED}:
        raise Conflict(f"Only a job that failed or was cancelled can be run again; this one is {found.state}.")
    check_quota(connection, actor, most)
    anew = {"state": State.QUEUED, "fence": found.fence + 1, "attempt": 0, "cancel_requested": False, "progress": 0.0}
    again = {**dict.fromkeys(_UNTRIED), **anew, "stage": "waiting", "started_at": None, "finished_at": None}
    connection.execute(update(jobs).where(jobs.c.id == job_id).values(**again))
    log.append(connection, *about(connection, row(connection, actor, job_id), "queued"))
    return JobQueued(job_id=job_id, status=State.QUEUED)


def output_so_far(connection: Connection, actor: Actor, job_id: str) -> tuple[Row[Any], str]:
    """A job's row, and what it has printed while it runs."""
    found = row(connection, actor, job_id)
    texts = select(job_output.c.text).where(job_output.c.job_id == job_id, job_output.c.fence == found.fence)
    return found, "".join(connection.execute(texts.order_by(job_output.c.seq)).scalars())


def forget(connection: Connection, *, days: int) -> list[str]:
    """Drop the notebook jobs that ended more than `days` ago, and name them; backtests and sweeps stay."""
    old = (jobs.c.kind == "notebook", jobs.c.finished_at < utc_now() - timedelta(days=days))
    gone = list(connection.execute(jobs.delete().where(*old).returning(jobs.c.id)).scalars())
    sharing.forget(connection, Kind.JOB, *gone)
    return gone


def _job(found: Row[Any]) -> Job:
    values: Mapping[str, Any] = found._asdict()
    renamed = {"status": values["state"], "executed_notebook": values["executed"], "duration": values["seconds"]}
    return Job.model_validate({name: renamed.get(name, values.get(name)) for name in Job.model_fields})
