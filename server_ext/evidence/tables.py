"""Rows of validations and verdicts; what they say in full stands in the store, under their hashes."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table

from server_ext.db.metadata import Document, Instant, metadata

__all__ = ["validations", "verdicts"]

validations = Table(
    "validations",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("owner_id", ForeignKey("users.id"), nullable=False),
    Column("team", String(100)),
    Column("strategy_id", ForeignKey("strategies.id"), nullable=False),
    Column("job_id", ForeignKey("jobs.id"), nullable=False),
    Column("asked", Document, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index(None, "owner_id", "created_at", "id"),
    Index(None, "created_at", "id"),
    Index(None, "strategy_id", "created_at", "id"),
    Index(None, "job_id"),
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("owner_id", ForeignKey("users.id"), nullable=False),
    Column("team", String(100)),
    Column("strategy_id", ForeignKey("strategies.id"), nullable=False),
    Column("backtest_id", ForeignKey("backtests.id"), nullable=False),
    Column("validation_id", ForeignKey("validations.id")),
    Column("gate", String(10), nullable=False),
    Column("passed", Boolean, nullable=False),
    Column("verdict", String(64), nullable=False),
    Column("record", Document, nullable=False),
    Column("readiness", Document, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index(None, "owner_id", "created_at", "id"),
    Index(None, "created_at", "id"),
    Index(None, "strategy_id", "gate", "created_at", "id"),
    Index(None, "backtest_id"),
    Index(None, "validation_id"),
)
