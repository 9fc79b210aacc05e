"""How servers on one database wake each other; a hint only: each of them looks into the log twice a second anyway."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from server_ext.db.database import Database
from server_ext.events.bus_postgresql import PostgresqlBus
from server_ext.events.bus_redis import RedisBus

__all__ = ["Bus", "bus_for"]


class Bus(Protocol):
    """A way to say that there is news, and to hear it."""

    def announce(self) -> None:
        """Tell the other servers that this one committed events; from any thread, and never waiting."""

    async def run(self, wake: Callable[[], None]) -> None:
        """Call `wake` whenever there may be news, until cancelled; a broken connection is made anew."""


def bus_for(database: Database, redis_url: str) -> Bus | None:
    """Redis where it is configured, else PostgreSQL's own; None for SQLite, whose one server wakes itself."""
    if redis_url:
        return RedisBus(redis_url)
    return None if database.is_sqlite else PostgresqlBus(database.engine.url)
