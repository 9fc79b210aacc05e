"""Clients of the event socket, and a small server in this process whose patience a test may choose."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import socket
import threading
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from server_ext.access.actor import Method, Origin, Role
from server_ext.accounts import service
from server_ext.events import Audience, Event
from server_ext.events.heartbeat import Heartbeat
from server_ext.events.hub import Hub
from server_ext.events.pace import Pace
from server_ext.events.socket import EventSocket
from server_ext.platform import Platform
from server_ext.settings import Settings


class Listening:
    """One open socket of a test."""

    def __init__(self, url: str, headers: dict[str, str] | None = None, *, greet: bool = True, **options: Any) -> None:
        options = {"compression": None, "open_timeout": 10, "ping_interval": None, "max_queue": None, **options}
        self.manager = connect(url, additional_headers=headers or {}, **options)
        self.socket: ClientConnection = self.manager.__enter__()
        self.connected = self.take() if greet else None

    def take(self, timeout: float = 10) -> dict[str, Any]:
        """The next frame."""
        return json.loads(self.socket.recv(timeout=timeout))

    def take_all(self, seconds: float = 0.3) -> list[dict[str, Any]]:
        """The frames that come until none comes for a while."""
        found = []
        while True:
            try:
                found.append(self.take(seconds))
            except TimeoutError:
                return found

    def events(self, count: int) -> list[dict[str, Any]]:
        return [self.take() for _ in range(count)]

    def say(self, **command: Any) -> dict[str, Any]:
        """Send a command and take what comes back next."""
        self.socket.send(json.dumps(command))
        return self.take()

    def closed_with(self, timeout: float = 10) -> int | None:
        """The code with which the server closes, None when the line just breaks; `heard` are the types of what came before."""
        self.heard: list[str] = []
        try:
            while True:
                self.heard.append(self.take(timeout)["type"])
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None

    def close(self) -> None:
        self.manager.__exit__(None, None, None)

    def __enter__(self) -> Listening:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class SmallServer:
    """The platform's event socket on a loop of its own in this process."""

    def __init__(
        self,
        address: str,
        home: Any,
        *,
        heartbeat: Heartbeat | None = None,
        pace: Pace | None = None,
        ring: int = 20_000,
        **settings: str,
    ) -> None:
        made = Platform.start(Settings.read({"DATABASE_URL": address, **settings}, home=home))
        hub = Hub(made.source, heartbeat=heartbeat, pace=pace, ring_entries=ring)
        self.platform = dataclasses.replace(made, hub=hub)
        self.platform.log.on_append(hub.wake)
        self.hub = hub
        self.started = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self.thread.start()
        assert self.started.wait(20)

    async def _serve(self) -> None:
        self.loop, self.stopping = asyncio.get_running_loop(), asyncio.Event()
        lasting = [self.platform.sockets.watch(), self.hub.run()]
        if self.platform.bus is not None:
            lasting.append(self.platform.bus.run(self.hub.wake))
        tasks = [asyncio.create_task(work) for work in lasting]
        server = HTTPServer(Application([(r"/ws", EventSocket, {"platform": self.platform})]))
        sockets = bind_sockets(0, "127.0.0.1")
        server.add_sockets(sockets)
        self.port = sockets[0].getsockname()[1]
        await self.hub.current()
        self.started.set()
        await self.stopping.wait()
        server.stop()
        self.hub.close_all("the test is over")
        for task in tasks:
            task.cancel()
        await asyncio.sleep(0.05)

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.stopping.set)
        self.thread.join(10)
        self.platform.close()

    def account(self, name: str, role: Role = Role.QUANT, team: str | None = None) -> tuple[str, str]:
        """A new account: its id and an access token."""
        with self.platform.database.writing() as connection:
            who = {"email": f"{name}@example.com", "name": name, "password_hash": "-"}
            user = service.create_user(connection, Origin(), role=role, team=team, **who)
            session, _ = self.platform.sessions.open(connection, user.id, Method.BEARER, Origin())
        return user.id, self.platform.tokens.issue(user_id=user.id, session_id=session, role=role)

    def write(self, *events: Event) -> int | None:
        with self.platform.database.writing() as connection:
            return self.platform.log.append(connection, *events)

    def listen(self, token: str, query: str = "", **options: Any) -> Listening:
        headers = {"Authorization": f"Bearer {token}"}
        return Listening(f"ws://127.0.0.1:{self.port}/ws{query}", headers, **options)


def note(text: str, **more: Any) -> Event:
    """A notification for everyone, or whatever else is asked for."""
    values = {"type": "notification", "data": {"message": text}, "audience": Audience.EVERYONE, **more}
    return Event(**{**values, "audience": Audience(values["audience"])})


def raw_socket(port: int, token: str, *, receive_buffer: int = 0, query: str = "") -> socket.socket:
    """A TCP connection that has asked for the upgrade and does nothing else by itself."""
    line = socket.socket()
    if receive_buffer:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    line.settimeout(10)
    line.connect(("127.0.0.1", port))
    head = [
        f"GET /ws{query} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Authorization: Bearer {token}",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
    ]
    line.sendall("\r\n".join([*head, "", ""]).encode())
    return line
