"""The parts of one running server, put together once."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from tornado.web import RequestHandler

from server_ext.accounts.authenticator import Authenticator
from server_ext.accounts.open_sockets import OpenSockets
from server_ext.accounts.passwords import Passwords
from server_ext.accounts.sessions import Sessions
from server_ext.accounts.throttle import Throttle
from server_ext.accounts.tokens import Tokens
from server_ext.db import Database, schema
from server_ext.events import Appender, EventLog
from server_ext.events.bus import Bus, bus_for
from server_ext.events.hub import Hub
from server_ext.events.source import Source
from server_ext.jobs.supervisor import Supervisor
from server_ext.settings import Registration, Settings
from server_ext.workers import Workers

__all__ = ["Platform", "platform_of", "settle"]

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Platform:
    """Everything a request may need; handlers reach it as `call.platform`."""

    settings: Settings
    database: Database
    log: EventLog
    appender: Appender
    source: Source
    hub: Hub
    bus: Bus | None
    tokens: Tokens
    sessions: Sessions
    authenticator: Authenticator
    passwords: Passwords
    throttle: Throttle
    sockets: OpenSockets
    workers: Workers
    processes: Workers
    jobs: Supervisor
    registration: Registration
    folder: Path
    openapi: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def start(cls, settings: Settings, *, host: str = "127.0.0.1", folder: Path = Path()) -> Platform:
        """The parts for these settings, and for notebooks in `folder`.

        Embedded mode brings the schema up to date, production insists that it is.
        """
        database = Database(settings.database(), pool=settings.database_pool)
        if settings.production:
            schema.require_current(database.engine)
        else:
            schema.upgrade(database.engine)
        log, tokens, sessions = EventLog(), Tokens(settings), Sessions(settings)
        redis_url = settings.redis_url.get_secret_value()
        source, bus = Source(database, log), bus_for(database, redis_url)
        hub = Hub(source)
        for wake in (hub.wake, *([bus.announce] if bus else [])):
            log.on_append(wake)
        authenticator = Authenticator(database, tokens, sessions)
        return cls(
            settings=settings,
            database=database,
            log=log,
            appender=Appender(database, log),
            source=source,
            hub=hub,
            bus=bus,
            tokens=tokens,
            sessions=sessions,
            authenticator=authenticator,
            sockets=OpenSockets(authenticator),
            passwords=Passwords(),
            workers=Workers(2, waiting=40, name="aurelius-work"),
            processes=Workers(2, waiting=40, name="aurelius-process"),
            jobs=Supervisor(settings, hub.wake),
            throttle=Throttle(redis_url),
            registration=settings.registration_on(host),
            folder=folder,
        )

    async def work(self, heavy: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What a function answers that reckons for long; two run at a time, and more than can wait are refused as Busy."""
        return await self.workers.run(partial(heavy, *args, **kwargs))

    async def apart(self, asking: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What a function answers that waits for a process of its own; it keeps nobody waiting who only wants to read."""
        return await self.processes.run(partial(asking, *args, **kwargs))

    def close(self) -> None:
        """Finish what was begun and let go of everything."""
        self.appender.close()
        self.source.close()
        self.passwords.close()
        self.workers.close()
        self.processes.close()
        self.database.close()


def settle() -> None:
    """Take what a started server is made of out of the collector's sight: it stays, and looking through it halts every request."""
    gc.collect()
    gc.freeze()


def platform_of(handler: RequestHandler) -> Platform:
    """The platform of the server that a handler belongs to."""
    platform: Platform = handler.settings["aurelius_platform"]
    return platform
