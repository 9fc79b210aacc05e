"""What can be done with reflexions: run as jobs, concluded with a child strategy, and read as the history of a strategy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Connection, Row, String, cast, func, select, update

from aurelius_kernel.artifacts import Store
from aurelius_kernel.errors import AureliusError
from server_ext.access.actor import Actor
from server_ext.accounts.acting import acting_for
from server_ext.db import Database
from server_ext.events import Event, EventLog
from server_ext.generation.schemas import NewReflexion, Reflexion, ReflexionList, ReflexionQueued
from server_ext.generation.tables import reflexions
from server_ext.jobs.intake import job_of, store_of
from server_ext.jobs.notebooks import find_notebook
from server_ext.jobs.queue import NewJob
from server_ext.jobs.states import State
from server_ext.jobs.studies import Studies
from server_ext.jobs.tables import jobs
from server_ext.platform import Platform
from server_ext.research.schemas import Backtest
from server_ext.sharing.service import Kind
from server_ext.strategies import service as strategies
from server_ext.strategies.schemas import NewStrategy
from server_ext.web.schema import Paging

__all__ = ["REFLEXIONS", "asked", "conclude_all", "history", "keep_concluding", "run", "told"]

NOTEBOOK = "reflexion.ipynb"
LONGEST_NAME = 200
REFLEXIONS = Studies(kind=Kind.REFLEXION, table=reflexions, name_of=lambda row: row.feedback[:40] or "of failed checks")
_FOUND = ("complaints", "parent_sharpe", "child_sharpe", "improvement", "trials")

logger = structlog.get_logger("aurelius.generation")


def asked(platform: Platform, actor: Actor, backtest: Backtest, body: NewReflexion) -> NewJob:
    """The job of a reflexion on a backtest."""
    notebook = find_notebook(actor, NOTEBOOK, platform.folder)
    days = {"train_days": body.train_size_days, "test_days": body.window_size_days}
    parameters = {"parent": backtest.result, "feedback": body.feedback, "failed": body.failed, **days}
    return job_of(platform.settings, actor, notebook, "reflexion", parameters, timeout=body.timeout)


def run(
    connection: Connection, platform: Platform, actor: Actor, strategy_id: str, backtest_id: str, feedback: str, new: NewJob
) -> ReflexionQueued:
    """Take a reflexion in as a job."""
    about = {"strategy_id": strategy_id, "backtest_id": backtest_id}
    made, queued = REFLEXIONS.run(connection, platform, actor, new, about, feedback=feedback)
    return ReflexionQueued(reflexion_id=made, job_id=queued.job_id, status=queued.status)


def history(connection: Connection, actor: Actor, strategy_id: str, query: Paging) -> tuple[int, list[Row[Any]]]:
    """How many reflexions there were of a strategy and of what was made of it, and those of the page, newest first."""
    which = (reflexions.c.strategy_id.in_(select(_lineage(strategy_id))), REFLEXIONS.visible_to(actor))
    total = connection.execute(select(func.count()).select_from(reflexions).where(*which)).scalar_one()
    newest = REFLEXIONS.joined().where(*which).order_by(reflexions.c.created_at.desc(), reflexions.c.id.desc())
    return total, list(connection.execute(newest.offset(query.skip).limit(query.limit)))


def told(connection: Connection, store: Store, actor: Actor, total: int, rows: list[Row[Any]]) -> ReflexionList:
    """Reflexions with what their results hold and the strategies that came of them."""
    return ReflexionList(total=total, reflexions=[_reflexion(connection, store, actor, row) for row in rows])


def keep_concluding(platform: Platform, after: int) -> int:
    """Conclude every reflexion whose job is complete; gives the number of the newest event before it looked."""
    with platform.database.reading() as connection:
        upto = platform.log.state(connection).newest
    conclude_all(platform.database, platform.log, store_of(platform.settings))
    return max(after, upto)


def conclude_all(database: Database, log: EventLog, store: Store) -> None:
    """Make the child of every reflexion whose job is complete."""
    with database.reading() as connection:
        complete = (reflexions.c.child_id.is_(None), jobs.c.state == State.COMPLETED, jobs.c.result.is_not(None))
        rows = connection.execute(REFLEXIONS.joined().where(*complete)).all()
    for row in rows:
        try:
            found = store.document(row.result)
            with database.writing() as connection:
                _conclude(connection, log, row, found)
        except AureliusError as error:
            logger.warning("a reflexion has no child", reflexion_id=row.id, reason=error.message)


def _conclude(connection: Connection, log: EventLog, row: Row[Any], found: Mapping[str, Any]) -> None:
    """Make the child of one reflexion and tell of it; nothing where another server was faster."""
    locked = select(reflexions.c.child_id).where(reflexions.c.id == row.id).with_for_update()
    if connection.execute(locked).scalar_one() is not None:
        return
    owner, change = acting_for(connection, row.owner_id), found["change"]
    parent, named = strategies.find(connection, owner, row.strategy_id), change["spec"]["strategy"]
    name = f"{parent.name} ({', '.join(change['changed'])})"
    shown = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
    wanted = NewStrategy(name=shown, strategy_type=named["type"], parameters=named["parameters"])
    child = strategies.create(connection, log, owner, wanted)
    connection.execute(update(reflexions).where(reflexions.c.id == row.id).values(child_id=child.id))
    data = {"strategy_id": child.id, "parent_id": parent.id, "improvement": found["improvement"]}
    log.append(connection, Event(type="reflexion_iteration_created", data=data, owner_id=row.owner_id, team=row.team))


def _reflexion(connection: Connection, store: Store, actor: Actor, row: Row[Any]) -> Reflexion:
    found = store.document(row.result) if row.result else {}
    change = found.get("change", {})
    own = ("id", "owner_id", "strategy_id", "backtest_id", "job_id", "feedback", "created_at")
    return Reflexion.model_validate(
        {
            **{name: getattr(row, name) for name in (*own, "progress", "stage", "error", "result", "finished_at")},
            **{name: found.get(name) for name in _FOUND},
            **{name: change.get(name) for name in ("reason", "changed", "spec")},
            "complaints": found.get("complaints", []),
            "status": row.state,
            "child": strategies.find(connection, actor, row.child_id).model_dump() if row.child_id else None,
        }
    )


def _lineage(strategy_id: str) -> ColumnElement[str]:
    """A strategy, and all that reflexions made of it in turn."""
    line = select(cast(strategy_id, String(36)).label("id")).cte("lineage", recursive=True)
    children = select(reflexions.c.child_id).join(line, reflexions.c.strategy_id == line.c.id)
    return line.union(children.where(reflexions.c.child_id.is_not(None))).c.id
