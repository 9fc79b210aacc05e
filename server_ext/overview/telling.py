"""Telling accounts when the numbers of their overview change."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select

from server_ext.access.actor import Role
from server_ext.accounts.tables import users
from server_ext.db import Database
from server_ext.events import EventLog
from server_ext.events.tables import event_readers, events
from server_ext.events.types import EVENT_TYPES
from server_ext.overview import service
from server_ext.platform import Platform

__all__ = ["keep_telling", "tell_changes"]

_COUNTED = ("strategy_", "backtest_", "validation_", "gate_", "job_", "reflexion_", "orchestrator_")
COUNTED = tuple(name for name in EVENT_TYPES if name.startswith(_COUNTED) and not name.endswith("_progress"))
"""The events after which a number may be another."""


@dataclass(frozen=True, kw_only=True)
class Onlooker:
    """Somebody whose overview may have changed."""

    id: str
    team: str | None
    is_admin: bool


def keep_telling(platform: Platform, after: int) -> int:
    """Tell everybody who listens here and whose numbers changed by events after a number; gives the one up to which that is done.

    Who does not listen reads the numbers when coming back.
    """
    return tell_changes(platform.database, platform.log, platform.hub.connections_by_user, after)


def tell_changes(database: Database, log: EventLog, listening: Collection[str], after: int) -> int:
    """The same, with the parts it needs."""
    with database.reading() as connection:
        upto = log.state(connection).newest
        changed = [one for one in _concerned(connection, listening, after, upto) if service.changed(connection, one)]
    for one in changed:
        with database.writing() as connection:
            service.tell(connection, log, one)
    return upto


def _concerned(connection: Connection, listening: Collection[str], after: int, upto: int) -> Sequence[Onlooker]:
    """Whom events may concern of those that listen: their owners, those they are shared with, every admin."""
    happened = (events.c.seq > after, events.c.seq <= upto, events.c.type.in_(COUNTED))
    owners = set(connection.execute(select(events.c.owner_id).where(*happened).distinct()).scalars())
    if not owners or not listening:
        return []
    joined = select(event_readers.c.reader_kind, event_readers.c.reader).join(events, events.c.seq == event_readers.c.seq)
    readers = {(row.reader_kind, row.reader) for row in connection.execute(joined.where(*happened).distinct())}
    named = {kind: [reader for one, reader in readers if one == kind] for kind in ("user", "team")}
    whom = or_(users.c.id.in_([*owners, *named["user"]]), users.c.team.in_(named["team"]), users.c.role == Role.ADMIN)
    rows = connection.execute(select(users.c.id, users.c.team, users.c.role).where(whom))
    return [Onlooker(id=row.id, team=row.team, is_admin=row.role == Role.ADMIN) for row in rows if row.id in listening]
