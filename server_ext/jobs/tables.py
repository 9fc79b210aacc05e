"""Rows of jobs: the truth about what waits, runs and was run; whatever executes them may die at any moment."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from server_ext.db.metadata import BigSerial, Document, Instant, metadata

__all__ = ["job_output", "jobs"]

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("owner_id", ForeignKey("users.id"), nullable=False),
    Column("team", String(100)),
    Column("kind", String(20), nullable=False),
    Column("notebook", String(400), nullable=False),
    Column("source", String(64), nullable=False),
    Column("parameters", Document, nullable=False),
    Column("subject", Document, nullable=False),
    Column("identity", String(64)),
    Column("state", String(12), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("timeout", Float, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("cancel_requested", Boolean, nullable=False),
    Column("progress", Float, nullable=False),
    Column("stage", String(200), nullable=False),
    Column("error_code", String(60)),
    Column("error", Text),
    Column("result", String(64)),
    Column("found", Document),
    Column("run_key", String(64)),
    Column("executed", String(64)),
    Column("log", String(64)),
    Column("seconds", Float),
    Column("host", String(255)),
    Column("pid", Integer),
    Column("pid_started", Float),
    Column("session_id", String(36)),
    Column("created_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("finished_at", Instant),
    Index(None, "state", "created_at"),
    Index(None, "owner_id", "created_at", "id"),
    Index(None, "created_at", "id"),
    Index(None, "identity"),
    Index(None, "run_key"),
)

job_output = Table(
    "job_output",
    metadata,
    Column("seq", BigSerial, primary_key=True, autoincrement=True),
    Column("job_id", ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    Column("fence", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Index(None, "job_id", "seq"),
)
