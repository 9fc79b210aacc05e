"""What is tidied up while the server runs: old events, old answers, old sessions."""

from __future__ import annotations

import asyncio

import structlog
from sqlalchemy import Connection

from aurelius_kernel.errors import StorageUnavailable
from server_ext.db import after_commit
from server_ext.jobs import service as jobs
from server_ext.jobs.assignment import pin_of
from server_ext.jobs.intake import store_of
from server_ext.platform import Platform
from server_ext.schedules import service as schedules
from server_ext.web import idempotency

__all__ = ["tend"]

_EVERY_SECONDS = 600

logger = structlog.get_logger("aurelius.tending")


async def tend(platform: Platform) -> None:
    """Tidy up every ten minutes, until cancelled."""
    while True:
        await asyncio.sleep(_EVERY_SECONDS)
        try:
            gone = await platform.database.write(_tidy, platform)
        except StorageUnavailable as error:
            logger.warning("could not tidy up", reason=error.message)
        else:
            logger.info("tidied up", **gone)


def _tidy(connection: Connection, platform: Platform) -> dict[str, int]:
    settings = platform.settings
    return {
        "events": platform.log.forget(connection, days=settings.event_days, count=settings.event_count),
        "answers": idempotency.forget(connection),
        "sessions": platform.sessions.forget(connection),
        "jobs": len(_forget_jobs(connection, platform)),
        "schedule runs": schedules.forget(connection, days=settings.job_days),
    }


def _forget_jobs(connection: Connection, platform: Platform) -> list[str]:
    """Drop old jobs; what the store kept for them alone may go with its next cleaning, once that is durable."""
    gone = jobs.forget(connection, days=platform.settings.job_days)

    def unpin() -> None:
        for job_id in gone:
            store_of(platform.settings).pins.remove(pin_of(job_id))

    after_commit(connection, unpin)
    return gone
