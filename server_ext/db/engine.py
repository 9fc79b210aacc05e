"""The connection to SQLite or PostgreSQL, set up so that a commit means the same on both."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from aurelius_kernel.errors import InvalidField

__all__ = ["BUSY_SECONDS", "is_sqlite", "make_engine"]

BUSY_SECONDS = 5
"""How long a write waits for another program's lock before it gives up."""

_DRIVERS = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


def to_json(value: Any) -> str:
    """A value as JSON text; not-a-number and infinities become null, as everywhere on the wire."""
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS).decode()


_JSON = {"json_serializer": to_json, "json_deserializer": orjson.loads}


def make_engine(address: str, *, pool: int = 10) -> Engine:
    """An engine for `sqlite:///…` or `postgresql://…`; raises InvalidField for anything else.

    A connection with the execution option `write=True` takes SQLite's write lock when its transaction begins: a transaction that
    reads first and writes later would fail at once, whatever its patience.
    """
    url = _url(address)
    return _sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(url, pool)


def is_sqlite(connection: Connection | Engine) -> bool:
    """Whether the rows live in a SQLite file."""
    return connection.dialect.name == "sqlite"


def _url(address: str) -> URL:
    try:
        url = make_url(address)
    except ArgumentError:
        raise InvalidField.of("DATABASE_URL", "must be sqlite:///path or postgresql://user:password@host/name") from None
    backend = url.drivername.split("+")[0]
    if backend not in _DRIVERS:
        raise InvalidField.of("DATABASE_URL", f"must name sqlite or postgresql, not {backend}")
    return url.set(drivername=_DRIVERS[backend])


def _postgresql(url: URL, pool: int) -> Engine:
    connect_args = {"connect_timeout": 5, "application_name": "aurelius"}
    limits = {"pool_size": pool, "max_overflow": 2, "pool_timeout": 5}
    return create_engine(url, pool_pre_ping=True, connect_args=connect_args, **limits, **_JSON)


def _sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        raise InvalidField.of("DATABASE_URL", "must name a file; a database in memory would be lost")
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    connect_args = {"timeout": BUSY_SECONDS, "check_same_thread": False}
    limits = {"pool_size": 8, "max_overflow": 4, "pool_timeout": 5}
    engine = create_engine(url, poolclass=QueuePool, connect_args=connect_args, **limits, **_JSON)
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "temp_store = MEMORY", "cache_size = -16000"):
        connection.execute(f"PRAGMA {pragma}")


def _on_begin(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    if driver.in_transaction:
        return
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("write") else "BEGIN")
