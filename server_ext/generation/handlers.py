"""The calls that make strategies."""

from __future__ import annotations

from server_ext.generation import service
from server_ext.generation.schemas import Generation, NewGeneration
from server_ext.web.call import Call

__all__ = ["generate"]


async def generate(call: Call, body: NewGeneration) -> Generation:
    """Turn a goal in words into measured strategies; each says how likely it is that it is more than luck."""
    made = await call.answered(Generation)
    if made is None:
        found = await call.apart(service.find, call.platform.settings, call.actor.id, body)
        made = await call.once(service.keep, call.platform.log, call.actor, found)
    if made.strategies:
        call.headers["Location"] = f"/api/v1/strategies/{made.strategies[0].id}"
    return made
