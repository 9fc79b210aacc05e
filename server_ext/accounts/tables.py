"""Rows of accounts: who there is, who is signed in, who was invited, and who did what."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table

from server_ext.db.metadata import BigSerial, Document, Instant, metadata

__all__ = ["audit", "invitations", "refresh_tokens", "sessions", "tickets", "users"]

users = Table(
    "users",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("role", String(20), nullable=False),
    Column("team", String(100)),
    Column("password_hash", String(200), nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Index(None, "created_at", "id"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("method", String(20), nullable=False),
    Column("cookie_hash", String(64), unique=True),
    Column("created_at", Instant, nullable=False),
    Column("used_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("revoked_because", String(40)),
    Column("address", String(45), nullable=False),
    Column("user_agent", String(300), nullable=False),
    Index(None, "user_id", "address"),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("session_id", ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("spent_at", Instant),
    Column("nonce", String(64)),
    Column("retry_hash", String(64)),
    Index(None, "session_id"),
)

invitations = Table(
    "invitations",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("role", String(20), nullable=False),
    Column("team", String(100)),
    Column("is_setup", Boolean, nullable=False),
    Column("invited_by", ForeignKey("users.id", ondelete="CASCADE")),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("used_by", ForeignKey("users.id", ondelete="SET NULL")),
    Index(None, "created_at", "id"),
)

tickets = Table(
    "tickets",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("session_id", ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
    Column("expires_at", Instant, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", BigSerial, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("actor_id", String(36)),
    Column("session_id", String(36)),
    Column("address", String(45), nullable=False),
    Column("user_agent", String(300), nullable=False),
    Column("request_id", String(64), nullable=False),
    Column("action", String(60), nullable=False),
    Column("target", String(200), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("detail", Document, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index(None, "actor_id", "seq"),
    sqlite_autoincrement=True,
)
