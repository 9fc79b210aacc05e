"""The calls of events, for clients that poll."""

from __future__ import annotations

from server_ext.events.schemas import EventPage, EventQuery, SocketStats, frame, resync
from server_ext.web.call import Call

__all__ = ["list_events", "socket_stats"]


async def list_events(call: Call, query: EventQuery) -> EventPage:
    """Give the events after a number, oldest first: the same as the WebSocket sends."""
    types = [name.strip() for name in query.events.split(",")] if query.events else None
    page = await call.read(call.platform.log.read, call.actor, after=query.after, limit=query.limit, types=types)
    frames = [frame(event) for event in page.events]
    missed = [resync(page.state.forgotten)] if query.after < page.state.forgotten else []
    return EventPage(epoch=page.state.epoch, oldest=page.state.forgotten, upto=page.upto, events=missed + frames)


async def socket_stats(call: Call) -> SocketStats:
    """Say how many sockets are open, whose they are, and what went over them."""
    hub = call.platform.hub
    by_user = hub.connections_by_user
    return SocketStats(
        total_connections=sum(by_user.values()),
        unique_users=len(by_user),
        connections_by_user=by_user,
        messages_sent=hub.counts.messages_sent,
        queue_high_water=hub.counts.queue_high_water,
        replays=hub.counts.replays,
    )
