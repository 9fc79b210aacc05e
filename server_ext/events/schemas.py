"""Events on the wire."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from aurelius_kernel.clock import rfc3339, utc_now
from server_ext.events.event import Recorded
from server_ext.web.schema import Schema

__all__ = ["EventPage", "EventQuery", "Frame", "SocketStats", "frame", "resync"]


class Frame(Schema):
    """One event, as the WebSocket sends it too."""

    type: str
    data: dict[str, Any]
    seq: int
    timestamp: str
    version: str = "1.0"


class EventQuery(Schema):
    """From where, and how many."""

    after: int = Field(0, ge=0, le=2**53, description="The last number that was read.")
    limit: int = Field(100, ge=1, le=1_000)
    events: Annotated[str, Field(max_length=1_000)] | None = Field(None, description="Only these types, comma-separated.")


class EventPage(Schema):
    """Events in order; ask on with `after=upto`."""

    epoch: str = Field(description="Changes when the database is restored: numbers are good within one epoch.")
    oldest: int = Field(description="The lowest `after` that misses nothing.")
    upto: int
    events: list[Frame]


class SocketStats(Schema):
    """What goes on at the sockets of this server."""

    total_connections: int
    unique_users: int
    connections_by_user: dict[str, int] = Field(description="By the account's id.")
    messages_sent: int
    queue_high_water: int = Field(description="The most events that a client was behind without having been away.")
    replays: int = Field(description="How often a client resumed.")


def frame(event: Recorded) -> Frame:
    """An event as it is sent."""
    return Frame(type=event.type, data=dict(event.data), seq=event.seq, timestamp=rfc3339(event.at))


def resync(oldest: int) -> Frame:
    """What a client is told whose `after` is older than what is kept."""
    return Frame(type="resync", data={"oldest": oldest}, seq=oldest, timestamp=rfc3339(utc_now()))
