"""PostgreSQL as the bus: each commit of events notifies, and each server listens on a connection of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import psycopg
import structlog
from sqlalchemy import URL

from server_ext.events.log import CHANNEL

__all__ = ["PostgresqlBus"]

_RETRY_SECONDS = 1.0

logger = structlog.get_logger("aurelius.events")


class PostgresqlBus:
    """LISTEN on the channel that `EventLog.append` notifies within the transaction."""

    def __init__(self, url: URL) -> None:
        self._address = url.set(drivername="postgresql").render_as_string(hide_password=False)

    def announce(self) -> None:
        """Do nothing: the commit itself has told the others."""

    async def run(self, wake: Callable[[], None]) -> None:
        """Call `wake` at each notification, until cancelled."""
        while True:
            try:
                await self._listen(wake)
            except psycopg.OperationalError as error:
                logger.info("the bus is away; the log is looked into instead", bus="postgresql", reason=str(error)[:200])
            await asyncio.sleep(_RETRY_SECONDS)

    async def _listen(self, wake: Callable[[], None]) -> None:
        connecting = psycopg.AsyncConnection.connect(
            self._address, autocommit=True, connect_timeout=5, application_name="aurelius-events", keepalives_idle=15
        )
        async with await connecting as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            wake()
            async for _ in connection.notifies():
                wake()
