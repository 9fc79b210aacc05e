"""What the calls of accounts take and answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from server_ext.access.actor import Role
from server_ext.web.schema import Paging, Schema

__all__ = [
    "AuditEntry",
    "AuditList",
    "Invitation",
    "InvitationLink",
    "InvitationList",
    "Login",
    "NewInvitation",
    "NewUser",
    "PasswordChange",
    "Refresh",
    "Registration",
    "SignedIn",
    "Ticket",
    "User",
    "UserChange",
    "UserFilter",
    "UserList",
    "Verified",
]


def _email(text: str) -> str:
    name, at, host = text.strip().rpartition("@")
    if not (name and at and "." in host.strip(".")) or any(
        character.isspace() or not character.isprintable() for character in text.strip()
    ):
        raise ValueError("must be an email address, as in you@example.com")
    return f"{name}@{host}".casefold()


def _name(text: str) -> str:
    text = " ".join(text.split())
    if len(text) < 2 or not text.isprintable():
        raise ValueError("must have at least 2 characters, all of them printable")
    return text


Email = Annotated[str, Field(max_length=254, examples=["you@example.com"]), AfterValidator(_email)]
Name = Annotated[str, Field(max_length=200), AfterValidator(_name)]
Password = Annotated[str, Field(max_length=4096)]
Token = Annotated[str, Field(min_length=1, max_length=200)]


class Registration(Schema):
    """A new account."""

    email: Email
    password: Password = Field(description="At least 8 characters, and not one of the common ones.")
    name: Name
    invitation: Token | None = Field(None, description="The token of an invitation or of the set-up link.")


class Login(Schema):
    """Email and password."""

    email: Annotated[str, Field(max_length=254)]
    password: Password
    otp: Annotated[str, Field(max_length=20)] | None = Field(None, description="The code of a second factor, where one is on.")


class Refresh(Schema):
    """A refresh token, spent by this."""

    refresh_token: Token


class PasswordChange(Schema):
    """The old password and the new one."""

    current_password: Password
    new_password: Password


class User(Schema):
    """An account."""

    id: str
    email: str
    name: str
    role: Role
    team: str | None
    is_active: bool
    created_at: datetime


class SignedIn(Schema):
    """A pair of tokens and whose they are."""

    access_token: str
    refresh_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105  (the scheme's name)
    expires_in: int = Field(description="Seconds until the access token expires.")
    user: User


class Verified(Schema):
    """Whose token it is, and what it may be used for."""

    user: User
    permissions: list[str] = Field(description="By the names of the permissions page.")


class Ticket(Schema):
    """A ticket for one WebSocket connection."""

    auth_ticket: str
    expires_in: int


class UserFilter(Paging):
    """Which accounts."""

    role: Role | None = None
    q: Annotated[str, Field(max_length=100)] | None = Field(None, description="Part of a name or an email.")


class UserList(Schema):
    """Accounts, newest first."""

    total: int
    users: list[User]


class NewUser(Schema):
    """An account made by an admin."""

    email: Email
    password: Password
    name: Name
    role: Role = Role.ANALYST
    team: Annotated[str, Field(min_length=1, max_length=100)] | None = None


class UserChange(Schema):
    """What an admin changes of an account; what is left out stays."""

    name: Name | None = None
    role: Role | None = None
    team: Annotated[str, Field(max_length=100)] | None = Field(None, description="An empty text takes the account out of its team.")
    is_active: bool | None = None


class NewInvitation(Schema):
    """Whom to invite, as what."""

    role: Role = Role.ANALYST
    team: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    days: int = Field(7, ge=1, le=90)


class Invitation(Schema):
    """An invitation."""

    id: str
    role: Role
    team: str | None
    expires_at: datetime
    used_at: datetime | None


class InvitationLink(Invitation):
    """An invitation with its link, shown once."""

    token: str
    url: str


class InvitationList(Schema):
    """Invitations, newest first."""

    total: int
    invitations: list[Invitation]


class AuditEntry(Schema):
    """Who did what, from where."""

    seq: int
    at: datetime
    actor_id: str | None
    address: str
    action: str
    target: str
    outcome: str
    detail: dict[str, object]
    request_id: str


class AuditList(Schema):
    """The audit log, newest first."""

    total: int
    entries: list[AuditEntry]
