"""What can be done with backtests; each function is one transaction of its caller."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row

from aurelius_kernel.errors import NotFound
from aurelius_kernel.metrics import on_the_wire
from aurelius_kernel.model import RunIdentity
from server_ext.access.actor import Actor
from server_ext.jobs.queue import NewJob
from server_ext.jobs.studies import Studies
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
from server_ext.sharing.service import Kind

__all__ = ["BACKTESTS", "as_backtest", "find", "find_by_identity", "list_", "run", "status"]

BACKTESTS = Studies(
    kind=Kind.BACKTEST,
    table=backtests,
    name_of=lambda row: f"{row.spec['strategy']['type']} on {', '.join(row.spec['instruments'][:3])}",
)


def run(
    connection: Connection, platform: Platform, actor: Actor, strategy_id: str, new: NewJob, question: Question
) -> BacktestQueued:
    """Take a backtest in as a job."""
    spec = question.spec
    kept = {"spec": spec.document(), "spec_hash": spec.hash, "seed": question.seed}
    backtest_id, queued = BACKTESTS.run(connection, platform, actor, new, {"strategy_id": strategy_id}, **kept)
    metadata = ExecutionMetadata(seed=question.seed, data_source=spec.source)
    return BacktestQueued(backtest_id=backtest_id, job_id=queued.job_id, status=queued.status, execution_metadata=metadata)


def find(connection: Connection, actor: Actor, backtest_id: str) -> Backtest:
    """One backtest."""
    return as_backtest(BACKTESTS.row(connection, actor, backtest_id))


def find_by_identity(connection: Connection, actor: Actor, identity: RunIdentityQuery) -> Backtest:
    """The first backtest that was this very run; raises NotFound."""
    key = RunIdentity.of(**identity.model_dump()).key
    same = BACKTESTS.joined().where(jobs.c.run_key == key, BACKTESTS.visible_to(actor))
    found = connection.execute(same.order_by(backtests.c.created_at, backtests.c.id).limit(1)).first()
    if found is None:
        raise NotFound("No backtest of yours has that identity.")
    return as_backtest(found)


def status(connection: Connection, actor: Actor, backtest_id: str) -> BacktestStatus:
    """How far a backtest is."""
    found = BACKTESTS.row(connection, actor, backtest_id)
    told = {name: getattr(found, name) for name in ("progress", "stage", "error")}
    return BacktestStatus(backtest_id=backtest_id, status=found.state, **told)


def list_(connection: Connection, actor: Actor, query: BacktestFilter) -> BacktestList:
    """The backtests that the filter matches, newest first."""
    total, rows = BACKTESTS.page(connection, actor, query)
    return BacktestList(total=total, backtests=[as_backtest(row) for row in rows])


def as_backtest(row: Row[Any]) -> Backtest:
    """A row of a backtest with what its job says, as it leaves the platform."""
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
