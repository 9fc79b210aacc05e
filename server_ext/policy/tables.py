"""Rows of policies and waivers: none is ever changed into another, each says who, when and why."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from server_ext.db.metadata import Document, Instant, metadata

__all__ = ["policies", "waivers"]

policies = Table(
    "policies",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("hash", String(64), nullable=False),
    Column("record", Document, nullable=False),
    Column("set_by", ForeignKey("users.id"), nullable=False),
    Column("created_at", Instant, nullable=False),
)

waivers = Table(
    "waivers",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("strategy_id", ForeignKey("strategies.id"), nullable=False),
    Column("backtest_id", ForeignKey("backtests.id"), nullable=False),
    Column("check_name", String(60), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("record", Document, nullable=False),
    Column("granted_by", ForeignKey("users.id"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("withdrawn_at", Instant),
    Column("withdrawn_by", ForeignKey("users.id")),
    Index(None, "strategy_id", "created_at", "id"),
    Index(None, "created_at", "id"),
    Index(None, "backtest_id"),
    Index(None, "hash"),
)
