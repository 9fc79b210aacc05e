"""Signs of life: who is gone, who does not read, whose time is up."""

from __future__ import annotations

from dataclasses import dataclass

from server_ext.accounts.open_sockets import SESSION_OVER
from server_ext.events.listener import Listener

__all__ = ["SLOW", "Heartbeat"]

SLOW = 4408
"""The code a socket is closed with whose client does not read; it comes back and resumes from the log."""


@dataclass(frozen=True, kw_only=True)
class Heartbeat:
    """A ping every so often; a second one when the answer is late, and the client is gone when that is late too. In seconds."""

    every: float = 20.0
    answer: float = 10.0
    patience: float = 30.0

    def answered(self, listener: Listener, now: float) -> None:
        """Take a sign of life."""
        listener.missed = 0
        listener.beats_at = now + self.every

    def look_after(self, listener: Listener, now: float) -> None:
        """Do what is due for one listener, by a clock that never jumps."""
        if listener.expires_at is not None and now >= listener.expires_at:
            listener.line.close(SESSION_OVER, "the access token expired")
        elif listener.blocked_since is not None:
            # A ping would only wait behind what is not read.
            if now - listener.blocked_since > self.patience:
                listener.line.close(SLOW, "too slow: come back with after=")
        elif now >= listener.beats_at:
            self._beat(listener, now)

    def _beat(self, listener: Listener, now: float) -> None:
        if listener.missed == 2:
            listener.line.drop()
            return
        listener.missed += 1
        listener.beats_at = now + self.answer
        listener.line.ping()
