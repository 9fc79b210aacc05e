"""Rows of answers already given, by the key the client chose for its request."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table

from server_ext.db.metadata import Document, Instant, metadata

__all__ = ["idempotency"]

idempotency = Table(
    "idempotency",
    metadata,
    Column("owner_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("request_hash", String(64), nullable=False),
    Column("answer", Document),
    Column("created_at", Instant, nullable=False),
    Index(None, "created_at"),
)
