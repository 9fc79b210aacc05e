"""Events as they happen: an iterator that comes back after a lost connection, without a gap and without a double."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any, Self
from urllib.parse import urlencode

import httpx
import websockets.asyncio.client as asynchronous
import websockets.sync.client as synchronous
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from aurelius_kernel.client.records import Event, Ticket
from aurelius_kernel.client.transport import ApiError, Transport

__all__ = ["EventStream", "Place"]

_PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0)
_QUIET_SECONDS = 30.0
_PING = '{"action":"ping"}'
_OPTIONS: dict[str, Any] = {"compression": None, "max_size": None, "open_timeout": 10, "close_timeout": 1}
_LOST = (ConnectionClosed, InvalidHandshake, OSError, httpx.TransportError)


class Place:
    """Where a reader of events stands: `after` is the last number it has, good within `epoch`; None is before the first."""

    def __init__(self, after: int | None = 0, epoch: str | None = None) -> None:
        self.after, self.epoch = after, epoch

    def take(self, text: str | bytes) -> Event | None:
        """The event of a frame; None for one that was read before, and for what the server says of itself."""
        frame = Event.model_validate_json(text)
        if frame.type == "connected":
            # Another epoch is believed with the `resync` that follows: it must not get lost on the way.
            self.epoch = self.epoch or frame.data["epoch"]
            self.after = frame.seq if self.after is None else self.after
        elif frame.type == "resync":
            self.after, self.epoch = frame.seq, frame.data["epoch"]
            return frame
        elif frame.type == "pong":
            # All that this reader may see up to there was sent before.
            self.after = max(self.after or 0, frame.seq)
        elif frame.type != "error" and frame.seq > (self.after or 0):
            self.after = frame.seq
            return frame
        return None


class EventStream(Iterator[Event], AsyncIterator[Event]):
    """Events after a number, one after the other, for `for` and `async for`; `after` and `epoch` are where to go on from.

    A connection that is lost is tried again after 1, 2, 4, 8 and then every 16 s, and what was missed comes first. An event
    `resync` says that older ones are no longer kept, or that the database was restored. `types` are the events that are wanted,
    all without it, and `fields` narrow them, as in `backtest_id="…"`. Raises ApiError when the platform refuses.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        after: int | None = 0,
        epoch: str | None = None,
        types: Sequence[str] | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> None:
        self._transport, self._place = transport, Place(after, epoch)
        self._wanted = {"events": ",".join(types) if types is not None else "all", **(fields or {})}
        self._failures = 0
        self._sync: synchronous.ClientConnection | None = None
        self._async: asynchronous.ClientConnection | None = None
        self._open = contextlib.ExitStack()

    @property
    def after(self) -> int | None:
        """The number of the last event that was read."""
        return self._place.after

    @property
    def epoch(self) -> str | None:
        """The history that the numbers belong to."""
        return self._place.epoch

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Event:
        while True:
            try:
                if (event := self._receive()) is not None:
                    return event
            except (ApiError, *_LOST) as error:
                self._sync = None
                self._open.close()
                time.sleep(self._pause(error))

    def close(self) -> None:
        """Let go of the connection; the next read makes a new one."""
        self._sync = None
        self._open.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event:
        while True:
            try:
                if (event := await self._receive_soon()) is not None:
                    return event
            except (ApiError, *_LOST) as error:
                await self.aclose()
                await asyncio.sleep(self._pause(error))

    async def aclose(self) -> None:
        """Let go of the connection of an `async for`."""
        connection, self._async = self._async, None
        if connection is not None:
            await connection.close()

    def _receive(self) -> Event | None:
        if self._sync is None:
            self._sync = self._open.enter_context(synchronous.connect(self._address(), **_OPTIONS))
        try:
            return self._taken(self._sync.recv(timeout=_QUIET_SECONDS))
        except TimeoutError:
            self._sync.send(_PING)
            return None

    async def _receive_soon(self) -> Event | None:
        if self._async is None:
            address = await asyncio.to_thread(self._address)
            self._async = await asynchronous.connect(address, **_OPTIONS)
        try:
            async with asyncio.timeout(_QUIET_SECONDS):
                return self._taken(await self._async.recv())
        except TimeoutError:
            await self._async.send(_PING)
            return None

    def _taken(self, text: str | bytes) -> Event | None:
        self._failures = 0
        return self._place.take(text)

    def _address(self) -> str:
        """Where to connect: with a ticket that is good for this once, and from where this reader stands."""
        ticket = self._transport.ask(Ticket, "POST", "/api/auth/ws-ticket").auth_ticket
        place = {"after": self._place.after, "epoch": self._place.epoch}
        query = {"auth_ticket": ticket, **self._wanted, **{name: value for name, value in place.items() if value is not None}}
        return f"ws{self._transport.url.removeprefix('http')}/ws?{urlencode(query)}"

    def _pause(self, error: Exception) -> float:
        """How long to wait before the next try; raises what no patience will mend."""
        if isinstance(error, ApiError) and error.status < 500 and error.status != 429:
            raise error
        if (refused := _refusal(error)) is not None:
            raise refused
        pause = _PAUSES[min(self._failures, len(_PAUSES) - 1)]
        self._failures += 1
        return pause


def _refusal(error: Exception) -> ApiError | None:
    """What the platform found wrong with the address; None for all else, a ticket that came too late among it."""
    answer = error.response if isinstance(error, InvalidStatus) else None
    if answer is None or answer.status_code not in {400, 404, 422}:
        return None
    try:
        said = json.loads(answer.body)["error"]
        code, message, fields, request_id = (said[name] for name in ("code", "message", "fields", "request_id"))
    except (ValueError, KeyError, TypeError):
        code, message, fields, request_id = "no_platform", "There is no event socket at this address.", {}, ""
    return ApiError(code, message, status=answer.status_code, fields=fields, request_id=request_id)
