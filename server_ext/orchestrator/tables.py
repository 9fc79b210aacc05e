"""Rows of orchestrations: what was asked, and the six stages as they stand."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, Text

from server_ext.db.metadata import Document, Instant, metadata

__all__ = ["orchestrations"]

orchestrations = Table(
    "orchestrations",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("owner_id", ForeignKey("users.id"), nullable=False),
    Column("team", String(100)),
    Column("strategy_id", ForeignKey("strategies.id")),
    Column("job_id", ForeignKey("jobs.id"), nullable=False),
    Column("goal", Text),
    Column("asked", Document, nullable=False),
    Column("stages", Document, nullable=False),
    Column("settled", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index(None, "owner_id", "created_at", "id"),
    Index(None, "created_at", "id"),
    Index(None, "strategy_id", "created_at", "id"),
    Index(None, "job_id"),
    Index(None, "settled"),
)
