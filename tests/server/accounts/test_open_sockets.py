"""Open sockets are closed with their session, and with nothing else."""

import asyncio

import pytest

from server_ext.access.actor import Method, Origin, Role
from server_ext.accounts import service
from server_ext.accounts.authenticator import Authenticator
from server_ext.accounts.open_sockets import SESSION_OVER, OpenSockets
from server_ext.accounts.sessions import Sessions
from server_ext.accounts.tables import sessions
from server_ext.accounts.tokens import Tokens
from server_ext.settings import Settings


@pytest.fixture
def house(database, tmp_path):
    """Open sockets over a real database, the accounts behind three sessions, and what was said to whom."""
    settings = Settings.read({}, home=tmp_path / "home")
    live = Sessions(settings)
    with database.writing() as connection:
        user = service.create_user(connection, Origin(), email="a@example.com", name="Ann", password_hash="x", role=Role.VIEWER)
        ids = [live.open(connection, user.id, Method.COOKIE, Origin())[0] for _ in range(3)]
    with database.reading() as connection:
        found = {actor.session_id: actor for actor in live.actors(connection, ids)}
    return OpenSockets(Authenticator(database, Tokens(settings), live)), [found[one] for one in ids], live


def test_a_session_that_another_server_ended_closes_its_sockets_and_no_others(database, house):
    sockets, (ended, stays, _), live = house
    heard = []
    sockets.add(ended, lambda code, _reason: heard.append(("ended", code)))
    sockets.add(stays, lambda code, _reason: heard.append(("stays", code)))
    with database.writing() as connection:
        live.end(connection, sessions.c.id == ended.session_id, because="logout")
    asyncio.run(sockets.sweep())
    assert heard == [("ended", SESSION_OVER)]
    assert len(sockets) == 1


def test_who_comes_in_while_the_sessions_are_looked_up_stays(database, house):
    sockets, (before, meanwhile, _), _ = house
    heard, read = [], database.read

    async def slow(*asked):
        found = await read(*asked)
        sockets.add(meanwhile, lambda code, _reason: heard.append(code))
        return found

    database.read = slow
    sockets.add(before, lambda code, _reason: heard.append(code))
    asyncio.run(sockets.sweep())
    assert heard == []
    assert len(sockets) == 2
