"""What is said over the zygote's socket: one JSON document a packet, with open files beside it.

The client asks first: `{"protocol", "ask": "kernel" | "hold", …}`. A kernel is answered by `{"pid"}` and, when it has ended, by
`{"exit"}`; a refusal by `{"refused": why}`. The end of the connection is the end of what was asked for, on either side.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from aurelius_kernel.lab.zygote.address import PROTOCOL

__all__ = ["KernelRequest", "connect", "receive", "send"]

LARGEST = 160_000
"""Bytes of a packet: what the system's default buffers take."""
MOST_FILES = 2


@dataclass(frozen=True, kw_only=True)
class KernelRequest:
    """A kernel that is asked for: its arguments, its whole environment, and the folder it works in."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    folder: str

    @classmethod
    def of(cls, message: Mapping[str, Any]) -> Self:
        """The request as it came over the socket; raises KeyError, TypeError or ValueError for what is none."""
        return cls(
            arguments=tuple(map(str, message["arguments"])),
            environment={str(name): str(value) for name, value in dict(message["environment"]).items()},
            folder=str(message["folder"]),
        )

    def document(self) -> dict[str, Any]:
        """The request as it goes over the socket."""
        return {"protocol": PROTOCOL, "ask": "kernel", **asdict(self)}


def connect(path: os.PathLike[str], patience: float) -> socket.socket:
    """A connection to the zygote; raises OSError when none listens there."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        connection.settimeout(patience)
        connection.connect(os.fspath(path))
    except OSError:
        connection.close()
        raise
    return connection


def send(connection: socket.socket, message: Mapping[str, Any], files: Sequence[int] = ()) -> None:
    """Send one message; raises OSError when nobody listens any more or it is too large."""
    socket.send_fds(connection, [json.dumps(message).encode()], files)


def receive(connection: socket.socket) -> tuple[dict[str, Any] | None, list[int]]:
    """The next message and the files that came with it; None at the end of the connection, and for what is no message."""
    packet, files, _, _ = socket.recv_fds(connection, LARGEST, MOST_FILES)
    for file in files:
        os.set_inheritable(file, False)  # noqa: FBT003  # the standard library's own signature
    try:
        message = json.loads(packet) if packet else None
    except ValueError:
        message = None
    return (message if isinstance(message, dict) else None), files
