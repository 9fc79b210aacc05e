"""What can be done about sharing, for every kind of object; each function is one transaction of its caller."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Row, and_, exists, insert, or_, select, true

from aurelius_kernel.clock import utc_now
from aurelius_kernel.errors import InvalidField, NotFound
from server_ext.access.actor import Actor, Origin
from server_ext.access.visibility import Audience, Reader, Viewer, is_named
from server_ext.accounts import audit
from server_ext.accounts.tables import users
from server_ext.db.metadata import new_id
from server_ext.errors import Conflict, NotAllowed
from server_ext.events import Event, EventLog
from server_ext.sharing.schemas import NewShare, Share, ShareList
from server_ext.sharing.tables import shares

__all__ = ["Kind", "Own", "Shareable", "forget", "list_shares", "owned", "readers_of", "share", "told_to", "unshare", "visible_to"]


class Kind(StrEnum):
    """What can be shared."""

    STRATEGY = "strategy"
    BACKTEST = "backtest"
    SWEEP = "sweep"
    VALIDATION = "validation"
    JOB = "job"
    SCHEDULE = "schedule"
    REFLEXION = "reflexion"
    ORCHESTRATION = "orchestration"


@dataclass(frozen=True, kw_only=True)
class Shareable:
    """An object that its owner may share."""

    kind: Kind
    id: str
    name: str
    owner_id: str


Own = Callable[[Connection, Actor, str], Shareable]
"""Finds an object by its id for its owner or an admin; raises NotFound, or NotAllowed for a reader of it."""


def visible_to(viewer: Viewer, kind: Kind, table: FromClause) -> ColumnElement[bool]:
    """Which rows of `table`, by `id` and `owner_id`, somebody may see: one's own, what is shared with one, and an admin all."""
    if viewer.is_admin:
        return true()
    named = is_named(viewer, shares.c.reader_kind, shares.c.reader)
    shared = exists().where(and_(shares.c.kind == kind, shares.c.object_id == table.c.id, named))
    return or_(table.c.owner_id == viewer.id, shared)


def readers_of(connection: Connection, *things: tuple[Kind, str]) -> frozenset[Reader]:
    """Whom any of these objects is shared with."""
    which = or_(*(and_(*_of(kind, object_id)) for kind, object_id in things))
    rows = connection.execute(select(shares.c.reader_kind, shares.c.reader).where(which))
    return frozenset(Reader(reader_kind, name) for reader_kind, name in rows)


def told_to(connection: Connection, *things: tuple[Kind, str]) -> dict[str, Any]:
    """Whom an event about these objects is for beside its owner, as the fields of the event."""
    readers = readers_of(connection, *things)
    return {"audience": Audience.SHARED, "readers": readers} if readers else {}


def owned(actor: Actor, thing: Shareable) -> Shareable:
    """The object; raises NotAllowed for somebody who may read it, but does not own it."""
    if not actor.is_admin and thing.owner_id != actor.id:
        raise NotAllowed(f"This {thing.kind} is shared with you to be read; only its owner changes it.")
    return thing


def list_shares(connection: Connection, actor: Actor, own: Own, object_id: str) -> ShareList:
    """Whom an object of one's own is shared with."""
    thing = own(connection, actor, object_id)
    rows = connection.execute(_listed().where(*_of(thing.kind, thing.id)).order_by(shares.c.created_at.desc(), shares.c.id))
    found = [_share(row) for row in rows]
    return ShareList(total=len(found), shares=found)


def share(connection: Connection, log: EventLog, origin: Origin, actor: Actor, own: Own, object_id: str, wanted: NewShare) -> Share:
    """Share an object of one's own, to be read, and tell whoever may now read it.

    Raises InvalidField for nobody, Conflict for somebody who may already.
    """
    thing = own(connection, actor, object_id)
    reader = _reader(connection, wanted)
    if reader == Reader("user", thing.owner_id):
        raise InvalidField.of("email", f"is that of the owner of this {thing.kind}")
    already = (*_of(thing.kind, thing.id), shares.c.reader_kind == reader.kind, shares.c.reader == reader.name)
    if connection.execute(select(shares.c.id).where(*already)).first() is not None:
        raise Conflict(f"This {thing.kind} is shared so already.")
    row = {"id": new_id(), "kind": thing.kind, "object_id": thing.id, "reader_kind": reader.kind, "reader": reader.name}
    connection.execute(insert(shares).values(**row, shared_by=actor.id, created_at=utc_now()))
    made = _share(connection.execute(_listed().where(shares.c.id == row["id"])).one())
    _record(connection, origin, actor, thing, "shared", made)
    told = {"message": f"{actor.name} shared the {thing.kind} “{thing.name}” with you.", "level": "info"}
    log.append(connection, Event(type="notification", data=told, audience=Audience.SHARED, readers=frozenset({reader})))
    return made


def unshare(connection: Connection, origin: Origin, actor: Actor, own: Own, object_id: str, share_id: str) -> None:
    """Take a share of one's own object back; raises NotFound."""
    thing = own(connection, actor, object_id)
    which = (shares.c.id == share_id, *_of(thing.kind, thing.id))
    row = connection.execute(_listed().where(*which)).first()
    if row is None:
        raise NotFound("It is not shared so.")
    connection.execute(shares.delete().where(*which))
    _record(connection, origin, actor, thing, "unshared", _share(row))


def forget(connection: Connection, kind: Kind, *object_ids: str) -> None:
    """Drop the shares of objects that are gone."""
    connection.execute(shares.delete().where(shares.c.kind == kind, shares.c.object_id.in_(object_ids)))


def _of(kind: Kind, object_id: str) -> tuple[ColumnElement[bool], ...]:
    return (shares.c.kind == kind, shares.c.object_id == object_id)


def _reader(connection: Connection, wanted: NewShare) -> Reader:
    if wanted.team is not None:
        if connection.execute(select(users.c.id).where(users.c.team == wanted.team).limit(1)).first() is None:
            raise InvalidField.of("team", "is the name of no team")
        return Reader("team", wanted.team)
    email = (wanted.email or "").strip().casefold()
    user_id = connection.execute(select(users.c.id).where(users.c.email == email, users.c.is_active.is_(True))).scalar()
    if user_id is None:
        raise InvalidField.of("email", "is that of no account")
    return Reader("user", user_id)


def _listed() -> Any:
    user = and_(shares.c.reader_kind == "user", shares.c.reader == users.c.id)
    return select(shares, users.c.email).outerjoin_from(shares, users, user)


def _share(row: Row[Any]) -> Share:
    team = row.reader if row.reader_kind == "team" else None
    return Share(id=row.id, email=row.email, team=team, shared_by=row.shared_by, created_at=row.created_at)


def _record(connection: Connection, origin: Origin, actor: Actor, thing: Shareable, what: str, made: Share) -> None:
    reader = {"email": made.email} if made.team is None else {"team": made.team}
    audit.record(connection, origin, f"{thing.kind}.{what}", actor=actor, target=thing.id, **reader)
