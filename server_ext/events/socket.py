"""`/ws`: the socket on which events arrive."""

from __future__ import annotations

import asyncio
import secrets
import socket
import time
from typing import Any

import structlog
from tornado.iostream import IOStream, StreamClosedError
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from aurelius_kernel.errors import AureliusError, InvalidField
from server_ext.errors import TooManyRequests
from server_ext.events.admission import admit, wishes
from server_ext.events.commands import Command, Inbound, Ping, Resume, Subscribe, parse
from server_ext.events.frames import payloads
from server_ext.events.listener import Listener
from server_ext.events.types import EVENT_TYPES
from server_ext.platform import Platform
from server_ext.web.schema import ErrorAnswer, ErrorBody
from server_ext.web.status import status_of

__all__ = ["EventSocket"]

_LARGEST = 1024 * 1024
_READ_AT_ALL = 4 * _LARGEST
_TOO_MUCH_WRONG = 1008
_TOO_LARGE = 1009
_SEND_BUFFER = 64 * 1024
_PING = b"\x89\x00"

logger = structlog.get_logger("aurelius.events")


class EventSocket(WebSocketHandler):
    """One client's connection: who it is was settled before the upgrade, what it gets is the hub's business."""

    max_message_size = _READ_AT_ALL  # above a mebibyte we say so and close; tornado would cut the line
    ping_interval = 0  # one heartbeat for all, instead of tornado's task for each

    def initialize(self, platform: Platform) -> None:
        """Take the parts of the server."""
        self.platform, self.hub = platform, platform.hub
        self.listener: Listener | None = None
        self.inbound = Inbound()

    async def prepare(self) -> None:
        """Let somebody in, or refuse before the upgrade."""
        admitted = await admit(self, self.platform)
        self.actor, self.expires_at = admitted.actor, admitted.expires_at
        self.wishes = wishes(_query(self))
        if self.request.headers.get("Upgrade", "").casefold() != "websocket":
            raise InvalidField.of("Upgrade", "must be websocket: this address speaks no plain HTTP")
        if self.hub.connections_of(self.actor.id) >= self.platform.settings.sockets_per_account:
            raise TooManyRequests(60, "This account has too many sockets open")
        await self.hub.current()

    def check_origin(self, origin: str) -> bool:  # noqa: ARG002  # the base's signature
        """Any origin: it was checked where it matters, for cookies, which browsers send along by themselves."""
        return True

    def get_compression_options(self) -> dict[str, Any] | None:
        """Compression for whoever offers it, where the settings say so."""
        return {} if self.platform.settings.socket_compression else None

    def open(self, *_parts: str, **_named: str) -> None:
        """Greet the client and let it listen."""
        stream = self.ws_connection.stream if self.ws_connection else None
        if not isinstance(stream, IOStream) or stream.closed():
            return  # gone before it began
        stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        stream.set_nodelay(True)
        actor, asked = self.actor, self.wishes
        self._forget_request()
        kind = CompressingLine if self.platform.settings.socket_compression else SocketLine
        listener = Listener(actor, kind(self, stream), subscriptions=asked.subscriptions, expires_at=self.expires_at)
        self.listener = listener
        self.platform.sockets.add(actor, self.close)
        greeting = {
            "message": f"Welcome, {actor.name}.",
            "user_id": actor.id,
            "supported_events": sorted(EVENT_TYPES),
            "seq": self.hub.newest,
            "epoch": self.hub.epoch,
        }
        self.hub.join(listener, after=asked.after, epoch=asked.epoch)
        listener.tell("connected", greeting, seq=self.hub.newest if asked.after is None else asked.after)

    def _forget_request(self) -> None:
        """Let go of what was sent, credentials among it: it would stay in memory for as long as the socket does."""
        del self.wishes
        request = self.request
        for sent in (request.headers, request.arguments, request.query_arguments, request.body_arguments):
            sent.clear()
        request.uri, request.query = request.path, ""

    async def on_message(self, message: str | bytes) -> None:
        """Do what a command says; what is wrong is answered, and too much of it ends the connection.

        The next message is read once the answer is on its way, so a client that asks but does not read fills no memory.
        """
        listener = self.listener
        if listener is None:
            return
        if len(message) > _LARGEST:
            self.close(_TOO_LARGE, "a message has at most 1 MiB")
            return
        try:
            self.inbound.count(time.monotonic())
            command = parse(message)
            name, data = self._obey(listener, command)
            self.inbound.understood()
        except AureliusError as error:
            name, data = "error", {"code": error.code, "message": error.message}
            if self.inbound.refused():
                self.close(_TOO_MUCH_WRONG, "too many messages were wrong")
                return
        if name:
            await self._tell(listener, name, data)

    def _obey(self, listener: Listener, command: Command) -> tuple[str, dict[str, Any]]:
        """Do it, and say what to answer; a resume is answered by what was missed."""
        if isinstance(command, Ping):
            return "pong", {"timestamp": command.timestamp}
        if isinstance(command, Resume):
            self.hub.resume(listener, command.after, command.epoch)
            return "", {}
        before = listener.subscriptions
        change = before.adding if isinstance(command, Subscribe) else before.without
        self.hub.subscribe(listener, change(command.events, command.fields))
        told = {"events": command.events, **command.fields, "subscriptions": listener.subscriptions.names}
        return f"{command.action}d", told

    async def _tell(self, listener: Listener, name: str, data: dict[str, Any]) -> None:
        try:
            await listener.read(listener.tell(name, data, seq=self.hub.stand(listener)))
        except StreamClosedError:
            return  # `on_close` comes next

    def on_pong(self, data: bytes) -> None:  # noqa: ARG002  # the base's signature
        """Take the sign of life."""
        if self.listener is not None:
            self.hub.answered(self.listener)

    def on_close(self) -> None:
        """Forget the client."""
        if self.listener is not None:
            self.hub.leave(self.listener)
            self.platform.sockets.remove(self.actor, self.close)
            self.listener = None

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Refuse in the one shape of errors."""
        error = kwargs.get("exc_info", (None, None))[1]
        ours = error if isinstance(error, AureliusError) else AureliusError("The socket could not be opened.")
        status = status_of(ours) if ours is error else status_code
        self.set_status(status)
        self.set_header("Content-Type", "application/json; charset=UTF-8")
        body = ErrorBody(code=ours.code, message=ours.message, fields=ours.fields, request_id=secrets.token_hex(8))
        self.finish(ErrorAnswer(error=body).model_dump_json())

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Log what was not refused on purpose."""
        if not isinstance(value, AureliusError) or status_of(value) >= 500:
            super().log_exception(typ, value, tb)


class SocketLine:
    """The way to the client, in whole frames that were built before."""

    __slots__ = ("_handler", "_stream")

    def __init__(self, handler: EventSocket, stream: IOStream) -> None:
        self._handler, self._stream = handler, stream

    def write(self, data: bytes) -> asyncio.Future[None] | None:
        """Send frames; a line that is closed or closing takes nothing.

        What the operating system takes at once, which is nearly always all, needs none of tornado's buffers and futures.
        """
        stream, sent = self._stream, 0
        if self._handler.ws_connection is None or stream.closed():
            return None
        if not stream.writing():
            try:
                sent = stream.write_to_fd(memoryview(data))
            except BlockingIOError:
                sent = 0
            except OSError:
                stream.close()
                return None
        return None if sent == len(data) else stream.write(memoryview(data)[sent:])

    def ping(self) -> None:
        """Ask for a sign of life."""
        self.write(_PING)

    def close(self, code: int, reason: str) -> None:
        """Say goodbye."""
        self._handler.close(code, reason)

    def drop(self) -> None:
        """Let go of a client that is gone."""
        self._stream.close()


class CompressingLine(SocketLine):
    """The way to a client whose frames are compressed one by one, each with what was sent before in mind."""

    __slots__ = ()

    def write(self, data: bytes) -> asyncio.Future[None] | None:
        """Send frames as tornado does, which knows whether the client takes them compressed."""
        connection = self._handler.ws_connection
        if connection is None:
            return None
        try:
            for payload in payloads(data):
                connection.write_message(payload.decode())
            return self._stream.write(b"") if self._stream.writing() else None
        except (WebSocketClosedError, StreamClosedError):
            return None

    def ping(self) -> None:
        """Ask for a sign of life."""
        super().write(_PING)


def _query(handler: WebSocketHandler) -> dict[str, str]:
    found = {}
    for name in handler.request.query_arguments:
        values = handler.get_query_arguments(name)
        if len(values) > 1:
            raise InvalidField.of(name[:100], "is given twice")
        found[name] = values[0]
    return found
