"""Who looks at a page, and what they may do there; the platform asks again at each call, so this only decides what is offered."""

from __future__ import annotations

from functools import cache

from aurelius_kernel.client import Client
from aurelius_kernel.client.records import User
from aurelius_kernel.views.pages.desk import desk

__all__ = ["may"]


def may(permission: str, owner_id: str | None = None) -> bool:
    """Whether the looker has a permission, and, where an owner is named, is that owner or an admin."""
    looker, allowed = _looker(desk())
    return permission in allowed and (owner_id is None or owner_id == looker.id or looker.role == "admin")


@cache
def _looker(platform: Client) -> tuple[User, frozenset[str]]:
    session = platform.session()
    return session.user, frozenset(session.permissions)
