"""Frames as they go over the wire: an event's is built once, and shared by everybody who gets it."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Text, cast, select

from aurelius_kernel.clock import rfc3339, utc_now
from server_ext.access.visibility import Audience, Reader
from server_ext.events.tables import event_readers, events

__all__ = ["Framed", "control", "framed", "payloads", "read_framed"]

_TEXT = 0x81
"""A whole text message (RFC 6455, section 5.2); a server does not mask what it sends."""

_NOBODY: frozenset[Reader] = frozenset()
_AT_ONCE = 500

_COLUMNS = (events.c.seq, events.c.at, events.c.type, events.c.audience, events.c.owner_id, events.c.team)


class Framed:
    """An event of the log, ready to be sent."""

    def __init__(
        self,
        *,
        seq: int,
        at: datetime,
        type: str,
        audience: Audience,
        owner_id: str | None,
        team: str | None,
        text: str,
        readers: frozenset[Reader] = frozenset(),
    ) -> None:
        self.seq, self.type, self.audience, self.owner_id, self.team = seq, type, audience, owner_id, team
        self.readers, self._text = readers, text
        payload = f'{{"type":"{type}","data":{text},"seq":{seq},"timestamp":"{rfc3339(at)}","version":"1.0"}}'
        self.frame = framed(payload.encode())

    @cached_property
    def data(self) -> Mapping[str, Any]:
        """The event's data, read only where a filter asks for it."""
        found: Mapping[str, Any] = orjson.loads(self._text)
        return found


def read_framed(connection: Connection, *where: ColumnElement[bool], limit: int) -> list[Framed]:
    """The events of the log for which all of `where` holds, oldest first, at most `limit`."""
    # The text of the data as it is stored: it was JSON when it was written.
    query = select(*_COLUMNS, cast(events.c.data, Text).label("text")).where(*where)
    rows = connection.execute(query.order_by(events.c.seq).limit(limit)).all()
    readers = _readers(connection, [row.seq for row in rows if row.audience == Audience.SHARED])
    return [
        Framed(
            seq=seq,
            at=at,
            type=kind,
            audience=Audience(audience),
            owner_id=owner_id,
            team=team,
            text=text,
            readers=readers.get(seq, _NOBODY),
        )
        for seq, at, kind, audience, owner_id, team, text in rows
    ]


def _readers(connection: Connection, shared: Sequence[int]) -> dict[int, frozenset[Reader]]:
    """Whom each of some events is shared with."""
    found: dict[int, set[Reader]] = {}
    for start in range(0, len(shared), _AT_ONCE):
        query = select(event_readers).where(event_readers.c.seq.in_(shared[start : start + _AT_ONCE]))
        for seq, kind, name in connection.execute(query):
            found.setdefault(seq, set()).add(Reader(kind, name))
    return {seq: frozenset(readers) for seq, readers in found.items()}


def control(type: str, data: Mapping[str, Any], *, seq: int) -> bytes:
    """A frame that the server sends for itself; `seq` is where its client stands."""
    frame = {"type": type, "data": data, "seq": seq, "timestamp": rfc3339(utc_now()), "version": "1.0"}
    return framed(orjson.dumps(frame))


def payloads(frames: bytes) -> Iterator[bytes]:
    """What is inside of some whole frames."""
    at = 0
    while at < len(frames):
        length, start = frames[at + 1], at + 2
        if length == 126:
            (length,), start = struct.unpack_from("!H", frames, start), at + 4
        elif length == 127:
            (length,), start = struct.unpack_from("!Q", frames, start), at + 10
        yield frames[start : start + length]
        at = start + length


def framed(payload: bytes) -> bytes:
    """A text message of WebSocket around a payload."""
    length = len(payload)
    if length < 126:
        return struct.pack("!BB", _TEXT, length) + payload
    if length < 65_536:
        return struct.pack("!BBH", _TEXT, 126, length) + payload
    return struct.pack("!BBQ", _TEXT, 127, length) + payload
