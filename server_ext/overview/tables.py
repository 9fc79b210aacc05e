"""Rows of what each account was told of its overview last."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table

from server_ext.db.metadata import Document, metadata

__all__ = ["overviews"]

overviews = Table(
    "overviews",
    metadata,
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("stats", Document, nullable=False),
)
