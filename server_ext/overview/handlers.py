"""The call of the overview."""

from __future__ import annotations

from server_ext.overview import service
from server_ext.overview.schemas import Stats
from server_ext.web.call import Call

__all__ = ["dashboard_stats"]


async def dashboard_stats(call: Call) -> Stats:
    """Give the numbers of the overview: how much there is, what runs, and the best of the latest."""
    return await call.read(service.stats, call.actor)
