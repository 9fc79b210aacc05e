"""Accounts, sessions, invitations and the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from aurelius_kernel.client.records.answer import Answer

__all__ = [
    "AuditEntry",
    "AuditList",
    "Invitation",
    "Invitations",
    "SignedIn",
    "Ticket",
    "User",
    "Users",
    "Verified",
]


class User(Answer):
    """An account."""

    id: str
    email: str
    name: str
    role: str
    team: str | None
    is_active: bool
    created_at: datetime


class Users(Answer):
    """Accounts, newest first."""

    total: int
    users: list[User]


class SignedIn(Answer):
    """A pair of tokens and whose they are."""

    access_token: str
    refresh_token: str
    expires_in: int
    user: User


class Verified(Answer):
    """Whose token it is, and what it may be used for."""

    user: User
    permissions: list[str] = Field(default_factory=list)


class Ticket(Answer):
    """A ticket for one WebSocket connection."""

    auth_ticket: str
    expires_in: int


class Invitation(Answer):
    """An invitation; its link is known when it is made, and never again."""

    id: str
    role: str
    team: str | None
    expires_at: datetime
    used_at: datetime | None
    url: str | None = None


class Invitations(Answer):
    """Invitations, newest first."""

    total: int
    invitations: list[Invitation]


class AuditEntry(Answer):
    """Who did what, from where."""

    seq: int
    at: datetime
    actor_id: str | None
    address: str
    action: str
    target: str
    outcome: str
    detail: dict[str, Any]


class AuditList(Answer):
    """The audit log, newest first."""

    total: int
    entries: list[AuditEntry]
