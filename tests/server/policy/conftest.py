"""An admin in a database of each kind."""

import pytest

from server_ext.access.actor import Actor, Method, Origin, Role
from server_ext.accounts import service as accounts
from server_ext.events import EventLog


@pytest.fixture
def log():
    return EventLog()


@pytest.fixture
def origin():
    return Origin()


@pytest.fixture
def admin(database):
    with database.writing() as connection:
        told = {"email": "a@example.com", "name": "Ann", "password_hash": "-", "role": Role.ADMIN, "team": None}
        made = accounts.create_user(connection, Origin(), **told)
    return Actor(id=made.id, email=made.email, name=made.name, role=made.role, team=None, session_id="s", method=Method.BEARER)
