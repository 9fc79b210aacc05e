"""What the overview says: counted in the database, and told to whom it concerns when a number changes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, func, select, true, update
from sqlalchemy.dialects import postgresql, sqlite

from aurelius_kernel.metrics import on_the_wire
from server_ext.access.visibility import Viewer
from server_ext.db.engine import is_sqlite
from server_ext.events import Event, EventLog
from server_ext.evidence.tables import validations, verdicts
from server_ext.jobs.states import State
from server_ext.jobs.tables import jobs
from server_ext.overview.schemas import Stats
from server_ext.overview.tables import overviews
from server_ext.research.tables import backtests
from server_ext.sharing import service as sharing
from server_ext.sharing.service import Kind
from server_ext.strategies.tables import strategies

__all__ = ["changed", "stats", "tell"]

LATEST = 50


def stats(connection: Connection, viewer: Viewer) -> Stats:
    """The numbers of somebody's overview."""
    seen, of_jobs = (sharing.visible_to(viewer, *one) for one in ((Kind.BACKTEST, backtests), (Kind.JOB, jobs)))
    completed = (seen, jobs.c.state == State.COMPLETED)
    passed = (_own(viewer), verdicts.c.gate == "product", verdicts.c.passed.is_(True))
    return Stats(
        strategies=_count(connection, strategies, sharing.visible_to(viewer, Kind.STRATEGY, strategies)),
        backtests=_count(connection, backtests, seen),
        backtests_completed=_count(connection, backtests.join(jobs, jobs.c.id == backtests.c.job_id), *completed),
        jobs_running=_count(connection, jobs, jobs.c.state == State.RUNNING, of_jobs),
        jobs_waiting=_count(connection, jobs, jobs.c.state == State.QUEUED, of_jobs),
        validations=_count(connection, validations, sharing.visible_to(viewer, Kind.VALIDATION, validations)),
        product_gates_passed=_count(connection, verdicts, *passed),
        **_best(connection, *completed),
    )


def changed(connection: Connection, viewer: Viewer) -> dict[str, Any]:
    """The numbers that are others than those somebody was told last."""
    told = connection.execute(select(overviews.c.stats).where(overviews.c.user_id == viewer.id)).scalar() or {}
    return _news(told, stats(connection, viewer))


def tell(connection: Connection, log: EventLog, viewer: Viewer) -> None:
    """Tell somebody the numbers that changed; when several servers are about to, one of them does."""
    told = _locked(connection, viewer.id)
    now = stats(connection, viewer)
    if not (news := _news(told, now)):
        return
    connection.execute(update(overviews).where(overviews.c.user_id == viewer.id).values(stats=now.model_dump()))
    log.append(connection, Event(type="dashboard_update", data={"user_id": viewer.id, "stats": news}, owner_id=viewer.id))


def _news(told: dict[str, Any], now: Stats) -> dict[str, Any]:
    return {name: value for name, value in now.model_dump().items() if name not in told or told[name] != value}


def _locked(connection: Connection, user_id: str) -> dict[str, Any]:
    """What an account was told last, held until the transaction ends."""
    dialect = sqlite if is_sqlite(connection) else postgresql
    connection.execute(dialect.insert(overviews).values(user_id=user_id, stats={}).on_conflict_do_nothing())
    found = select(overviews.c.stats).where(overviews.c.user_id == user_id).with_for_update()
    return dict(connection.execute(found).scalar_one())


def _own(viewer: Viewer) -> ColumnElement[bool]:
    """Which verdicts somebody may see."""
    return true() if viewer.is_admin else verdicts.c.owner_id == viewer.id


def _count(connection: Connection, rows: FromClause, *which: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count()).select_from(rows).where(*which)).scalar_one())


def _best(connection: Connection, *which: ColumnElement[bool]) -> dict[str, Any]:
    """The highest Sharpe ratio among the latest completed backtests."""
    metrics = jobs.c.found["metrics"]
    sharpe, total = (metrics[name].as_float() for name in ("sharpe_ratio", "total_return"))
    joined = select(backtests.c.id, sharpe, total).join(jobs, jobs.c.id == backtests.c.job_id).where(*which)
    newest = joined.order_by(backtests.c.created_at.desc(), backtests.c.id.desc()).limit(LATEST)
    rows = connection.execute(newest).all()
    best_id, best_sharpe, best_return = max((tuple(row) for row in rows if row[1] is not None), key=_sharpe, default=(None,) * 3)
    shown = on_the_wire({"total_return": best_return})["total_return"]
    return {"best_backtest_id": best_id, "best_sharpe_ratio": best_sharpe, "best_total_return": shown, "best_among": len(rows)}


def _sharpe(row: tuple[Any, ...]) -> float:
    return float(row[1])
