"""Rows of the event log: append-only, numbered in the order of their commits."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table

from server_ext.db.metadata import BigSerial, Document, Instant, metadata

__all__ = ["event_log", "event_readers", "events"]

events = Table(
    "events",
    metadata,
    Column("seq", BigSerial, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("type", String(60), nullable=False),
    Column("audience", String(10), nullable=False),
    Column("owner_id", String(36)),
    Column("team", String(100)),
    Column("key", String(200), unique=True),
    Column("data", Document, nullable=False),
    Index(None, "at"),
    sqlite_autoincrement=True,
)

event_readers = Table(
    "event_readers",
    metadata,
    Column("seq", ForeignKey("events.seq", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("reader_kind", String(10), primary_key=True),
    Column("reader", String(100), primary_key=True),
)

event_log = Table(
    "event_log",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("epoch", String(36), nullable=False),
    Column("forgotten", BigInteger, nullable=False),
)
