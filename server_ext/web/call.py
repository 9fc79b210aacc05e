"""One request, as its handler sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Concatenate, ParamSpec, TypeVar, get_type_hints

from pydantic import BaseModel
from sqlalchemy import Connection

from server_ext.access.actor import Actor, Origin
from server_ext.platform import Platform
from server_ext.web import idempotency

__all__ = ["Call"]

P = ParamSpec("P")
T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)


@dataclass(kw_only=True)
class Call:
    """Who asks, from where, and the way to the database.

    `headers` are added to the answer.
    """

    platform: Platform
    origin: Origin
    signed_in: Actor | None = None
    idempotency_key: str | None = None
    request_hash: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def actor(self) -> Actor:
        """Who asks; a route that needs nobody signed in has no business here."""
        if self.signed_in is None:
            raise RuntimeError("a public route has no actor")
        return self.signed_in

    async def read(self, service: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What a service function answers from one state of the database."""
        return await self.platform.database.read(service, *args, **kwargs)

    async def write(self, service: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What a service function answers, its changes committed."""
        return await self.platform.database.write(service, *args, **kwargs)

    async def work(self, heavy: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What a function answers that reckons for long, such as one that reads bars; few run at a time."""
        return await self.platform.work(heavy, *args, **kwargs)

    async def apart(self, asking: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What a function answers that asks a process of its own, which takes seconds; few run at a time."""
        return await self.platform.apart(asking, *args, **kwargs)

    async def answered(self, answer: type[M]) -> M | None:
        """What this request was answered before, under its `Idempotency-Key`: to be asked before work that takes long."""
        if self.idempotency_key is None:
            return None
        return await self.read(idempotency.before, self.actor.id, self.idempotency_key, self.request_hash, answer)

    async def once(self, service: Callable[Concatenate[Connection, P], M], *args: P.args, **kwargs: P.kwargs) -> M:
        """The same for what creates: under one `Idempotency-Key` it is done once, and answered alike ever after."""
        key = self.idempotency_key
        if key is None:
            return await self.write(service, *args, **kwargs)

        answer: type[M] = get_type_hints(service)["return"]

        def work(connection: Connection) -> M:
            doing = partial(service, connection, *args, **kwargs)
            return idempotency.once(connection, self.actor.id, key, self.request_hash, doing, answer)

        return await self.platform.database.write(work)
