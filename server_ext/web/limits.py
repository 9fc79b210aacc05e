"""How many requests an account, or an address that is not signed in, may make."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any

import structlog
from limits import parse
from limits.errors import StorageError
from limits.storage import storage_from_string

__all__ = ["Counted", "Limits"]

_PATIENCE = 0.25
_PAUSE = 1.0

logger = structlog.get_logger("aurelius.web")


@dataclass(frozen=True, slots=True)
class Counted:
    """Where somebody stands: what is left until `reset`, in seconds since 1970."""

    allowed: bool
    limit: int
    remaining: int
    reset: int


class Limits:
    """Counts requests a window at a time, in this process or, where Redis is configured, across servers.

    The windows of all begin together, so what is remembered here is forgotten in one go, and nothing needs a thread or a lock.
    While Redis is away each server counts for itself: reads go on.
    """

    def __init__(self, rate: str, redis_url: str = "") -> None:
        item = parse(rate)
        self._most, self._seconds = item.amount, item.get_expiry()
        self._window, self._counts = 0, dict[str, int]()
        self._shared = _Shared(redis_url, self._seconds) if redis_url else None

    async def count(self, who: str) -> Counted:
        """Count one request of `who`."""
        window = int(time.time()) // self._seconds
        if window != self._window:
            self._window, self._counts = window, {}
        count = self._counts[who] = self._counts.get(who, 0) + 1
        if self._shared is not None:
            count = max(count, await self._shared.count(f"{who}/{window}"))
        return Counted(count <= self._most, self._most, max(0, self._most - count), (window + 1) * self._seconds)


class _Shared:
    """The counts of all servers, in Redis; one that does not answer is left alone for a second."""

    def __init__(self, url: str, seconds: int) -> None:
        self._storage: Any = storage_from_string(f"async+{url}", implementation="redispy", wrap_exceptions=True)
        self._seconds, self._resume_at = seconds, 0.0

    async def count(self, key: str) -> int:
        """Count one request, and give how many there were; 0 while Redis is away."""
        if time.monotonic() < self._resume_at:
            return 0
        try:
            async with asyncio.timeout(_PATIENCE):
                return int(await self._storage.incr(key, self._seconds))
        except (StorageError, TimeoutError, OSError) as error:
            self._resume_at = time.monotonic() + _PAUSE
            logger.warning("limits are counted by each server for itself", reason=str(error)[:200])
            return 0
