"""The same request asked twice: done once, in the transaction that remembers its answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy import Connection, Row, Select, select, update
from sqlalchemy.dialects import postgresql, sqlite

from aurelius_kernel.clock import utc_now
from server_ext.db.engine import is_sqlite
from server_ext.errors import Conflict
from server_ext.web.tables import idempotency

__all__ = ["before", "forget", "once"]

Model = TypeVar("Model", bound=BaseModel)

_ANSWER: Select[Any] = select(idempotency.c.request_hash, idempotency.c.answer)


def once(
    connection: Connection, owner_id: str, key: str, request_hash: str, work: Callable[[], Model], answer: type[Model]
) -> Model:
    """What `work` answers, or what it answered under this key before; raises Conflict when the request was another one.

    The row is claimed before the work and filled after it, in one transaction: whoever asks at the same time waits for it.
    """
    dialect = sqlite if is_sqlite(connection) else postgresql
    claim = dialect.insert(idempotency).values(owner_id=owner_id, key=key, request_hash=request_hash, created_at=utc_now())
    row = (idempotency.c.owner_id == owner_id) & (idempotency.c.key == key)
    if connection.execute(claim.on_conflict_do_nothing().returning(idempotency.c.key)).first() is not None:
        result = work()
        connection.execute(update(idempotency).where(row).values(answer=result.model_dump(mode="json")))
        return result
    return _stored(connection.execute(_ANSWER.where(row)).one(), request_hash, answer)


def before(connection: Connection, owner_id: str, key: str, request_hash: str, answer: type[Model]) -> Model | None:
    """What was answered under this key before, if anything; raises Conflict when the request was another one."""
    stored = connection.execute(_ANSWER.where(idempotency.c.owner_id == owner_id, idempotency.c.key == key)).first()
    return None if stored is None else _stored(stored, request_hash, answer)


def _stored(stored: Row[Any], request_hash: str, answer: type[Model]) -> Model:
    if stored.request_hash != request_hash:
        raise Conflict(
            "This Idempotency-Key was used for another request.", fields={"Idempotency-Key": "belongs to another request"}
        )
    return answer.model_validate(stored.answer)


def forget(connection: Connection) -> int:
    """Drop the answers older than a day; gives how many went."""
    return connection.execute(idempotency.delete().where(idempotency.c.created_at < utc_now() - timedelta(days=1))).rowcount
