"""What can be done with waivers: granted by an admin with a reason, found by the gates while they hold, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, true, update

from aurelius_kernel.artifacts import Store
from aurelius_kernel.clock import utc_now
from aurelius_kernel.errors import NotFound
from aurelius_kernel.gates.verdict import Subject
from aurelius_kernel.gates.waiver import Waiver as Granted
from server_ext.access.actor import Actor, Origin
from server_ext.accounts import audit
from server_ext.db.metadata import new_id
from server_ext.errors import Conflict
from server_ext.events import Event, EventLog
from server_ext.policy.schemas import NewWaiver, Waiver, WaiverFilter, WaiverList
from server_ext.policy.tables import waivers
from server_ext.research.schemas import Backtest
from server_ext.strategies.tables import strategies

__all__ = ["ended", "grant", "holding", "list_", "withdraw"]


def grant(
    connection: Connection, log: EventLog, origin: Origin, actor: Actor, backtest: Backtest, wanted: NewWaiver, store: Store
) -> Waiver:
    """Let a check of the product gate pass for the run of a backtest, on the record, and tell the strategy's owner.

    Raises ImpossibleRequest for a check that cannot be waived, InvalidField for a reason that is none.
    """
    subject = _subject(backtest)
    said = {"by": actor.name, "reason": wanted.reason, "check_name": wanted.check_name}
    made = Granted.granted(subject, **said, expires_at=wanted.expires_at)
    store.put_document(made.document(), kind="waiver")
    row = {
        "id": new_id(),
        "strategy_id": backtest.strategy_id,
        "backtest_id": backtest.id,
        "check_name": made.check_name,
        "hash": made.hash,
        "record": made.document(),
        "granted_by": actor.id,
        "created_at": utc_now(),
        "expires_at": wanted.expires_at,
    }
    connection.execute(insert(waivers).values(**row))
    about = {"strategy_id": backtest.strategy_id, "check_name": made.check_name, "reason": made.reason}
    audit.record(connection, origin, "waiver.granted", actor=actor, target=str(row["id"]), **about)
    told = {"waiver_id": row["id"], "strategy_id": backtest.strategy_id, "check_name": made.check_name, "by": actor.name}
    log.append(connection, Event(type="waiver_granted", data=told, owner_id=backtest.owner_id))
    return _waiver(connection.execute(select(waivers).where(waivers.c.id == row["id"])).one())


def withdraw(connection: Connection, origin: Origin, actor: Actor, waiver_id: str) -> None:
    """Take a waiver back, which stays on record; raises NotFound, and Conflict for one that was taken back before."""
    row = connection.execute(select(waivers).where(waivers.c.id == waiver_id).with_for_update()).first()
    if row is None:
        raise NotFound("There is no such waiver.")
    if row.withdrawn_at is not None:
        raise Conflict("The waiver was taken back already.")
    values = {"withdrawn_at": utc_now(), "withdrawn_by": actor.id}
    connection.execute(update(waivers).where(waivers.c.id == waiver_id).values(**values))
    audit.record(connection, origin, "waiver.withdrawn", actor=actor, target=waiver_id, strategy_id=row.strategy_id)


def list_(connection: Connection, actor: Actor, query: WaiverFilter) -> WaiverList:
    """The waivers of the strategies that are somebody's own, newest first; an admin sees all."""
    own = select(strategies.c.id).where(strategies.c.owner_id == actor.id)
    which: list[ColumnElement[bool]] = [true() if actor.is_admin else waivers.c.strategy_id.in_(own)]
    if query.strategy_id is not None:
        which.append(waivers.c.strategy_id == query.strategy_id)
    total = connection.execute(select(func.count()).select_from(waivers).where(*which)).scalar_one()
    newest = select(waivers).where(*which).order_by(waivers.c.created_at.desc(), waivers.c.id.desc())
    rows = connection.execute(newest.offset(query.skip).limit(query.limit))
    return WaiverList(total=total, waivers=[_waiver(row) for row in rows])


def holding(connection: Connection, backtest: Backtest) -> list[dict[str, Any]]:
    """The records of the waivers that hold now for the run of a backtest, newest first."""
    newest = select(waivers).where(waivers.c.strategy_id == backtest.strategy_id).order_by(waivers.c.created_at.desc())
    key = _subject(backtest).key
    return [row.record for row in connection.execute(newest) if row.record["subject"] == key and _holds(row)]


def ended(connection: Connection, hashes: Sequence[str]) -> list[str]:
    """Why waivers that a verdict rests on, by their hashes, hold no longer: a sentence each."""
    rows = {row.hash: row for row in connection.execute(select(waivers).where(waivers.c.hash.in_(hashes)))}
    return [f"the waiver {one[:12]} holds no longer" for one in hashes if one not in rows or not _holds(rows[one])]


def _subject(backtest: Backtest) -> Subject:
    """The run that a completed backtest is."""
    if backtest.identity is None or backtest.result is None:
        raise Conflict("The backtest is not complete.")
    told = {"strategy": backtest.spec["strategy"], "instruments": backtest.instruments, "result": backtest.result}
    return Subject.of({**told, "identity": backtest.identity.model_dump()})


def _holds(row: Row[Any]) -> bool:
    return row.withdrawn_at is None and (row.expires_at is None or row.expires_at > utc_now())


def _waiver(row: Row[Any]) -> Waiver:
    own = ("id", "strategy_id", "backtest_id", "check_name", "hash", "created_at", "expires_at", "withdrawn_at")
    said = {name: row.record[name] for name in ("by", "reason")}
    return Waiver(**{name: getattr(row, name) for name in own}, **said, holds=_holds(row))
