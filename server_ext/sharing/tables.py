"""Rows of what is shared with whom, whatever kind of object it is."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table, UniqueConstraint

from server_ext.db.metadata import Instant, metadata

__all__ = ["shares"]

shares = Table(
    "shares",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("object_id", String(36), nullable=False),
    Column("reader_kind", String(10), nullable=False),
    Column("reader", String(100), nullable=False),
    Column("shared_by", ForeignKey("users.id"), nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("kind", "object_id", "reader_kind", "reader"),
    Index(None, "reader_kind", "reader", "kind", "object_id"),
)
