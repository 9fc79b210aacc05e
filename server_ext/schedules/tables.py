"""Rows of schedules and of what came of each time they were due."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, String, Table

from server_ext.db.metadata import Document, Instant, metadata

__all__ = ["schedule_runs", "schedules"]

schedules = Table(
    "schedules",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("owner_id", ForeignKey("users.id"), nullable=False),
    Column("team", String(100)),
    Column("name", String(200), nullable=False),
    Column("notebook", String(400), nullable=False),
    Column("parameters", Document, nullable=False),
    Column("trigger", Document, nullable=False),
    Column("timeout", Float),
    Column("priority", Integer, nullable=False),
    Column("misfire", String(10), nullable=False),
    Column("misfire_seconds", Float, nullable=False),
    Column("overlap", String(10), nullable=False),
    Column("is_paused", Boolean, nullable=False),
    Column("next_at", Instant),
    Column("last_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Index(None, "owner_id", "created_at", "id"),
    Index(None, "next_at"),
)

schedule_runs = Table(
    "schedule_runs",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("schedule_id", ForeignKey("schedules.id", ondelete="CASCADE"), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("fired_at", Instant, nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("reason", String(400), nullable=False),
    Column("job_id", ForeignKey("jobs.id", ondelete="SET NULL")),
    Index(None, "schedule_id", "fired_at", "id"),
    Index(None, "job_id"),
)
