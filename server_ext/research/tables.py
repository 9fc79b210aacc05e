"""Rows of backtests and sweeps: what was asked; what came of it stands in the row of the job."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table

from server_ext.db.metadata import Document, Instant, metadata

__all__ = ["backtests", "sweeps"]

backtests = Table(
    "backtests",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("owner_id", ForeignKey("users.id"), nullable=False),
    Column("team", String(100)),
    Column("strategy_id", ForeignKey("strategies.id"), nullable=False),
    Column("job_id", ForeignKey("jobs.id"), nullable=False),
    Column("spec", Document, nullable=False),
    Column("spec_hash", String(64), nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index(None, "owner_id", "created_at", "id"),
    Index(None, "created_at", "id"),
    Index(None, "strategy_id"),
    Index(None, "job_id"),
)

sweeps = Table(
    "sweeps",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("owner_id", ForeignKey("users.id"), nullable=False),
    Column("team", String(100)),
    Column("job_id", ForeignKey("jobs.id"), nullable=False),
    Column("strategy_type", String(60), nullable=False),
    Column("asked", Document, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index(None, "owner_id", "created_at", "id"),
    Index(None, "job_id"),
)
