"""Open sockets by session: closed within a second of the session's end, whichever server ended it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable

import structlog

from aurelius_kernel.errors import StorageUnavailable
from server_ext.access.actor import Actor
from server_ext.accounts.authenticator import Authenticator
from server_ext.metrics import SOCKETS

__all__ = ["SESSION_OVER", "OpenSockets"]

SESSION_OVER = 4401
"""The code a socket is closed with when its session ended or its role changed."""

_EVERY_SECONDS = 0.8

logger = structlog.get_logger("aurelius.sockets")

Close = Callable[[int, str], None]


class OpenSockets:
    """Whoever opens a socket adds it here with the way to close it, and removes it when it is gone."""

    def __init__(self, authenticator: Authenticator) -> None:
        self._authenticator = authenticator
        self._open: dict[Actor, set[Close]] = defaultdict(set)
        authenticator.on_end(self._ended)

    def __len__(self) -> int:
        return sum(len(closers) for closers in self._open.values())

    def add(self, actor: Actor, close: Close) -> None:
        """Close this socket with `close(code, reason)` when the actor's session is over."""
        self._open[actor].add(close)

    def remove(self, actor: Actor, close: Close) -> None:
        """Forget a socket that is gone."""
        self._open[actor].discard(close)
        if not self._open[actor]:
            del self._open[actor]

    def of(self, user_id: str) -> int:
        """How many sockets an account has open."""
        return sum(len(closers) for actor, closers in self._open.items() if actor.id == user_id)

    async def watch(self) -> None:
        """Look after the sessions that other servers may have ended, until cancelled."""
        while True:
            await asyncio.sleep(_EVERY_SECONDS)
            try:
                await self.sweep()
            except StorageUnavailable as error:
                logger.warning("sessions could not be checked", reason=error.message)

    async def sweep(self) -> None:
        """Close the sockets of every session that is over; who comes in meanwhile was not asked about, and stays."""
        SOCKETS.set(len(self))
        asked = list(self._open)
        alive = await self._authenticator.alive(asked)
        for actor in asked:
            if actor not in alive:
                self._close(actor)

    def _ended(self, session_ids: list[str]) -> None:
        for actor in [actor for actor in self._open if actor.session_id in session_ids]:
            self._close(actor)

    def _close(self, actor: Actor) -> None:
        for close in self._open.pop(actor, set()):
            close(SESSION_OVER, "the session is over")
