"""What has to be done after something happened: looked for once a second, however much happens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from aurelius_kernel.errors import AureliusError
from server_ext.platform import Platform

__all__ = ["follow"]

EVERY_SECONDS = 1.0

logger = structlog.get_logger("aurelius.following")


async def follow(platform: Platform, act: Callable[[Platform, int], int]) -> None:
    """Call `act` with the number up to which it knows the events whenever there are newer ones; it gives the number it came to.

    It runs on a thread, until cancelled; what it could not do it is asked to do again.
    """
    known = (await platform.database.read(platform.log.state)).newest
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        if platform.hub.newest == known:
            continue
        try:
            known = await platform.work(act, platform, known)
        except AureliusError as error:
            logger.warning("could not follow what happened", act=act.__module__, reason=error.message)
        except Exception:  # one defect of ours must not end what everybody else waits for
            logger.exception("could not follow what happened", act=act.__module__)
            known = platform.hub.newest
