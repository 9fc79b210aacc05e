"""The calls of events, for clients that poll."""

from __future__ import annotations

from server_ext.events.schemas import EventPage, EventQuery, frame, resync
from server_ext.web.call import Call

__all__ = ["list_events"]


async def list_events(call: Call, query: EventQuery) -> EventPage:
    """Give the events after a number, oldest first: the same as the WebSocket sends."""
    types = [name.strip() for name in query.events.split(",")] if query.events else None
    page = await call.read(call.platform.log.read, call.actor, after=query.after, limit=query.limit, types=types)
    frames = [frame(event) for event in page.events]
    missed = [resync(page.state.forgotten)] if query.after < page.state.forgotten else []
    return EventPage(epoch=page.state.epoch, oldest=page.state.forgotten, upto=page.upto, events=missed + frames)
