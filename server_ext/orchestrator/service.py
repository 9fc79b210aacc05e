"""What can be done with orchestrations: run as jobs, followed stage by stage, and read."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from sqlalchemy import Connection, Row, or_, update

from aurelius_kernel.artifacts import Store, orchestrations
from aurelius_kernel.errors import AureliusError
from server_ext.access.actor import Actor
from server_ext.accounts.acting import acting_for
from server_ext.db import Database
from server_ext.db.metadata import new_id
from server_ext.events import Event, EventLog
from server_ext.jobs.intake import store_of
from server_ext.jobs.queue import NewJob
from server_ext.jobs.states import UNFINISHED, State
from server_ext.jobs.studies import Studies
from server_ext.jobs.tables import jobs
from server_ext.orchestrator.schemas import Run, RunFilter, RunList, RunQueued
from server_ext.orchestrator.tables import orchestrations as runs
from server_ext.platform import Platform
from server_ext.sharing.service import Kind
from server_ext.strategies import service as strategies
from server_ext.strategies.schemas import NewStrategy

__all__ = ["RUNS", "STAGES", "find", "follow_all", "keep_following", "list_", "run"]

STAGES = ("generate", "backtest", "validate", "dev", "crv", "product")
RUNS = Studies(kind=Kind.ORCHESTRATION, table=runs, name_of=lambda row: row.goal or "of a strategy")
LONGEST_NAME = 200

logger = structlog.get_logger("aurelius.orchestrator")


def run(
    connection: Connection, platform: Platform, actor: Actor, strategy_id: str | None, goal: str | None, new: NewJob
) -> RunQueued:
    """Take a run in as a job, and tell of it."""
    alias = new_id()
    about = {"strategy_id": strategy_id} if strategy_id else {}
    named = dataclasses.replace(new, parameters={**new.parameters, "alias": alias})
    row = {"goal": goal, "asked": dict(named.parameters), "stages": _waiting(), "settled": False}
    made, queued = RUNS.run(connection, platform, actor, named, about, **row)
    told = {"run_id": made, "strategy_id": strategy_id, "status": queued.status}
    platform.log.append(connection, Event(type="orchestrator_run_created", data=told, owner_id=actor.id, team=actor.team))
    return RunQueued(run_id=made, job_id=queued.job_id, status=queued.status)


def find(connection: Connection, actor: Actor, run_id: str) -> Run:
    """One run; raises NotFound for one that is not there, or not the actor's to see."""
    return _run(RUNS.row(connection, actor, run_id))


def list_(connection: Connection, actor: Actor, query: RunFilter) -> RunList:
    """The runs that the filter matches, newest first."""
    total, rows = RUNS.page(connection, actor, query)
    return RunList(total=total, runs=[_run(row) for row in rows])


def keep_following(platform: Platform, after: int) -> int:
    """Take down how far every run has come; gives the number of the newest event before it looked."""
    with platform.database.reading() as connection:
        upto = platform.log.state(connection).newest
    follow_all(platform.database, platform.log, store_of(platform.settings))
    return max(after, upto)


def follow_all(database: Database, log: EventLog, store: Store) -> None:
    """Take down the stages of every run that is not settled, or that is run again, as they were written down where it runs."""
    open_runs = or_(runs.c.settled.is_(False), jobs.c.state.in_(UNFINISHED))
    with database.reading() as connection:
        rows = connection.execute(RUNS.joined().where(open_runs)).all()
    for row in rows:
        try:
            found = _found(store, row)
            if found != row.stages or row.settled != _has_ended(row):
                with database.writing() as connection:
                    _take_down(connection, log, row, found)
        except AureliusError as error:
            logger.warning("a run could not be followed", run_id=row.id, reason=error.message)


def _found(store: Store, row: Row[Any]) -> list[dict[str, Any]]:
    """The stages as they stand; what a run that has ended never came to is not reached, or was cut off."""
    name = orchestrations.called(store, row.asked["alias"])
    stages = _waiting() if name is None else orchestrations.stages(store, name, STAGES)
    if not _has_ended(row):
        return stages
    last = {"pending": "not reached", "running": "cancelled" if row.state == State.CANCELLED else "broken off"}
    return [stage | {"state": last.get(stage["state"], stage["state"])} for stage in stages]


def _take_down(connection: Connection, log: EventLog, row: Row[Any], found: Sequence[Mapping[str, Any]]) -> None:
    """Keep the stages, and tell of those that changed; nothing where another server was faster."""
    now = connection.execute(RUNS.joined().where(runs.c.id == row.id).with_for_update(of=runs)).one()
    settled = _has_ended(now)
    if now.state != row.state or (now.settled == settled and (settled or now.stages == found)):
        return
    strategy_id = now.strategy_id or _generated(connection, log, now, found)
    values = {"stages": list(found), "settled": settled, "strategy_id": strategy_id}
    connection.execute(update(runs).where(runs.c.id == row.id).values(**values))
    before = {stage["stage"]: stage["state"] for stage in now.stages}
    told = [
        {"run_id": row.id, "strategy_id": strategy_id, "stage": stage["stage"], "status": stage["state"]}
        for stage in found
        if before[stage["stage"]] != stage["state"]
    ]
    events = [Event(type="orchestrator_stage_updated", data=data, owner_id=row.owner_id, team=row.team) for data in told]
    log.append(connection, *events)


def _has_ended(row: Row[Any]) -> bool:
    return row.state not in UNFINISHED


def _generated(connection: Connection, log: EventLog, row: Row[Any], found: Sequence[Mapping[str, Any]]) -> str | None:
    """The strategy that was generated for the goal, made once the first stage has found it."""
    named = found[0]["details"].get("strategy")
    if named is None:
        return None
    owner, name = acting_for(connection, row.owner_id), f"{named['type']}: {row.goal}"
    shown = " ".join(name.split()) if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
    wanted = NewStrategy(name=shown, strategy_type=named["type"], parameters=named["parameters"])
    return strategies.create(connection, log, owner, wanted).id


def _waiting() -> list[dict[str, Any]]:
    times = {"attempts": 0, "started_at": None, "ended_at": None, "seconds": None}
    return [{"stage": name, "state": "pending", **times, "message": "", "evidence": {}, "details": {}} for name in STAGES]


def _run(row: Row[Any]) -> Run:
    found: Mapping[str, Any] = row.found or {}
    own = ("id", "owner_id", "strategy_id", "goal", "job_id", "asked", "stages", "created_at")
    return Run.model_validate(
        {
            **{name: getattr(row, name) for name in (*own, "progress", "stage", "error", "result", "finished_at")},
            "status": row.state,
            "passed": found.get("passed"),
            "duration": row.seconds,
        }
    )
