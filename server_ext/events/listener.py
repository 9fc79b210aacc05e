"""One connection, as the hub knows it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any, Protocol

from server_ext.access.visibility import Viewer
from server_ext.events.frames import control
from server_ext.events.subscriptions import BY_DEFAULT, Subscriptions

__all__ = ["Line", "Listener"]


class Line(Protocol):
    """The way to a client."""

    def write(self, data: bytes) -> asyncio.Future[None] | None:
        """Send whole frames; None when they are on their way, else what is done once they are. A closed line takes nothing."""

    def ping(self) -> None:
        """Ask for a sign of life."""

    def close(self, code: int, reason: str) -> None:
        """Say goodbye."""

    def drop(self) -> None:
        """Let go of a client that is gone."""


class Listener:
    """Where a client stands (`cursor`: it has all it should have up to there), what it wants, and whether it reads."""

    __slots__ = (
        "beats_at",
        "blocked_since",
        "catching_up",
        "chosen",
        "cursor",
        "expires_at",
        "is_open",
        "line",
        "missed",
        "replaying",
        "subscriptions",
        "viewer",
        "waiting",
    )

    def __init__(
        self, viewer: Viewer, line: Line, *, subscriptions: Subscriptions | None = None, expires_at: float | None = None
    ) -> None:
        self.viewer, self.line, self.expires_at = viewer, line, expires_at
        self.chosen = subscriptions is not None
        self.subscriptions = subscriptions or BY_DEFAULT
        self.cursor = 0
        self.is_open = True
        self.replaying = False
        self.catching_up: asyncio.Task[None] | None = None
        self.waiting = 0
        self.blocked_since: float | None = None
        self.missed = 0
        self.beats_at = 0.0

    def tell(self, type: str, data: Mapping[str, Any], *, seq: int) -> asyncio.Future[None] | None:
        """Send a frame of the server's own."""
        return self.line.write(control(type, data, seq=seq))

    async def read(self, written: asyncio.Future[None] | None) -> None:
        """Wait until what was written is on its way."""
        if written is None:
            return
        self.waiting += 1
        self.blocked_since = self.blocked_since or time.monotonic()
        try:
            await written
        finally:
            self.waiting -= 1
            self.blocked_since = time.monotonic() if self.waiting else None
