"""What can be done with backtests; each function is one transaction of its caller."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, insert, select

from aurelius_kernel.clock import utc_now
from aurelius_kernel.errors import NotFound
from aurelius_kernel.metrics import on_the_wire
from aurelius_kernel.model import RunIdentity
from server_ext.access.actor import Actor, Origin
from server_ext.db.metadata import new_id
from server_ext.events import EventLog
from server_ext.jobs import service as job_service
from server_ext.jobs.intake import ask
from server_ext.jobs.queue import NewJob
from server_ext.jobs.tables import jobs
from server_ext.platform import Platform
from server_ext.research.question import Question
from server_ext.research.schemas import (
    Backtest,
    BacktestFilter,
    BacktestList,
    BacktestQueued,
    BacktestStatus,
    ExecutionMetadata,
    RunIdentityQuery,
)
from server_ext.research.tables import backtests
from server_ext.sharing import service as sharing
from server_ext.sharing.schemas import NewShare, Share, ShareList
from server_ext.sharing.service import Kind, Shareable

__all__ = [
    "cancel",
    "find",
    "find_by_identity",
    "find_row",
    "list_",
    "list_shares",
    "own",
    "run",
    "share",
    "status",
    "unshare",
    "visible_to",
]

_JOB = ("state", "progress", "stage", "error", "found", "result", "executed", "seconds", "started_at", "finished_at")


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which backtests somebody may see: one's own, what is shared with one, and an admin all."""
    return sharing.visible_to(actor, Kind.BACKTEST, backtests)


def own(connection: Connection, actor: Actor, backtest_id: str) -> Shareable:
    """A backtest that its owner or an admin is about to do something about; raises NotFound, or NotAllowed for a reader of it."""
    row = find_row(connection, actor, backtest_id)
    name = f"{row.spec['strategy']['type']} on {', '.join(row.spec['instruments'][:3])}"
    thing = Shareable(kind=Kind.BACKTEST, id=row.id, name=name, owner_id=row.owner_id)
    sharing.require_owner(actor, thing)
    return thing


def cancel(connection: Connection, log: EventLog, actor: Actor, backtest_id: str) -> None:
    """Cancel a backtest of one's own that waits or runs; raises Conflict for a finished one."""
    own(connection, actor, backtest_id)
    job_service.cancel(connection, log, actor, find_row(connection, actor, backtest_id).job_id)


def list_shares(connection: Connection, actor: Actor, backtest_id: str) -> ShareList:
    """Whom a backtest of one's own is shared with."""
    return sharing.list_shares(connection, own(connection, actor, backtest_id))


def share(connection: Connection, log: EventLog, origin: Origin, actor: Actor, backtest_id: str, wanted: NewShare) -> Share:
    """Share a backtest of one's own, to be read."""
    return sharing.share(connection, log, origin, actor, own(connection, actor, backtest_id), wanted)


def unshare(connection: Connection, origin: Origin, actor: Actor, backtest_id: str, share_id: str) -> None:
    """Take a share of one's own backtest back."""
    sharing.unshare(connection, origin, actor, own(connection, actor, backtest_id), share_id)


def run(
    connection: Connection, platform: Platform, actor: Actor, strategy_id: str, new: NewJob, question: Question
) -> BacktestQueued:
    """Take a backtest in as a job."""
    backtest_id = new_id()
    queued = ask(connection, platform, actor, _named(new, backtest_id, strategy_id))
    connection.execute(
        insert(backtests).values(
            id=backtest_id,
            owner_id=actor.id,
            team=actor.team,
            strategy_id=strategy_id,
            job_id=queued.job_id,
            spec=question.spec.document(),
            spec_hash=question.spec.hash,
            seed=question.seed,
            created_at=utc_now(),
        )
    )
    metadata = ExecutionMetadata(seed=question.seed, data_source=question.spec.source)
    return BacktestQueued(backtest_id=backtest_id, job_id=queued.job_id, status=queued.status, execution_metadata=metadata)


def find_row(connection: Connection, actor: Actor, backtest_id: str) -> Row[Any]:
    """The row of a backtest with what its job says; raises NotFound for one that is not there, or not the actor's to see."""
    found = connection.execute(_joined().where(backtests.c.id == backtest_id, visible_to(actor))).first()
    if found is None:
        raise NotFound("There is no such backtest.")
    return found


def find(connection: Connection, actor: Actor, backtest_id: str) -> Backtest:
    """One backtest."""
    return as_backtest(find_row(connection, actor, backtest_id))


def find_by_identity(connection: Connection, actor: Actor, identity: RunIdentityQuery) -> Backtest:
    """The first backtest that was this very run; raises NotFound."""
    key = RunIdentity.of(**identity.model_dump()).key
    same = _joined().where(jobs.c.run_key == key, visible_to(actor)).order_by(backtests.c.created_at, backtests.c.id)
    found = connection.execute(same.limit(1)).first()
    if found is None:
        raise NotFound("No backtest of yours has that identity.")
    return as_backtest(found)


def status(connection: Connection, actor: Actor, backtest_id: str) -> BacktestStatus:
    """How far a backtest is."""
    found = find_row(connection, actor, backtest_id)
    told = {name: getattr(found, name) for name in ("progress", "stage", "error")}
    return BacktestStatus(backtest_id=backtest_id, status=found.state, **told)


def list_(connection: Connection, actor: Actor, query: BacktestFilter) -> BacktestList:
    """The backtests that the filter matches, newest first."""
    which = [visible_to(actor)]
    if query.strategy_id is not None:
        which.append(backtests.c.strategy_id == query.strategy_id)
    if query.status is not None:
        which.append(jobs.c.state == query.status)
    counted = select(func.count()).select_from(backtests).join(jobs, jobs.c.id == backtests.c.job_id).where(*which)
    newest = _joined().where(*which).order_by(backtests.c.created_at.desc(), backtests.c.id.desc())
    rows = connection.execute(newest.offset(query.skip).limit(query.limit))
    return BacktestList(total=connection.execute(counted).scalar_one(), backtests=[as_backtest(row) for row in rows])


def as_backtest(row: Row[Any]) -> Backtest:
    """A row of `find_row` as it leaves the platform."""
    spec: Mapping[str, Any] = row.spec
    found: Mapping[str, Any] = row.found or {}
    return Backtest.model_validate(
        {
            **{name: getattr(row, name) for name in ("id", "owner_id", "strategy_id", "job_id", "created_at")},
            **{name: getattr(row, name) for name in ("progress", "stage", "error", "result", "started_at", "finished_at")},
            "status": row.state,
            "duration": row.seconds,
            "instruments": spec["instruments"],
            "start_date": spec["start"],
            "end_date": spec["end"],
            "initial_capital": spec["capital"],
            "execution_metadata": {"seed": row.seed, "data_source": spec["source"]},
            "spec": spec,
            "metrics": on_the_wire(found.get("metrics", {})),
            "benchmark_metrics": on_the_wire(found.get("benchmark_metrics", {})),
            "flags": found.get("flags", []),
            "identity": found.get("identity"),
        }
    )


def _joined() -> Select[Any]:
    told = [jobs.c[name] for name in _JOB]
    return select(backtests, *told).join(jobs, jobs.c.id == backtests.c.job_id)


def _named(new: NewJob, backtest_id: str, strategy_id: str) -> NewJob:
    return dataclasses.replace(new, subject={"backtest_id": backtest_id, "strategy_id": strategy_id})
