"""What can be done with the policy: read as it is in force, and set to a next version with a name and a reason."""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from aurelius_kernel.artifacts import Store
from aurelius_kernel.clock import utc_now
from aurelius_kernel.gates.keeping import put_in_force
from aurelius_kernel.gates.policy import Policy as Limits
from server_ext.access.actor import Actor, Origin
from server_ext.access.visibility import Audience
from server_ext.accounts import audit
from server_ext.db import after_commit
from server_ext.db.ledger import take_ledger_lock
from server_ext.events import Event, EventLog
from server_ext.policy.schemas import NewPolicy, Policy, PolicyList
from server_ext.policy.tables import policies
from server_ext.web.schema import Paging

__all__ = ["in_force", "list_", "now", "set_"]


def in_force(connection: Connection) -> Limits:
    """The policy that was set last, the defaults before anybody did."""
    record = connection.execute(select(policies.c.record).order_by(policies.c.version.desc()).limit(1)).scalar()
    return Limits() if record is None else Limits.of(record)


def now(connection: Connection) -> Policy:
    """The policy in force."""
    row = connection.execute(select(policies).order_by(policies.c.version.desc()).limit(1)).first()
    return _policy(Limits(), None) if row is None else _told(row)


def list_(connection: Connection, query: Paging) -> PolicyList:
    """Every policy that was ever set, newest first; the defaults that were there before stand for themselves."""
    total = connection.execute(select(func.count()).select_from(policies)).scalar_one()
    newest = select(policies).order_by(policies.c.version.desc()).offset(query.skip).limit(query.limit)
    return PolicyList(total=total, policies=[_told(row) for row in connection.execute(newest)])


def set_(connection: Connection, log: EventLog, origin: Origin, actor: Actor, store: Store, wanted: NewPolicy) -> Policy:
    """Put other limits in force, in the store too, where notebooks look.

    Raises UnknownName for a limit that there is not, InvalidField without a change.
    """
    take_ledger_lock(connection)
    revised = in_force(connection).revised(by=actor.name, reason=wanted.reason, **wanted.limits)
    row = {"version": revised.version, "hash": revised.hash, "record": revised.document(), "set_by": actor.id}
    connection.execute(insert(policies).values(**row, created_at=utc_now()))
    after_commit(connection, partial(put_in_force, store, revised))
    told = {"version": revised.version, "set_by": actor.name, "reason": wanted.reason}
    target = f"version {revised.version}"
    audit.record(connection, origin, "policy.set", actor=actor, target=target, reason=wanted.reason, limits=wanted.limits)
    log.append(connection, Event(type="policy_changed", data=told, audience=Audience.EVERYONE))
    return now(connection)


def _told(row: Row[Any]) -> Policy:
    return _policy(Limits.of(row.record), row)


def _policy(limits: Limits, row: Row[Any] | None) -> Policy:
    own = {name: getattr(limits, name) for name in ("version", "set_by", "reason", "supersedes")}
    return Policy(**own, hash=limits.hash, limits=limits.limits(), created_at=row.created_at if row else None)
