"""Who asks, and from where."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Actor", "Method", "Origin", "Role"]


class Role(StrEnum):
    """What an account is for, from least to most."""

    VIEWER = "viewer"
    ANALYST = "analyst"
    QUANT = "quant"
    ADMIN = "admin"


class Method(StrEnum):
    """How somebody proved who they are."""

    BEARER = "bearer"
    COOKIE = "cookie"


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a request came from."""

    address: str = ""
    user_agent: str = ""
    request_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Actor:
    """The account behind a request, as the database has it now."""

    id: str
    email: str
    name: str
    role: Role
    team: str | None
    session_id: str
    method: Method

    @property
    def is_admin(self) -> bool:
        """Whether the account may do and see everything."""
        return self.role is Role.ADMIN

    @property
    def may_execute(self) -> bool:
        """Whether the account may run code of its own."""
        return self.role in {Role.QUANT, Role.ADMIN}
