"""What can be done with validations; each function is one transaction of its caller."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, insert, select, true

from aurelius_kernel.artifacts import Store
from aurelius_kernel.clock import utc_now
from aurelius_kernel.errors import NotFound
from aurelius_kernel.metrics import on_the_wire
from server_ext.access.actor import Actor
from server_ext.db.metadata import new_id
from server_ext.evidence.schemas import (
    Validation,
    ValidationDetail,
    ValidationFilter,
    ValidationList,
    ValidationQueued,
    ValidationStatus,
)
from server_ext.evidence.tables import validations
from server_ext.jobs.intake import ask
from server_ext.jobs.queue import NewJob
from server_ext.jobs.states import State
from server_ext.jobs.tables import jobs
from server_ext.platform import Platform

__all__ = ["detail", "find", "latest", "list_", "run", "status", "visible_to"]

_JOB = ("state", "progress", "stage", "error", "found", "result", "seconds", "finished_at")


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which validations somebody may see: one's own, and an admin all."""
    return true() if actor.is_admin else validations.c.owner_id == actor.id


def run(connection: Connection, platform: Platform, actor: Actor, strategy_id: str, new: NewJob) -> ValidationQueued:
    """Take a validation in as a job."""
    validation_id = new_id()
    subject = {"validation_id": validation_id, "strategy_id": strategy_id}
    queued = ask(connection, platform, actor, dataclasses.replace(new, subject=subject))
    about = {"owner_id": actor.id, "team": actor.team, "strategy_id": strategy_id, "job_id": queued.job_id}
    connection.execute(insert(validations).values(id=validation_id, **about, asked=dict(new.parameters), created_at=utc_now()))
    return ValidationQueued(validation_id=validation_id, job_id=queued.job_id, status=queued.status)


def find(connection: Connection, actor: Actor, validation_id: str) -> Validation:
    """One validation; raises NotFound for one that is not there, or not the actor's to see."""
    found = connection.execute(_joined().where(validations.c.id == validation_id, visible_to(actor))).first()
    if found is None:
        raise NotFound("There is no such validation.")
    return _validation(found)


def latest(connection: Connection, actor: Actor, strategy_id: str) -> Validation | None:
    """The newest completed validation of a strategy; None without one."""
    done = _joined().where(validations.c.strategy_id == strategy_id, jobs.c.state == State.COMPLETED, visible_to(actor))
    found = connection.execute(done.order_by(validations.c.created_at.desc(), validations.c.id.desc()).limit(1)).first()
    return None if found is None else _validation(found)


def status(connection: Connection, actor: Actor, validation_id: str) -> ValidationStatus:
    """How far a validation is."""
    found = find(connection, actor, validation_id)
    told = {name: getattr(found, name) for name in ("status", "progress", "stage", "error")}
    return ValidationStatus(validation_id=validation_id, **told)


def list_(connection: Connection, actor: Actor, query: ValidationFilter) -> ValidationList:
    """The validations that the filter matches, newest first."""
    which = [visible_to(actor)]
    if query.strategy_id is not None:
        which.append(validations.c.strategy_id == query.strategy_id)
    if query.status is not None:
        which.append(jobs.c.state == query.status)
    counted = select(func.count()).select_from(validations).join(jobs, jobs.c.id == validations.c.job_id).where(*which)
    newest = _joined().where(*which).order_by(validations.c.created_at.desc(), validations.c.id.desc())
    rows = connection.execute(newest.offset(query.skip).limit(query.limit))
    return ValidationList(total=connection.execute(counted).scalar_one(), validations=[_validation(row) for row in rows])


def detail(store: Store, found: Validation) -> ValidationDetail:
    """The validation with what its result holds; raises NotFound when the result was cleaned away."""
    if found.result is None:
        return ValidationDetail(validation=found, windows=[], overfitting={}, equity_curve=[])
    document = store.document(found.result)
    curve = [{"time": time, "equity": equity} for time, equity in zip(document["time"], document["equity"], strict=True)]
    windows = [on_the_wire(dict(window)) for window in document["windows"]]
    return ValidationDetail(validation=found, windows=windows, overfitting=document["overfitting"], equity_curve=curve)


def _joined() -> Select[Any]:
    return select(validations, *(jobs.c[name] for name in _JOB)).join(jobs, jobs.c.id == validations.c.job_id)


def _validation(row: Row[Any]) -> Validation:
    found: Mapping[str, Any] = row.found or {}
    return Validation.model_validate(
        {
            **{name: getattr(row, name) for name in ("id", "owner_id", "strategy_id", "job_id", "asked", "created_at")},
            **{name: getattr(row, name) for name in ("progress", "stage", "error", "result", "finished_at")},
            **{name: found.get(name) for name in ("passed", "stability", "degradation", "trials")},
            "status": row.state,
            "duration": row.seconds,
            "metrics": on_the_wire(found.get("metrics", {})),
        }
    )
