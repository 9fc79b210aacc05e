"""Rows of strategies: each with every version it ever had."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from server_ext.db.metadata import Document, Instant, metadata

__all__ = ["strategies", "strategy_versions"]

strategies = Table(
    "strategies",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("owner_id", ForeignKey("users.id"), nullable=False),
    Column("team", String(100)),
    Column("name", String(200), nullable=False),
    Column("strategy_type", String(60), nullable=False),
    Column("status", String(20), nullable=False),
    Column("version", Integer, nullable=False),
    Column("parameters", Document, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Index(None, "owner_id", "created_at", "id"),
    Index(None, "created_at", "id"),
)

strategy_versions = Table(
    "strategy_versions",
    metadata,
    Column("strategy_id", ForeignKey("strategies.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("parameters", Document, nullable=False),
    Column("created_by", ForeignKey("users.id"), nullable=False),
    Column("created_at", Instant, nullable=False),
)
