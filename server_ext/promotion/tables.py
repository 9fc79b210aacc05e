"""Rows of promotions, each in its latest state; the states before it stand in the store."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table

from server_ext.db.metadata import Document, Instant, metadata

__all__ = ["promotions"]

promotions = Table(
    "promotions",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("owner_id", ForeignKey("users.id"), nullable=False),
    Column("team", String(100)),
    Column("strategy_id", ForeignKey("strategies.id"), nullable=False),
    Column("verdict_id", ForeignKey("verdicts.id"), nullable=False),
    Column("state", String(12), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("record", Document, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Index(None, "owner_id", "created_at", "id"),
    Index(None, "created_at", "id"),
    Index(None, "strategy_id", "created_at", "id"),
    Index(None, "verdict_id"),
)
