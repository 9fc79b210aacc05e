"""A client as thin as can be: kept-alive connections, whole answers, and how long each took.

python -m benchmarks.read_load.client < an order as JSON; the answer is JSON too.

Without a rate, each connection asks again as soon as it was answered. With a rate, requests are due at even times, and an answer's
time counts from when its request was due: a server that stalls is charged for all that had to wait.
"""

from __future__ import annotations

import json
import select
import socket
import sys
import time
from array import array
from collections import Counter, deque
from typing import Any

_HEADERS = "Accept: */*\r\nAccept-Encoding: gzip, deflate\r\nConnection: keep-alive\r\nUser-Agent: read-load/1\r\n"


class Load:
    """Connections to one server, the requests they take in turn, and what came back."""

    def __init__(self, port: int, requests: list[bytes], connections: int) -> None:
        self.requests, self.next = requests, 0
        self.sockets = [socket.create_connection(("127.0.0.1", port)) for _ in range(connections)]
        self.by_number = {one.fileno(): one for one in self.sockets}
        self.due: dict[int, float] = {}
        self.parts: dict[int, bytes] = {}
        self.times, self.statuses = array("d"), Counter[str]()
        self.epoll = select.epoll()
        for one in self.sockets:
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            one.settimeout(0)
            self.epoll.register(one.fileno(), select.EPOLLIN)

    def send(self, number: int, due: float) -> None:
        """Ask the next request on one connection."""
        self.due[number] = due
        self.by_number[number].send(self.requests[self.next])
        self.next = (self.next + 1) % len(self.requests)

    def take(self, number: int) -> bool:
        """Read what came; whether that completes the answer."""
        data = self.by_number[number].recv(65_536)
        if not data:
            raise ConnectionError("the server closed a connection")
        data = self.parts.pop(number, b"") + data
        head = data.find(b"\r\n\r\n")
        length = int(data[data.lower().index(b"content-length:", 0, head) + 15 :].split(b"\r\n", 1)[0]) if head > 0 else 0
        if head < 0 or len(data) < head + 4 + length:
            self.parts[number] = data
            return False
        self.statuses[data[9:12].decode()] += 1
        self.times.append(time.perf_counter() - self.due.pop(number))
        return True

    def closed(self, seconds: float) -> float:
        """Ask on every connection without a pause; gives the seconds it took."""
        start = time.perf_counter()
        for number in self.by_number:
            self.send(number, start)
        while self.due:
            for number, _ in self.epoll.poll(1):
                if self.take(number) and (now := time.perf_counter()) < start + seconds:
                    self.send(number, now)
        return time.perf_counter() - start

    def open(self, seconds: float, rate: float) -> float:
        """Ask at even times on whichever connection is free; gives the seconds it took."""
        free, start, count, asked = deque(self.by_number), time.perf_counter(), int(seconds * rate), 0
        while asked < count or self.due:
            now = time.perf_counter()
            while free and asked < count and start + asked / rate <= now:
                self.send(free.popleft(), start + asked / rate)
                asked += 1
            waits = max(0.0, start + asked / rate - time.perf_counter()) if free and asked < count else 1
            for number, _ in self.epoll.poll(waits if waits >= 0.001 else 0):
                if self.take(number):
                    free.append(number)
        return time.perf_counter() - start


def main(order: dict[str, Any]) -> dict[str, Any]:
    """Carry out one order."""
    hosts = f"Host: 127.0.0.1:{order['port']}\r\n"
    requests = [
        f"GET {path} HTTP/1.1\r\n{hosts}{_HEADERS}Authorization: Bearer {token}\r\n\r\n".encode() for path, token in order["asks"]
    ]
    load = Load(order["port"], requests, order["connections"])
    took = load.open(order["seconds"], order["rate"]) if "rate" in order else load.closed(order["seconds"])
    ordered = sorted(load.times)
    shares = {name: ordered[int(len(ordered) * share)] * 1e3 for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))}
    return {"rate": len(ordered) / took, "statuses": load.statuses, **shares}


if __name__ == "__main__":
    print(json.dumps(main(json.load(sys.stdin))))
