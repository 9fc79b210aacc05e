"""The audit log: who did what, from where; append-only, each row sealed by the hash of the one before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select

from aurelius_kernel.clock import rfc3339, utc_now
from aurelius_kernel.hashing import content_hash
from server_ext.access.actor import Actor, Origin
from server_ext.accounts.tables import audit
from server_ext.db.ledger import take_ledger_lock

__all__ = ["first_broken", "record"]

_BEGINNING = "0" * 64


def record(
    connection: Connection,
    origin: Origin,
    action: str,
    /,
    *,
    actor: Actor | None = None,
    target: str = "",
    outcome: str = "ok",
    **detail: Any,
) -> None:
    """Write one row in the caller's transaction; `detail` must hold no secret."""
    take_ledger_lock(connection)
    previous = connection.execute(select(audit.c.hash).order_by(audit.c.seq.desc()).limit(1)).scalar() or _BEGINNING
    row = {
        "at": utc_now(),
        "actor_id": actor.id if actor else None,
        "session_id": actor.session_id if actor else None,
        "address": origin.address,
        "user_agent": origin.user_agent[:300],
        "request_id": origin.request_id,
        "action": action,
        "target": target[:200],
        "outcome": outcome,
        "detail": detail,
        "previous_hash": previous,
    }
    connection.execute(insert(audit).values(**row, hash=_seal(row)))


def first_broken(connection: Connection) -> int | None:
    """The number of the first row that was changed, or follows one that was taken out; None when all hold."""
    previous = _BEGINNING
    for row in connection.execute(select(audit).order_by(audit.c.seq).execution_options(yield_per=1_000)):
        if row.previous_hash != previous or row.hash != _seal(row._asdict()):
            return int(row.seq)
        previous = row.hash
    return None


def _seal(row: Mapping[str, Any]) -> str:
    sealed = {name: value for name, value in row.items() if name not in {"seq", "hash"}}
    return content_hash({**sealed, "at": rfc3339(sealed["at"])})
