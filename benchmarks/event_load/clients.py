"""Many clients in one process, as thin as can be: a handshake, frames counted, the age of each frame noted.

python -m benchmarks.event_load.clients
"""

from __future__ import annotations

import json
import select
import socket
import sys
import time
from array import array
from collections.abc import Callable
from typing import Any

_SENT_AT = len('{"type":"notification","data":{"message":')
_READ = 256 * 1024


class Client:
    """One connection; frames are shorter than 64 KiB and hold the time they were written at."""

    __slots__ = ("frames", "is_open", "rest", "socket")

    def __init__(self, port: int, token: str, after: int | None) -> None:
        self.frames, self.rest, self.is_open = 0, b"", None
        self.socket = socket.create_connection(("127.0.0.1", port))
        query = "" if after is None else f"?after={after}"
        bearer = f"Authorization: Bearer {token}\r\n" if token else ""
        self.socket.send(
            f"GET /ws{query} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{bearer}"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        self.socket.settimeout(0)

    def read(self, ages: array) -> bool:
        """Take what has come; False when the connection is over."""
        try:
            data = self.socket.recv(_READ)
        except BlockingIOError:
            return True
        except OSError:
            data = b""
        if not data:
            self.is_open = False
            return False
        if self.rest:
            data = self.rest + data
        at = 0
        if self.is_open is None:
            at = data.find(b"\r\n\r\n") + 4
            if at < 4:
                self.rest = data
                return True
            self.is_open = data[9:12] == b"101"
        self.rest = self._take(data, at, ages)
        return True

    def _take(self, data: bytes, at: int, ages: array) -> bytes:
        """Count whole frames, and give what is left."""
        end, now = len(data), time.monotonic_ns()
        while end - at >= 4:
            length, body = data[at + 1], at + 2
            if length == 126:
                length, body = data[at + 2] << 8 | data[at + 3], at + 4
            if body + length > end:
                break
            if data.startswith(b"notification", body + 9):
                self.frames += 1
                found = data.find(b'"', body + _SENT_AT) + 1
                ages.append(now - int(data[found : found + 19]))
            at = body + length
        return data[at:]


class Crowd:
    """All clients, and the one order that is being carried out."""

    def __init__(self) -> None:
        self.clients: dict[int, Client] = {}
        self.ages = array("q")
        self.epoll = select.epoll()
        self.done: Callable[[], dict[str, Any] | None] = lambda: None

    def run(self) -> None:
        """Obey the lines on standard input until it ends."""
        self.epoll.register(sys.stdin.fileno(), select.EPOLLIN)
        while True:
            for number, _ in self.epoll.poll(0.02, 4_096):
                if number == sys.stdin.fileno():
                    line = sys.stdin.readline()
                    if not line:
                        return
                    self.begin(json.loads(line))
                elif not self.clients[number].read(self.ages):
                    self.epoll.unregister(number)
            if (answer := self.done()) is not None:
                self.done = lambda: None
                print(json.dumps(answer), flush=True)

    def begin(self, order: dict[str, Any]) -> None:
        """Start an order."""
        start = time.monotonic()
        if order["do"] == "connect":
            wanted = list(range(order["count"]))
            opening: list[Client] = []

            def connected() -> dict[str, Any] | None:
                opening[:] = [client for client in opening if client.is_open is None]
                while wanted and len(opening) < order.get("width", 100):
                    number = wanted.pop()
                    opening.append(self.add(order["port"], order["tokens"][number % len(order["tokens"])], order.get("after")))
                opened = sum(client.is_open is True for client in self.clients.values())
                return None if opening or wanted else {"opened": opened, "seconds": time.monotonic() - start}

            self.done = connected
        elif order["do"] == "expect":

            def arrived() -> dict[str, Any] | None:
                late = time.monotonic() > start + order["patience"]
                if not late and any(client.frames < order["frames"] for client in self.clients.values()):
                    return None
                return {"seconds": time.monotonic() - start, **self.summary()}

            self.done = arrived
        else:
            for client in self.clients.values():
                client.socket.close()
            self.clients.clear()
            self.done = dict

    def add(self, port: int, token: str, after: int | None) -> Client:
        """One more client."""
        client = Client(port, token, after)
        self.clients[client.socket.fileno()] = client
        self.epoll.register(client.socket.fileno(), select.EPOLLIN)
        return client

    def summary(self) -> dict[str, Any]:
        """What arrived, forgotten with this."""
        counts, ordered = [client.frames for client in self.clients.values()], sorted(self.ages)
        ages = {name: ordered[int(len(ordered) * share)] / 1e6 for name, share in (("p50", 0.5), ("p99", 0.99)) if ordered}
        for client in self.clients.values():
            client.frames = 0
        del self.ages[:]
        return {"frames": sum(counts), "fewest": min(counts), "most": max(counts), **ages}


if __name__ == "__main__":
    Crowd().run()
