"""The event log: appended to in the transaction of the change it tells of, read by sequence number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from aurelius_kernel.clock import utc_now
from server_ext.access.visibility import Audience, Viewer
from server_ext.db.database import after_commit
from server_ext.db.engine import is_sqlite, to_json
from server_ext.db.ledger import take_ledger_lock
from server_ext.db.metadata import new_id
from server_ext.events.event import Event, Recorded, visible_to
from server_ext.events.tables import event_log, event_readers, events

__all__ = ["CHANNEL", "EventLog", "Page", "State"]

_INTO = "INSERT INTO events (at, type, audience, owner_id, team, data) VALUES"
_ROW = {"sqlite": "(?, ?, ?, ?, ?, ?)", "postgresql": "(%s, %s, %s, %s, %s, %s::jsonb)"}
_AT_ONCE = 500
_NEWEST = select(func.max(events.c.seq))

CHANNEL = "aurelius_events"
"""The PostgreSQL channel on which each commit of events is announced, for other servers to wake up."""


@dataclass(frozen=True, kw_only=True)
class State:
    """Where the log stands: `after` is only good within its epoch, and only from `forgotten` on."""

    epoch: str
    newest: int
    forgotten: int


@dataclass(frozen=True, kw_only=True)
class Page:
    """Events in order, and how far the log was read: a reader goes on from `upto`, whatever it was allowed to see."""

    events: tuple[Recorded, ...]
    upto: int
    state: State


class EventLog:
    """The log of one database; `wake` callbacks run, on the writing thread, after each commit that appended."""

    def __init__(self) -> None:
        self._sleepers: list[Callable[[], None]] = []

    def on_append(self, wake: Callable[[], None]) -> None:
        """Call `wake` after each commit of this process that appended events; it must return at once."""
        self._sleepers.append(wake)

    def append(self, connection: Connection, *new: Event) -> int | None:
        """Append events to the log in the caller's transaction, and give the number of the last one that was new.

        Whoever appends holds the log until its commit, so append last in a transaction.
        """
        if not new:
            return None
        take_ledger_lock(connection)
        seq = _insert(connection, new)
        if seq is not None:
            if not is_sqlite(connection):
                connection.execute(text("SELECT pg_notify(:channel, :seq)"), {"channel": CHANNEL, "seq": str(seq)})
            after_commit(connection, self._wake)
        return seq

    def state(self, connection: Connection) -> State:
        """Where the log stands."""
        epoch, forgotten = connection.execute(select(event_log.c.epoch, event_log.c.forgotten)).one()
        newest = connection.execute(select(func.max(events.c.seq))).scalar()
        return State(epoch=epoch, forgotten=forgotten, newest=forgotten if newest is None else newest)

    def read(
        self, connection: Connection, viewer: Viewer, *, after: int, limit: int = 1_000, types: Sequence[str] | None = None
    ) -> Page:
        """The events after a number that `viewer` may see, oldest first, at most `limit`."""
        state = self.state(connection)
        query = select(events).where(events.c.seq > after, events.c.seq <= state.newest, visible_to(viewer))
        if types is not None:
            query = query.where(events.c.type.in_(types))
        rows = connection.execute(query.order_by(events.c.seq).limit(limit)).all()
        upto = rows[-1].seq if len(rows) == limit else max(after, state.newest)
        return Page(events=tuple(_recorded(row) for row in rows), upto=upto, state=state)

    def forget(self, connection: Connection, *, days: int, count: int) -> int:
        """Drop the events older than `days` and all but the newest `count`; gives how many went."""
        too_old = connection.execute(select(func.max(events.c.seq)).where(events.c.at < utc_now() - timedelta(days=days))).scalar()
        beyond = connection.execute(select(events.c.seq).order_by(events.c.seq.desc()).offset(count).limit(1)).scalar()
        bound = max(too_old or 0, beyond or 0)
        gone = connection.execute(events.delete().where(events.c.seq <= bound)).rowcount
        if gone:
            connection.execute(update(event_log).values(forgotten=bound))
        return gone

    def renew_epoch(self, connection: Connection) -> str:
        """Begin a new epoch, so that no client resumes by numbers of another history."""
        epoch = new_id()
        connection.execute(update(event_log).values(epoch=epoch))
        return epoch

    def _wake(self) -> None:
        for wake in self._sleepers:
            wake()


def _row(event: Event) -> dict[str, Any]:
    about = {"type": event.type, "audience": event.audience, "owner_id": event.owner_id, "team": event.team, "key": event.key}
    return {**about, "at": utc_now(), "data": dict(event.data)}


def _recorded(row: Row[Any]) -> Recorded:
    return Recorded(**{**row._asdict(), "audience": Audience(row.audience)})


def _insert(connection: Connection, new: Sequence[Event]) -> int | None:
    """Insert events, at once where that is possible, and give the number of the last one."""
    if any(event.key is not None or event.readers for event in new):
        found = [_insert_one(connection, event) for event in new]
        return max((seq for seq in found if seq is not None), default=None)
    for start in range(0, len(new), _AT_ONCE):
        _insert_plain(connection, new[start : start + _AT_ONCE])
    return connection.execute(_NEWEST).scalar()


def _insert_plain(connection: Connection, new: Sequence[Event]) -> None:
    """Insert events in one statement, as the driver takes them.

    Thousands a second come this way: row by row, each column's type would be asked each time, and SQLite would give the
    interpreter away and wait for it again.
    """
    now: Any = utc_now()
    if is_sqlite(connection):
        now = f"{now:%Y-%m-%d %H:%M:%S.%f}"
    values: list[Any] = []
    for event in new:
        values += (now, event.type, event.audience.value, event.owner_id, event.team, to_json(dict(event.data)))
    connection.exec_driver_sql(f"{_INTO} {', '.join([_ROW[connection.dialect.name]] * len(new))}", tuple(values))


def _insert_one(connection: Connection, event: Event) -> int | None:
    """Insert one event with its readers; None for one whose key is there already."""
    dialect = sqlite if is_sqlite(connection) else postgresql
    statement = dialect.insert(events).on_conflict_do_nothing(index_elements=["key"]).returning(events.c.seq)
    seq = connection.execute(statement, _row(event)).scalar()
    if seq is not None and event.readers:
        readers = [{"seq": seq, "reader_kind": reader.kind, "reader": reader.name} for reader in event.readers]
        connection.execute(insert(event_readers), readers)
    return seq
