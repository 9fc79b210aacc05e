"""Who is remembered as signed in, and for how long."""

import asyncio
import time

import pytest

from server_ext.access.actor import Method, Origin, Role
from server_ext.accounts import service
from server_ext.accounts.authenticator import Authenticator
from server_ext.accounts.sessions import Sessions
from server_ext.accounts.tables import sessions
from server_ext.accounts.tokens import Tokens
from server_ext.errors import InvalidToken
from server_ext.settings import Settings


@pytest.fixture
def door(database, tmp_path):
    """An authenticator, with a session and its token."""
    settings = Settings.read({}, home=tmp_path / "home")
    tokens, live = Tokens(settings), Sessions(settings)
    with database.writing() as connection:
        user = service.create_user(connection, Origin(), email="a@example.com", name="Ann", password_hash="x", role=Role.QUANT)
        session_id, _ = live.open(connection, user.id, Method.BEARER, Origin())
    authenticator = Authenticator(database, tokens, live)
    return authenticator, live, session_id, tokens.issue(user_id=user.id, session_id=session_id, role=user.role)


def end(database, live, session_id):
    with database.writing() as connection:
        return live.end(connection, sessions.c.id == session_id, because="logout")


def test_d2_the_same_caller_is_looked_up_once_in_half_a_second(database, door):
    authenticator, _, session_id, token = door
    asked = []
    read = database.read

    async def counting(*args):
        asked.append(args)
        return await read(*args)

    database.read = counting

    async def often():
        return {(await authenticator.bearer(token)).session_id for _ in range(100)}

    assert asyncio.run(often()) == {session_id}
    assert len(asked) == 1


def test_a5_a_session_that_this_server_ended_is_over_at_the_next_request(database, door):
    authenticator, live, session_id, token = door

    async def ask_end_ask():
        await authenticator.bearer(token)
        authenticator.ended(end(database, live, session_id))
        with pytest.raises(InvalidToken):
            await authenticator.bearer(token)

    asyncio.run(ask_end_ask())


def test_a5_a_session_that_another_server_ended_is_over_within_a_second(database, door):
    authenticator, live, session_id, token = door

    async def ask_end_ask():
        await authenticator.bearer(token)
        end(database, live, session_id)
        deadline = time.monotonic() + 1
        while time.monotonic() < deadline:
            await asyncio.sleep(0.05)
            try:
                await authenticator.bearer(token)
            except InvalidToken:
                return
        raise AssertionError("the session is still taken")

    asyncio.run(ask_end_ask())


def test_a5_what_was_read_just_before_a_session_ended_is_not_remembered(database, door):
    authenticator, live, session_id, token = door
    read = database.read

    async def overtaken(*args):
        found = await read(*args)
        authenticator.ended(end(database, live, session_id))
        return found

    async def ask_twice():
        database.read = overtaken
        assert (await authenticator.bearer(token)).session_id == session_id
        database.read = read
        with pytest.raises(InvalidToken):
            await authenticator.bearer(token)

    asyncio.run(ask_twice())
