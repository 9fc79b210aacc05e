"""Firing: schedules that are due start their jobs, each time once, whichever of the servers gets to it first.

The next time stands in the schedule's row. Whoever moves it on, in the transaction that queues the job, has fired it; for any
other server the row no longer says what it read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Connection, Row, Select, func, select, update

from aurelius_kernel.clock import utc_now
from aurelius_kernel.errors import AureliusError, NotFound, StorageUnavailable
from server_ext.access.actor import Actor, Method, Role
from server_ext.access.permissions import refusal
from server_ext.accounts.tables import users
from server_ext.errors import NotAllowed
from server_ext.jobs.intake import enqueue, notebook_job
from server_ext.jobs.notebooks import find_notebook
from server_ext.jobs.queue import NewJob
from server_ext.jobs.schemas import NewNotebookJob
from server_ext.jobs.states import UNFINISHED
from server_ext.jobs.tables import jobs
from server_ext.platform import Platform
from server_ext.schedules import service
from server_ext.schedules.schemas import Misfire, Overlap, ScheduleRun
from server_ext.schedules.tables import schedule_runs, schedules
from server_ext.schedules.triggers import trigger_of
from server_ext.settings import Settings

__all__ = ["due", "fire", "job_of", "keep_firing", "owned", "owner_of", "start_now"]

LOOK_SECONDS = 1.0
AT_ONCE = 20

logger = structlog.get_logger("aurelius.schedules")


async def keep_firing(platform: Platform) -> None:
    """Fire what is due, once a second, until cancelled."""
    while True:
        try:
            for schedule in await platform.database.read(due, utc_now()):
                await _fired(platform, schedule)
        except StorageUnavailable as error:
            logger.warning("the database is away", reason=error.message)
        await asyncio.sleep(LOOK_SECONDS)


async def _fired(platform: Platform, schedule: Row[Any]) -> None:
    """Fire one schedule; whatever is wrong with it is logged, and the others go on."""
    try:
        await platform.work(fire, platform, schedule)
    except StorageUnavailable:
        raise
    except Exception:
        logger.exception("a schedule could not be fired", schedule_id=schedule.id)


def due(connection: Connection, now: datetime) -> list[Row[Any]]:
    """The schedules that are due, the longest due first, with what is known of their owners."""
    ready = _with_owners().where(schedules.c.next_at <= now, schedules.c.is_paused.is_(False))
    return list(connection.execute(ready.order_by(schedules.c.next_at).limit(AT_ONCE)))


def owned(connection: Connection, schedule_id: str) -> Row[Any]:
    """One schedule with what is known of its owner; raises NotFound."""
    found = connection.execute(_with_owners().where(schedules.c.id == schedule_id)).first()
    if found is None:
        raise NotFound("There is no such schedule.")
    return found


def fire(platform: Platform, schedule: Row[Any], now: datetime | None = None) -> ScheduleRun | None:
    """What came of a schedule that is due; None when another server, or a change of the schedule, came first."""
    now = now or utc_now()
    is_late = now - schedule.next_at > timedelta(seconds=schedule.misfire_seconds)
    new, reason = _prepared(platform, schedule)
    with platform.database.writing() as connection:
        if not _move_on(connection, schedule, now):
            return None
        if is_late and schedule.misfire == Misfire.SKIP:
            return _kept(connection, platform, schedule, outcome="skipped", reason="it was too late: no server ran at the time")
        if schedule.overlap == Overlap.SKIP and _is_busy(connection, schedule.id):
            return _kept(connection, platform, schedule, outcome="skipped", reason="the run before had not ended")
        return _started(connection, platform, schedule, schedule.next_at, new, reason)


def start_now(connection: Connection, platform: Platform, actor: Actor, schedule_id: str, new: NewJob) -> ScheduleRun:
    """Start a schedule's job now, beside its own times."""
    schedule = service.own_row(connection, actor, schedule_id)
    return _started(connection, platform, schedule, utc_now(), new, "")


def job_of(settings: Settings, folder: Path, owner: Actor, schedule: Row[Any]) -> NewJob:
    """The job that a schedule starts, its notebook as it is now in the folder; raises NotAllowed or InvalidInput."""
    if why := refusal(owner, "jobs:run"):
        raise NotAllowed(why)
    wanted: Mapping[str, Any] = {name: getattr(schedule, name) for name in ("notebook", "parameters", "timeout", "priority")}
    notebook = find_notebook(owner, schedule.notebook, folder)
    return notebook_job(settings, owner, notebook, NewNotebookJob(**wanted))


def owner_of(schedule: Row[Any]) -> Actor:
    """The owner of a schedule that was read with what is known of it."""
    return Actor(
        id=schedule.owner_id,
        email=schedule.email,
        name=schedule.owner_name,
        role=Role(schedule.role),
        team=schedule.owner_team,
        session_id="",
        method=Method.BEARER,
    )


def _with_owners() -> Select[Any]:
    owner = [users.c[name] for name in ("email", "role", "is_active")]
    query = select(schedules, *owner, users.c.name.label("owner_name"), users.c.team.label("owner_team"))
    return query.join(users, users.c.id == schedules.c.owner_id)


def _prepared(platform: Platform, schedule: Row[Any]) -> tuple[NewJob | None, str]:
    """The job, or why there can be none."""
    if not schedule.is_active:
        return None, "its owner's account is switched off"
    try:
        return job_of(platform.settings, platform.folder, owner_of(schedule), schedule), ""
    except AureliusError as error:
        return None, error.message


def _move_on(connection: Connection, schedule: Row[Any], now: datetime) -> bool:
    """Set the schedule's next time; False when the row no longer says what was read, and another one fired it."""
    unchanged = (schedules.c.id == schedule.id, schedules.c.next_at == schedule.next_at, schedules.c.is_paused.is_(False))
    after = trigger_of(schedule.trigger).next_after(max(now, schedule.next_at))
    return connection.execute(update(schedules).where(*unchanged).values(next_at=after, last_at=now)).rowcount == 1


def _is_busy(connection: Connection, schedule_id: str) -> bool:
    own = select(func.count()).join(jobs, jobs.c.id == schedule_runs.c.job_id)
    unfinished = own.where(schedule_runs.c.schedule_id == schedule_id, jobs.c.state.in_(UNFINISHED))
    return connection.execute(unfinished).scalar_one() > 0


def _started(
    connection: Connection, platform: Platform, schedule: Row[Any], due_at: datetime, new: NewJob | None, reason: str
) -> ScheduleRun:
    if new is None:
        return service.keep_run(connection, platform.log, schedule, due_at, outcome="refused", reason=reason, job_id=None)
    job_id = enqueue(connection, platform, new)
    return service.keep_run(connection, platform.log, schedule, due_at, outcome="queued", reason="", job_id=job_id)


def _kept(connection: Connection, platform: Platform, schedule: Row[Any], *, outcome: str, reason: str) -> ScheduleRun:
    return service.keep_run(connection, platform.log, schedule, schedule.next_at, outcome=outcome, reason=reason, job_id=None)
