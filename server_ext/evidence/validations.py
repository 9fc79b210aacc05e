"""What can be done with validations; each function is one transaction of its caller."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row

from aurelius_kernel.artifacts import Store
from aurelius_kernel.metrics import on_the_wire
from server_ext.access.actor import Actor
from server_ext.evidence.schemas import (
    Validation,
    ValidationDetail,
    ValidationFilter,
    ValidationList,
    ValidationQueued,
    ValidationStatus,
)
from server_ext.evidence.tables import validations
from server_ext.jobs.queue import NewJob
from server_ext.jobs.schemas import StudyFilter
from server_ext.jobs.states import State
from server_ext.jobs.studies import Studies
from server_ext.platform import Platform
from server_ext.sharing.service import Kind

__all__ = ["VALIDATIONS", "detail", "find", "latest", "list_", "run", "status"]

VALIDATIONS = Studies(kind=Kind.VALIDATION, table=validations, name_of=lambda row: f"of {row.asked['strategy']}")


def run(connection: Connection, platform: Platform, actor: Actor, strategy_id: str, new: NewJob) -> ValidationQueued:
    """Take a validation in as a job."""
    about = {"strategy_id": strategy_id}
    validation_id, queued = VALIDATIONS.run(connection, platform, actor, new, about, asked=dict(new.parameters))
    return ValidationQueued(validation_id=validation_id, job_id=queued.job_id, status=queued.status)


def find(connection: Connection, actor: Actor, validation_id: str) -> Validation:
    """One validation; raises NotFound for one that is not there, or not the actor's to see."""
    return _validation(VALIDATIONS.row(connection, actor, validation_id))


def latest(connection: Connection, actor: Actor, strategy_id: str) -> Validation | None:
    """The newest completed validation of a strategy; None without one."""
    done = StudyFilter(strategy_id=strategy_id, status=State.COMPLETED, limit=1)
    _, rows = VALIDATIONS.page(connection, actor, done)
    return _validation(rows[0]) if rows else None


def status(connection: Connection, actor: Actor, validation_id: str) -> ValidationStatus:
    """How far a validation is."""
    found = find(connection, actor, validation_id)
    told = {name: getattr(found, name) for name in ("status", "progress", "stage", "error")}
    return ValidationStatus(validation_id=validation_id, **told)


def list_(connection: Connection, actor: Actor, query: ValidationFilter) -> ValidationList:
    """The validations that the filter matches, newest first."""
    total, rows = VALIDATIONS.page(connection, actor, query)
    return ValidationList(total=total, validations=[_validation(row) for row in rows])


def detail(store: Store, found: Validation) -> ValidationDetail:
    """The validation with what its result holds; raises NotFound when the result was cleaned away."""
    if found.result is None:
        return ValidationDetail(validation=found, windows=[], overfitting={}, equity_curve=[])
    document = store.document(found.result)
    columns = (document[name] for name in ("time", "equity", "benchmark"))
    curve = [{"time": time, "equity": equity, "benchmark": held} for time, equity, held in zip(*columns, strict=True)]
    windows = [on_the_wire(dict(window)) for window in document["windows"]]
    return ValidationDetail(validation=found, windows=windows, overfitting=document["overfitting"], equity_curve=curve)


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
