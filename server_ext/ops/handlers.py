"""Whether the platform works, component by component."""

from __future__ import annotations

import asyncio
from importlib.metadata import PackageNotFoundError, version

import redis.asyncio
from redis.exceptions import RedisError
from sqlalchemy import text

from aurelius_kernel.errors import AureliusError, StorageUnavailable
from server_ext.db import DatabaseGone
from server_ext.ops.schemas import Component, Condition, Health
from server_ext.web.call import Call

__all__ = ["health"]

_PATIENCE = 2.0


async def health(call: Call) -> Health:
    """Say how each component does; 503 when the database is gone."""
    database = await _database(call)
    if database.state is Condition.DOWN:
        raise DatabaseGone(database.reason)
    components = [database, Component(name="events", state=Condition.OK), await _redis(call), _jobs(call)]
    return Health(status=Condition.OK, version=_version(), components=components)


async def _database(call: Call) -> Component:
    kind = "sqlite" if call.platform.database.is_sqlite else "postgresql"
    try:
        await asyncio.wait_for(call.read(lambda connection: connection.execute(text("SELECT 1")).scalar()), _PATIENCE)
    except (StorageUnavailable, TimeoutError) as error:
        reason = error.message if isinstance(error, AureliusError) else f"no answer within {_PATIENCE:.0f} s"
        return Component(name="database", state=Condition.DOWN, reason=reason)
    return Component(name="database", state=Condition.OK, reason=kind)


async def _redis(call: Call) -> Component:
    """Whether Redis answers; without it each server counts limits for itself and looks into the log, and nobody signs in."""
    url = call.platform.settings.redis_url.get_secret_value()
    if not url:
        return Component(name="redis", state=Condition.OFF, reason="not configured; limits and fan-out are in process")
    try:
        async with asyncio.timeout(_PATIENCE), redis.asyncio.from_url(url) as client:
            await client.ping()
    except (RedisError, OSError, TimeoutError) as error:
        return Component(name="redis", state=Condition.DOWN, reason=f"{type(error).__name__}: nobody can sign in meanwhile")
    return Component(name="redis", state=Condition.OK)


def _jobs(call: Call) -> Component:
    """How jobs are executed; one that is starting or asleep takes jobs all the same."""
    capacity = call.platform.jobs.capacity
    state = Condition.DOWN if capacity.state in {"restarting", "no scheduler"} else Condition.OK
    return Component(name="jobs", state=state, reason=f"{capacity.state}: {capacity.running} of {capacity.threads} at work")


def _version() -> str:
    try:
        return version("aurelius")
    except PackageNotFoundError:
        return "0"
