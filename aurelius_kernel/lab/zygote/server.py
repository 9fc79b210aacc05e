"""The zygote's loop: take requests, fork, and end each kernel with the connection that asked for it."""

from __future__ import annotations

import os
import selectors
import signal
import socket
import struct
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aurelius_kernel.lab.zygote.address import PROTOCOL, Address
from aurelius_kernel.lab.zygote.kernels import Kernel
from aurelius_kernel.lab.zygote.loaded import Stamp, changed
from aurelius_kernel.lab.zygote.messages import KernelRequest, receive, send

__all__ = ["Birth", "Client", "Zygote"]

CREDENTIALS = struct.Struct("3i")
"""What the system says of a peer: process, user, group."""
LOOK_EVERY = 5.0


@dataclass(frozen=True, kw_only=True)
class Birth:
    """In a process just forked: what it is to become, and the files for its standard output and error."""

    request: KernelRequest
    files: list[int]


@dataclass(kw_only=True)
class Client:
    """One connection: it holds the zygote, or has a kernel, or has not asked yet."""

    connection: socket.socket
    holds: bool = False
    kernel: Kernel | None = None


class Zygote:
    """Serves one address until it is told to end, its code is no longer what it loaded, or nobody needs it.

    Nobody needs it when nobody holds it any more, or when it was not asked for anything for `idle_seconds`. Kernels that run keep
    it. There is one thread and no ZeroMQ context in this process: a fork would copy locks that nobody in the child ever opens.
    """

    def __init__(
        self, address: Address, lock: int, holders: Sequence[socket.socket], *, files: Mapping[str, Stamp], idle_seconds: float
    ) -> None:
        self._address, self._lock, self._files, self._idle_seconds = address, lock, files, idle_seconds
        self._clients: list[Client] = []
        self._selector = selectors.DefaultSelector()
        self._used = time.monotonic()
        self._was_held, self._told_to_end = bool(holders), False
        self._born: Birth | None = None
        self._listener: socket.socket | None = _listen(address.socket)
        self._alarm = socket.socketpair()
        self._watch(self._listener, self._accept)
        self._watch(self._alarm[0], self._end)
        for holder in holders:
            self._welcome(Client(connection=holder, holds=True))

    def serve(self) -> Birth | None:
        """Serve; None when it is over, and in each process that is forked, at once, what it is to become."""
        for end in self._alarm:
            end.setblocking(False)  # noqa: FBT003  # the standard library's own signature
        signal.set_wakeup_fd(self._alarm[1].fileno())
        signal.signal(signal.SIGTERM, _wake)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        while not self._is_over():
            for key, _ in self._selector.select(timeout=min(LOOK_EVERY, self._idle_seconds)):
                key.data()
                if self._born is not None:
                    return self._born
        self._retire()
        for client in list(self._clients):
            self._let_go(client)
        return None

    def _is_over(self) -> bool:
        if self._told_to_end:
            return True
        if any(client.kernel for client in self._clients):
            return False
        if self._listener is None:
            return True
        if self._was_held:
            return not any(client.holds for client in self._clients)
        return time.monotonic() - self._used > self._idle_seconds

    def _end(self) -> None:
        self._told_to_end = True

    def _accept(self) -> None:
        """Take a connection from this user, and from nobody else."""
        if self._listener is None:
            return
        connection, _ = self._listener.accept()
        _, user, _ = CREDENTIALS.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, CREDENTIALS.size))
        if user != os.getuid():
            connection.close()
            return
        self._welcome(Client(connection=connection))

    def _welcome(self, client: Client) -> None:
        self._clients.append(client)
        self._watch(client.connection, lambda: self._hear(client))

    def _hear(self, client: Client) -> None:
        """Act on a request, or let go of a client whose connection ended or who says what makes no sense."""
        self._used = time.monotonic()
        files: list[int] = []
        try:
            message, files = receive(client.connection)
            if message is None or client.holds or client.kernel:
                self._let_go(client)
            elif (why := self._refusal(message.get("protocol"))) is not None:
                _tell(client, {"refused": why})
                self._let_go(client)
            elif message.get("ask") == "hold":
                client.holds = self._was_held = True
                _tell(client, {"held": True})
            else:
                self._fork(client, KernelRequest.of(message), files)
        except (OSError, KeyError, TypeError, ValueError):
            self._let_go(client)
        finally:
            if self._born is None:
                for file in files:
                    os.close(file)

    def _refusal(self, protocol: object) -> str | None:
        """Why this process can give no kernel any more; it then makes room for a new zygote."""
        if protocol != PROTOCOL:
            return "the zygote is of another version of Aurelius"
        if (path := changed(self._files)) is not None:
            self._retire()
            return f"{Path(path).name} changed since the zygote loaded it"
        if len(list(Path("/proc/self/task").iterdir())) > 1:
            return "something that the zygote imported has started a thread, and it cannot fork safely"
        return None

    def _fork(self, client: Client, request: KernelRequest, files: list[int]) -> None:
        kernel = Kernel.fork()
        if kernel is None:
            self._forget_everything()
            self._born = Birth(request=request, files=files)
            return
        client.kernel = kernel
        self._watch(kernel.ended, lambda: self._reap(client))
        _tell(client, {"pid": kernel.pid})

    def _reap(self, client: Client) -> None:
        """Tell a client how its kernel ended, which it did by itself or by a signal of the client's."""
        if client.kernel is not None:
            self._selector.unregister(client.kernel.ended)
            code, client.kernel = client.kernel.reap(), None
            _tell(client, {"exit": code})
        self._let_go(client)

    def _let_go(self, client: Client) -> None:
        """Close a connection, and end the kernel that was asked for by it."""
        if client.kernel is not None:
            self._selector.unregister(client.kernel.ended)
            client.kernel.kill()
            client.kernel.reap()
        if client in self._clients:
            self._clients.remove(client)
            self._selector.unregister(client.connection)
            client.connection.close()

    def _retire(self) -> None:
        """Leave the address to a new zygote; kernels that run stay until their end."""
        if self._listener is None:
            return
        self._selector.unregister(self._listener)
        self._listener.close()
        self._listener = None
        self._address.socket.unlink(missing_ok=True)
        os.close(self._lock)
        for holder in [client for client in self._clients if client.holds]:
            self._let_go(holder)  # who holds it learns by this that a new one is to be started

    def _forget_everything(self) -> None:
        """In a forked process: close what belongs to the zygote."""
        signal.set_wakeup_fd(-1)
        self._selector.close()
        if self._listener is not None:
            self._listener.close()
            os.close(self._lock)
        for end in (*self._alarm, *(client.connection for client in self._clients)):
            end.close()
        for client in self._clients:
            if client.kernel is not None:
                os.close(client.kernel.ended)

    def _watch(self, source: socket.socket | int, act: Callable[[], None]) -> None:
        self._selector.register(source, selectors.EVENT_READ, act)


def _listen(path: Path) -> socket.socket:
    """A socket that only this user can connect to; the file of a zygote that was killed is replaced."""
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    before = os.umask(0o177)
    try:
        listener.bind(os.fspath(path))
    finally:
        os.umask(before)
    listener.listen(64)
    return listener


def _tell(client: Client, message: Mapping[str, Any]) -> None:
    with suppress(OSError):  # who no longer listens is seen by the end of the connection
        send(client.connection, message)


def _wake(_number: int, _frame: object) -> None:
    """Nothing: that a signal came is read from the wake-up socket."""
