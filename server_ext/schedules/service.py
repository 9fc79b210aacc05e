"""What can be done with schedules; each function is one transaction of its caller."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from aurelius_kernel.clock import rfc3339, utc_now
from aurelius_kernel.errors import NotFound
from server_ext import mail
from server_ext.access.actor import Actor
from server_ext.db.metadata import new_id
from server_ext.events import Event, EventLog
from server_ext.jobs.notebooks import find_notebook
from server_ext.jobs.parameters import checked_parameters, declared_parameters
from server_ext.jobs.storable import check_storable
from server_ext.jobs.tables import jobs
from server_ext.schedules.schemas import (
    NewSchedule,
    Schedule,
    ScheduleChange,
    ScheduleFilter,
    ScheduleList,
    ScheduleRun,
    ScheduleRunList,
    TriggerFields,
)
from server_ext.schedules.tables import schedule_runs, schedules
from server_ext.schedules.triggers import trigger_of, upcoming
from server_ext.sharing import service as sharing
from server_ext.sharing.service import Kind, Shareable
from server_ext.web.schema import Paging

__all__ = [
    "change",
    "check",
    "create",
    "find",
    "find_row",
    "forget",
    "keep_run",
    "list_",
    "own",
    "own_row",
    "remove",
    "runs",
    "trigger_document",
    "visible_to",
]


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which schedules somebody may see: one's own, what is shared with one, and an admin all."""
    return sharing.visible_to(actor, Kind.SCHEDULE, schedules)


def trigger_document(fields: TriggerFields, since: datetime) -> dict[str, Any]:
    """The way of saying when that was used, as it is kept."""
    if fields.cron is not None:
        return {"cron": fields.cron, "timezone": fields.timezone}
    if fields.interval_seconds is not None:
        return {"interval_seconds": fields.interval_seconds, "since": rfc3339(since)}
    return {"calendar": fields.calendar, "at": fields.at, "offset_minutes": fields.offset_minutes}


def check(actor: Actor, name: str, parameters: Mapping[str, Any], when: TriggerFields, *, folder: Path) -> None:
    """Raise InvalidInput, or NotAllowed, for what could never run; `folder` is where one's own notebooks are."""
    notebook = find_notebook(actor, name, folder)
    check_storable(checked_parameters(declared_parameters(notebook.path), parameters))
    if when.given():
        trigger_of(trigger_document(when, utc_now()))


def create(connection: Connection, actor: Actor, wanted: NewSchedule) -> Schedule:
    """A new schedule, due from now on."""
    now = utc_now()
    trigger = trigger_document(wanted, now)
    plain = wanted.model_dump(include={"name", "notebook", "parameters", "timeout", "priority", "misfire_seconds"})
    row = {"id": new_id(), "owner_id": actor.id, "team": actor.team, **plain, "misfire": wanted.misfire, "overlap": wanted.overlap}
    due = trigger_of(trigger).next_after(now)
    dates = {"next_at": due, "created_at": now, "updated_at": now}
    connection.execute(insert(schedules).values(**row, trigger=trigger, is_paused=False, **dates))
    mail.keep(connection, str(row["id"]), wanted.mail_to)
    return find(connection, actor, str(row["id"]))


def find_row(connection: Connection, actor: Actor, schedule_id: str) -> Row[Any]:
    """The row of a schedule; raises NotFound for one that is not there, or not the actor's to see."""
    found = connection.execute(select(schedules).where(schedules.c.id == schedule_id, visible_to(actor))).first()
    if found is None:
        raise NotFound("There is no such schedule.")
    return found


def own(connection: Connection, actor: Actor, schedule_id: str) -> Shareable:
    """A schedule that its owner or an admin is about to do something about; raises NotFound, or NotAllowed for a reader of it."""
    found = find_row(connection, actor, schedule_id)
    return sharing.owned(actor, Shareable(kind=Kind.SCHEDULE, id=found.id, name=found.name, owner_id=found.owner_id))


def own_row(connection: Connection, actor: Actor, schedule_id: str) -> Row[Any]:
    """The row of a schedule that `own` gives."""
    own(connection, actor, schedule_id)
    return find_row(connection, actor, schedule_id)


def find(connection: Connection, actor: Actor, schedule_id: str) -> Schedule:
    """One schedule."""
    return _schedule(find_row(connection, actor, schedule_id), mail.recipients_of(connection, [schedule_id]))


def list_(connection: Connection, actor: Actor, query: ScheduleFilter) -> ScheduleList:
    """The schedules that the filter matches, newest first."""
    which = [visible_to(actor)]
    if query.is_paused is not None:
        which.append(schedules.c.is_paused.is_(query.is_paused))
    total = connection.execute(select(func.count()).select_from(schedules).where(*which)).scalar_one()
    newest = select(schedules).where(*which).order_by(schedules.c.created_at.desc(), schedules.c.id.desc())
    rows = connection.execute(newest.offset(query.skip).limit(query.limit)).all()
    told = mail.recipients_of(connection, [row.id for row in rows])
    return ScheduleList(total=total, schedules=[_schedule(row, told) for row in rows])


def change(connection: Connection, actor: Actor, schedule_id: str, wanted: ScheduleChange) -> Schedule:
    """The schedule as changed; what passed while it was paused is not made up for."""
    connection.execute(select(schedules.c.id).where(schedules.c.id == schedule_id, visible_to(actor)).with_for_update())
    before, now = own_row(connection, actor, schedule_id), utc_now()
    names = wanted.model_fields_set & {
        "name",
        "parameters",
        "timeout",
        "priority",
        "misfire",
        "misfire_seconds",
        "overlap",
        "is_paused",
    }
    values = {name: getattr(wanted, name) for name in names if name == "timeout" or getattr(wanted, name) is not None}
    trigger = trigger_document(wanted, now) if wanted.given() else before.trigger
    is_paused = values.get("is_paused", before.is_paused)
    if wanted.given() or is_paused != before.is_paused:
        values |= {"trigger": trigger, "next_at": None if is_paused else trigger_of(trigger).next_after(now)}
    connection.execute(update(schedules).where(schedules.c.id == schedule_id).values(**values, updated_at=now))
    if wanted.mail_to is not None:
        mail.keep(connection, schedule_id, wanted.mail_to)
    return find(connection, actor, schedule_id)


def remove(connection: Connection, actor: Actor, schedule_id: str) -> None:
    """Delete a schedule with its history; the jobs it started stay."""
    own(connection, actor, schedule_id)
    connection.execute(schedules.delete().where(schedules.c.id == schedule_id))
    sharing.forget(connection, Kind.SCHEDULE, schedule_id)


def runs(connection: Connection, actor: Actor, schedule_id: str, query: Paging) -> ScheduleRunList:
    """What came of a schedule, newest first."""
    find_row(connection, actor, schedule_id)
    which = schedule_runs.c.schedule_id == schedule_id
    total = connection.execute(select(func.count()).select_from(schedule_runs).where(which)).scalar_one()
    told = select(schedule_runs, jobs.c.state.label("status"), jobs.c.error)
    joined = told.outerjoin(jobs, jobs.c.id == schedule_runs.c.job_id).where(which)
    newest = joined.order_by(schedule_runs.c.fired_at.desc(), schedule_runs.c.id).offset(query.skip).limit(query.limit)
    return ScheduleRunList(total=total, runs=[_run(row) for row in connection.execute(newest)])


def forget(connection: Connection, *, days: int) -> int:
    """Drop what came of schedules more than `days` ago, and say how much that was."""
    old = schedule_runs.c.fired_at < utc_now() - timedelta(days=days)
    return connection.execute(schedule_runs.delete().where(old)).rowcount


def keep_run(
    connection: Connection, log: EventLog, schedule: Row[Any], due_at: datetime, *, outcome: str, reason: str, job_id: str | None
) -> ScheduleRun:
    """Write down what came of a time that a schedule was due; a job that it started is told, and a refusal to its owner."""
    row = {"id": new_id(), "due_at": due_at, "fired_at": utc_now(), "outcome": outcome, "reason": reason[:400], "job_id": job_id}
    connection.execute(insert(schedule_runs).values(**row, schedule_id=schedule.id))
    owner: dict[str, Any] = {"owner_id": schedule.owner_id, "team": schedule.team}
    if job_id is not None:
        mail.wait_for(connection, schedule, job_id)
        told = {"schedule_id": schedule.id, "job_id": job_id, "due_at": rfc3339(due_at)}
        readers = sharing.told_to(connection, (Kind.SCHEDULE, schedule.id))
        log.append(connection, Event(type="schedule_fired", data=told, **owner, **readers))
    elif outcome == "refused":
        message = f"The schedule “{schedule.name}” could not run: {reason}"
        told = {"message": message, "level": "error", "link": f"/api/v1/schedules/{schedule.id}"}
        log.append(connection, Event(type="notification", data=told, **owner))
    return ScheduleRun.model_validate({**row, "status": None, "error": None})


def _schedule(row: Row[Any], recipients: Mapping[str, list[str]]) -> Schedule:
    values: Mapping[str, Any] = {**row._asdict(), "mail_to": recipients.get(row.id, [])}
    due = [] if row.is_paused else upcoming(trigger_of(row.trigger), utc_now())
    return Schedule.model_validate({name: values.get(name, due) for name in Schedule.model_fields})


def _run(row: Row[Any]) -> ScheduleRun:
    values: Mapping[str, Any] = row._asdict()
    return ScheduleRun.model_validate({name: values[name] for name in ScheduleRun.model_fields})
