"""What can be done with the gates: judging in a process of its own, and keeping what was decided with its event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, true

from aurelius_kernel.clock import utc_now
from server_ext.access.actor import Actor
from server_ext.db.metadata import new_id
from server_ext.events import Event, EventLog
from server_ext.evidence.schemas import GateFilter, GateList, GateResult
from server_ext.evidence.tables import verdicts
from server_ext.jobs.asking import ask, environment_of
from server_ext.settings import Settings

__all__ = ["GATES", "Judged", "Scored", "judge", "keep", "latest", "list_", "newest_row", "readiness", "visible_to"]

GATES = ("dev", "crv", "product")
_JUDGE = "aurelius_kernel.research.judge_process"


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A verdict with its hash, and how ready the strategy is with it."""

    hash: str
    record: dict[str, Any]
    readiness: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Scored:
    """A scorecard with its hash, and why the verdicts behind it are stale, if they are."""

    hash: str
    record: dict[str, Any]
    stale: tuple[str, ...]


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which verdicts somebody may see: one's own, and an admin all."""
    return true() if actor.is_admin else verdicts.c.owner_id == actor.id


def judge(settings: Settings, owner_id: str, gate: str, result: str, terms: Mapping[str, Any]) -> Judged:
    """Bring a stored result before a gate and score its readiness, for an owner whose trials are counted.

    `terms` are the policy, and for the product gate the validation and the waivers that count.
    """
    asked = {"what": gate, "result": result, "scored": True, **terms}
    told = ask(_JUDGE, asked, f"The result could not be judged ({gate})", environment_of(settings, owner_id))
    scored = told["readiness"]
    return Judged(hash=told["hash"], record=told["record"], readiness={**scored["record"], "hash": scored["hash"]})


def readiness(settings: Settings, owner_id: str, result: str, policy: Mapping[str, Any]) -> Scored:
    """How ready the strategy of a stored result is, from the verdicts in the store, and what is stale by now."""
    asked = {"what": "readiness", "result": result, "policy": policy}
    told = ask(_JUDGE, asked, "The readiness could not be scored", environment_of(settings, owner_id))
    return Scored(hash=told["hash"], record=told["record"], stale=tuple(told["stale"]))


def keep(connection: Connection, log: EventLog, actor: Actor, found: Judged, about: Mapping[str, str | None]) -> GateResult:
    """Keep a verdict, and tell of it."""
    row = {"id": new_id(), "owner_id": actor.id, "team": actor.team, "created_at": utc_now(), **about}
    decided = {"gate": found.record["gate"], "passed": found.record["passed"]}
    kept = {"verdict": found.hash, "record": found.record, "readiness": found.readiness}
    connection.execute(insert(verdicts).values(**row, **decided, **kept))
    told = {"strategy_id": about["strategy_id"], **decided, "band": found.readiness["band"]}
    log.append(connection, Event(type="gate_verified", data=told, owner_id=actor.id, team=actor.team))
    return _result(connection.execute(select(verdicts).where(verdicts.c.id == row["id"])).one())


def list_(connection: Connection, actor: Actor, query: GateFilter) -> GateList:
    """The verdicts that the filter matches, newest first."""
    which = [visible_to(actor)]
    if query.strategy_id is not None:
        which.append(verdicts.c.strategy_id == query.strategy_id)
    if query.gate is not None:
        which.append(verdicts.c.gate == query.gate)
    newest = select(verdicts).where(*which).order_by(verdicts.c.created_at.desc(), verdicts.c.id.desc())
    rows = connection.execute(newest.offset(query.skip).limit(query.limit))
    total = connection.execute(select(func.count()).select_from(verdicts).where(*which)).scalar_one()
    return GateList(total=total, gates=[_result(row) for row in rows])


def newest_row(connection: Connection, actor: Actor, strategy_id: str, gate: str) -> Row[Any] | None:
    """The row of the newest verdict of a gate on a strategy; None before there is one."""
    which = (verdicts.c.strategy_id == strategy_id, verdicts.c.gate == gate, visible_to(actor))
    newest = select(verdicts).where(*which).order_by(verdicts.c.created_at.desc(), verdicts.c.id.desc())
    return connection.execute(newest.limit(1)).first()


def latest(connection: Connection, actor: Actor, strategy_id: str) -> dict[str, tuple[GateResult, str] | None]:
    """The newest verdict of each gate on a strategy, with the hash of the result it is about."""
    found: dict[str, tuple[GateResult, str] | None] = dict.fromkeys(GATES)
    for gate in GATES:
        if row := newest_row(connection, actor, strategy_id, gate):
            found[gate] = _result(row), row.record["subject"]["result"]
    return found


def _result(row: Row[Any]) -> GateResult:
    record = row.record
    own = {name: getattr(row, name) for name in ("id", "strategy_id", "backtest_id", "validation_id", "gate", "passed", "verdict")}
    told = {name: record[name] for name in ("grade", "checks", "evidence", "policy")}
    return GateResult.model_validate({**own, **told, "band": row.readiness["band"], "created_at": row.created_at})
