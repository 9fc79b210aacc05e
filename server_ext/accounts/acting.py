"""An account as whoever acts for it later, when its own request is over."""

from __future__ import annotations

from sqlalchemy import Connection, select

from server_ext.access.actor import Actor, Method, Role
from server_ext.accounts.tables import users

__all__ = ["acting_for"]


def acting_for(connection: Connection, user_id: str) -> Actor:
    """The account as the database has it now."""
    row = connection.execute(select(users).where(users.c.id == user_id)).one()
    own = {name: getattr(row, name) for name in ("id", "email", "name", "team")}
    return Actor(**own, role=Role(row.role), session_id="", method=Method.BEARER)
