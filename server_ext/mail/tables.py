"""Rows of mails: whom a schedule's runs are mailed to, and each mail from the moment its job is queued."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from server_ext.db.metadata import Document, Instant, metadata

__all__ = ["mails", "schedule_recipients"]

schedule_recipients = Table(
    "schedule_recipients",
    metadata,
    Column("schedule_id", ForeignKey("schedules.id", ondelete="CASCADE"), primary_key=True),
    Column("recipients", Document, nullable=False),
)

mails = Table(
    "mails",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("owner_id", ForeignKey("users.id"), nullable=False),
    Column("job_id", ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("recipients", Document, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error", String(400), nullable=False),
    Column("next_at", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Index(None, "state", "next_at"),
    Index(None, "job_id"),
    Index(None, "owner_id"),
)
