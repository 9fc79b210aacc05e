"""Somebody in a database of each kind."""

import pytest

from server_ext.access.actor import Actor, Method, Origin, Role
from server_ext.accounts import service as accounts
from server_ext.events import EventLog


@pytest.fixture
def log():
    return EventLog()


@pytest.fixture
def actor(database):
    """A quant in the database."""
    with database.writing() as connection:
        told = {"email": "q@example.com", "name": "Quant", "password_hash": "-", "role": Role.QUANT, "team": None}
        made = accounts.create_user(connection, Origin(), **told)
    return Actor(id=made.id, email=made.email, name=made.name, role=made.role, team=None, session_id="s", method=Method.BEARER)
