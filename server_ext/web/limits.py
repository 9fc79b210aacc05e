"""How many requests an account, or an address that is not signed in, may make."""

from __future__ import annotations

import time
from dataclasses import dataclass

from limits import parse

__all__ = ["Counted", "Limits"]


@dataclass(frozen=True, slots=True)
class Counted:
    """Where somebody stands: what is left until `reset`, in seconds since 1970."""

    allowed: bool
    limit: int
    remaining: int
    reset: int


class Limits:
    """Counts requests in this process, a window at a time.

    The windows of all begin together, so what is remembered is forgotten in one go, and nothing needs a thread or a lock.
    """

    def __init__(self, rate: str) -> None:
        item = parse(rate)
        self._most, self._seconds = item.amount, item.get_expiry()
        self._window, self._counts = 0, dict[str, int]()

    def count(self, who: str) -> Counted:
        """Count one request of `who`."""
        window = int(time.time()) // self._seconds
        if window != self._window:
            self._window, self._counts = window, {}
        count = self._counts[who] = self._counts.get(who, 0) + 1
        return Counted(count <= self._most, self._most, max(0, self._most - count), (window + 1) * self._seconds)
