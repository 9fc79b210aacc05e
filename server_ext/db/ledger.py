"""The lock that makes the numbers of append-only tables rise in the order of their commits."""

from __future__ import annotations

from sqlalchemy import Connection, text

from server_ext.db.engine import is_sqlite

__all__ = ["take_ledger_lock"]

_LEDGER = 0x6175_7266


def take_ledger_lock(connection: Connection) -> None:
    """Make this transaction the only one that appends, until it ends.

    PostgreSQL hands out numbers before commits: without the lock a reader could pass 37002 while 37001 was still to be committed,
    and never see it. SQLite has one writer anyway.
    """
    if not is_sqlite(connection):
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LEDGER})
