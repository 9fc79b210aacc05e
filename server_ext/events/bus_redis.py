"""Redis as the bus, where one is configured."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

import redis.asyncio
import structlog
from redis.exceptions import RedisError

from server_ext.events.log import CHANNEL

__all__ = ["RedisBus"]

_RETRY_SECONDS = 1.0

logger = structlog.get_logger("aurelius.events")


class RedisBus:
    """Publishes a word after each commit of events, and subscribes to those of the others."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news = asyncio.Event()

    def announce(self) -> None:
        """Tell the other servers soon; from any thread."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: there is nobody left to tell
                self._loop.call_soon_threadsafe(self._news.set)

    async def run(self, wake: Callable[[], None]) -> None:
        """Call `wake` at each word of another server, and pass on this one's, until cancelled."""
        self._loop = asyncio.get_running_loop()
        while True:
            try:
                async with redis.asyncio.from_url(self._url, socket_connect_timeout=5, health_check_interval=15) as client:
                    await self._talk(client, wake)
            except* (RedisError, OSError) as errors:
                reason = str(errors.exceptions[0])[:200]
                logger.info("the bus is away; the log is looked into instead", bus="redis", reason=reason)
            await asyncio.sleep(_RETRY_SECONDS)

    async def _talk(self, client: redis.asyncio.Redis, wake: Callable[[], None]) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._hear(client, wake))
            tasks.create_task(self._say(client))

    async def _hear(self, client: redis.asyncio.Redis, wake: Callable[[], None]) -> None:
        async with client.pubsub(ignore_subscribe_messages=True) as subscription:
            await subscription.subscribe(CHANNEL)
            wake()
            async for _ in subscription.listen():
                wake()

    async def _say(self, client: redis.asyncio.Redis) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            await client.publish(CHANNEL, "news")
