"""Whose a thing is that a shell makes: of the account that is named, or of the first admin."""

from __future__ import annotations

import os

from sqlalchemy import Connection

from aurelius_kernel.errors import InvalidField, UnknownName
from server_ext.access.actor import Actor, Method, Role
from server_ext.accounts import service as accounts
from server_ext.accounts.schemas import User, UserFilter

__all__ = ["owner"]


def owner(connection: Connection, email: str | None) -> Actor:
    """The account as whoever acts; raises UnknownName for an email of none, InvalidField when there is no admin either."""
    found = accounts.list_users(connection, UserFilter(limit=200)).users
    if email is not None:
        named = next((user for user in found if user.email == email.strip().casefold()), None)
        if named is None:
            raise UnknownName("account", email, [user.email for user in found])
        return _actor(named)
    admins = [user for user in reversed(found) if user.role is Role.ADMIN and user.is_active]
    if not admins:
        raise InvalidField.of("--as", "must name an account; `aurelius users create` makes one")
    return _actor(admins[0])


def _actor(user: User) -> Actor:
    about = {name: getattr(user, name) for name in ("id", "email", "name", "role", "team")}
    return Actor(**about, session_id=f"uid {os.getuid()}", method=Method.BEARER)
