"""From what a request carries to the account behind it: one way for the API, Jupyter's pages and sockets."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from server_ext.access.actor import Actor, Method
from server_ext.accounts.sessions import Sessions
from server_ext.accounts.tokens import Tokens
from server_ext.db.database import Database
from server_ext.errors import InvalidToken

__all__ = ["Authenticator"]

_SECONDS = 0.5
_ENTRIES = 10_000
_TOUCH_SECONDS = 3_600
_AT_ONCE = 300

Ended = Callable[[list[str]], None]


class Authenticator:
    """Knows who is signed in; what it remembers is half a second old at most, and forgotten at once when this server ends it."""

    def __init__(self, database: Database, tokens: Tokens, sessions: Sessions) -> None:
        self._database, self._tokens, self._sessions = database, tokens, sessions
        self._remembered: dict[tuple[Method, str], tuple[float, Actor | None]] = {}
        self._endings = 0
        self._touched: dict[str, float] = {}
        self._on_end: list[Ended] = []

    async def bearer(self, token: str) -> Actor:
        """The account behind an access token; raises InvalidToken."""
        claims = self._tokens.read(token)
        actor = await self._remember(Method.BEARER, claims.sid)
        if actor is None or actor.id != claims.sub:
            raise InvalidToken
        return actor

    async def cookie(self, secret: str) -> Actor | None:
        """The account behind a session cookie; None when its session is over."""
        actor = await self._remember(Method.COOKIE, secret)
        if actor is not None and time.monotonic() - self._touched.get(actor.session_id, 0) > _TOUCH_SECONDS:
            self._touched[actor.session_id] = time.monotonic()
            await self._database.write(self._sessions.touch, actor.session_id)
        return actor

    async def ticket(self, secret: str) -> Actor | None:
        """The account behind a one-time ticket, which is spent by this."""
        return await self._database.write(self._sessions.use_ticket, secret)

    async def alive(self, actors: Sequence[Actor]) -> set[Actor]:
        """Those among accounts that came in earlier whose session lasts, under the same role and in the same team."""
        found: set[Actor] = set()
        for start in range(0, len(actors), _AT_ONCE):
            found |= await self._database.read(self._still_there, actors[start : start + _AT_ONCE])
            await asyncio.sleep(0)
        return found

    def on_end(self, callback: Ended) -> None:
        """Call `callback` with the ids of sessions that this server ended, for open sockets to be closed."""
        self._on_end.append(callback)

    def ended(self, session_ids: list[str]) -> None:
        """Forget sessions that were just ended, and tell whoever holds a socket of theirs."""
        self._remembered.clear()
        self._endings += 1
        for callback in self._on_end:
            callback(session_ids)

    async def _remember(self, method: Method, secret: str) -> Actor | None:
        now, key = time.monotonic(), (method, secret)
        found = self._remembered.get(key)
        if found is not None and now - found[0] < _SECONDS:
            return found[1]
        endings = self._endings
        actor = await self._database.read(self._look_up, method, secret)
        if len(self._remembered) >= _ENTRIES:
            self._remembered.clear()
        # What was read while sessions ended may be older than their end.
        if endings == self._endings:
            self._remembered[key] = (now, actor)
        return actor

    def _look_up(self, connection: Connection, method: Method, secret: str) -> Actor | None:
        if method is Method.COOKIE:
            return self._sessions.by_cookie(connection, secret)
        return self._sessions.by_token(connection, secret)

    def _still_there(self, connection: Connection, actors: Sequence[Actor]) -> set[Actor]:
        alive = self._sessions.actors(connection, [actor.session_id for actor in actors])
        now = {actor.session_id: (actor.role, actor.team) for actor in alive}
        return {actor for actor in actors if now.get(actor.session_id) == (actor.role, actor.team)}
