"""A client whose line is torn at a random byte, again and again, and which comes back with the last whole event it has."""

from __future__ import annotations

import json
import random
import socket
import struct
from collections.abc import Callable, Iterator

from tests.support.sockets import raw_socket

_ABORT = struct.pack("ii", 1, 0)


def read_torn(
    port: int, token: str, *, after: int, until: Callable[[], int | None], mean: float, seed: int
) -> tuple[list[int], int]:
    """The numbers of the events that arrived, doubles left out, and how often the line was torn.

    `until` is the last number, once it is known; a line lasts for `mean` bytes or so.
    """
    draw, seen, tears = random.Random(seed), [], 0  # noqa: S311  (a rehearsal must be repeatable)
    while (last := until()) is None or after < last:
        line = raw_socket(port, token, query=f"?events=all&after={after}")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
        for seq in _whole(_taken(line, int(draw.expovariate(1 / mean)) + 1)):
            if seq > after:
                after = seq
                seen.append(seq)
        line.close()
        tears += 1
    return seen, tears


def _taken(line: socket.socket, count: int) -> bytes:
    """At most `count` bytes; fewer where nothing comes for a while."""
    line.settimeout(0.3)
    taken = bytearray()
    try:
        while len(taken) < count and (part := line.recv(min(65_536, count - len(taken)))):
            taken += part
    except OSError:
        pass
    return bytes(taken)


def _whole(taken: bytes) -> Iterator[int]:
    """The numbers in the whole event frames of what was taken."""
    at = taken.find(b"\r\n\r\n") + 4
    while at >= 4 and len(taken) - at >= 4:
        length, body = taken[at + 1], at + 2
        if length == 126:
            length, body = int.from_bytes(taken[at + 2 : at + 4]), at + 4
        if body + length > len(taken):
            return
        frame = json.loads(taken[body : body + length])
        if frame["type"] not in {"connected", "pong"}:
            yield frame["seq"]
        at = body + length
