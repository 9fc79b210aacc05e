"""How servers on one database wake each other; a hint only: each of them looks into the log twice a second anyway."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Protocol

from server_ext.db.database import Database

__all__ = ["Bus", "bus_for"]


class Bus(Protocol):
    """A way to say that there is news, and to hear it."""

    def announce(self) -> None:
        """Tell the other servers that this one committed events; from any thread, and never waiting."""

    async def run(self, wake: Callable[[], None]) -> None:
        """Call `wake` whenever there may be news, until cancelled; a broken connection is made anew."""


def bus_for(database: Database, redis_url: str) -> Bus | None:
    """Redis where it is configured, else PostgreSQL's own; None for SQLite, whose one server wakes itself.

    The driver of the one that is not used is not loaded: a server at rest is to be small.
    """
    bus: Bus | None = None
    if redis_url:
        bus = importlib.import_module("server_ext.events.bus_redis").RedisBus(redis_url)
    elif not database.is_sqlite:
        bus = importlib.import_module("server_ext.events.bus_postgresql").PostgresqlBus(database.engine.url)
    return bus
