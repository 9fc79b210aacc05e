"""People in a database of each kind."""

import pytest

from server_ext.access.actor import Actor, Method, Origin, Role
from server_ext.accounts import service as accounts


@pytest.fixture
def person(database):
    """Make an account, and give whoever uses it."""

    def make(name, role=Role.QUANT, team=None):
        with database.writing() as connection:
            told = {"email": f"{name}@example.com", "name": name, "password_hash": "-", "role": role, "team": team}
            made = accounts.create_user(connection, Origin(), **told)
        return Actor(id=made.id, email=made.email, name=name, role=role, team=team, session_id="s", method=Method.BEARER)

    return make
