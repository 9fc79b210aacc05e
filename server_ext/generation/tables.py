"""Rows of reflexions; what each found in full stands in the store, under the hash that its job has."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text

from server_ext.db.metadata import Instant, metadata

__all__ = ["reflexions"]

reflexions = Table(
    "reflexions",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("owner_id", ForeignKey("users.id"), nullable=False),
    Column("team", String(100)),
    Column("strategy_id", ForeignKey("strategies.id"), nullable=False),
    Column("backtest_id", ForeignKey("backtests.id"), nullable=False),
    Column("job_id", ForeignKey("jobs.id"), nullable=False),
    Column("feedback", Text, nullable=False),
    Column("child_id", ForeignKey("strategies.id")),
    Column("created_at", Instant, nullable=False),
    Index(None, "strategy_id", "created_at", "id"),
    Index(None, "owner_id"),
    Index(None, "backtest_id"),
    Index(None, "job_id"),
    Index(None, "child_id"),
)
