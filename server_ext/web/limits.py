"""How many requests an account, or an address that is not signed in, may make."""

from __future__ import annotations

from dataclasses import dataclass

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

__all__ = ["Counted", "Limits"]


@dataclass(frozen=True)
class Counted:
    """Where somebody stands: what is left until `reset`, in seconds since 1970."""

    allowed: bool
    limit: int
    remaining: int
    reset: int


class Limits:
    """Counts requests in this process, a window at a time."""

    def __init__(self, rate: str) -> None:
        self._item = parse(rate)
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def count(self, who: str) -> Counted:
        """Count one request of `who`."""
        allowed = self._limiter.hit(self._item, who)
        window = self._limiter.get_window_stats(self._item, who)
        return Counted(allowed, self._item.amount, max(0, window.remaining), int(window.reset_time) + 1)
