"""Asking a zygote for kernels, and what one looks like to whoever asked: a process, like those of `subprocess`."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import threading
import time
from typing import Any

from aurelius_kernel.lab.zygote.address import PROTOCOL, Address, Unavailable
from aurelius_kernel.lab.zygote.messages import KernelRequest, connect, receive, send

__all__ = ["WarmKernel", "hold", "request_kernel"]

PATIENCE = 2.0
"""Seconds in which a zygote answers, which takes it milliseconds, or a plain kernel is the better choice."""
LOST = -signal.SIGKILL
"""The exit code of a kernel whose zygote is gone: it was killed with it."""


def request_kernel(address: Address, request: KernelRequest, files: tuple[int, int]) -> WarmKernel:
    """A kernel just forked, writing to `files`; raises Unavailable when there is none to be had."""
    connection, answer = _ask(address, request.document(), files)
    return WarmKernel(connection, int(answer["pid"]))


def hold(address: Address) -> socket.socket:
    """A connection that keeps the zygote alive while it is open, and ends with it; raises Unavailable."""
    connection, _ = _ask(address, {"protocol": PROTOCOL, "ask": "hold"}, ())
    return connection


def _ask(address: Address, question: dict[str, Any], files: tuple[int, ...]) -> tuple[socket.socket, dict[str, Any]]:
    try:
        connection = connect(address.socket, PATIENCE)
    except OSError:
        raise Unavailable("no zygote is ready") from None
    try:
        send(connection, question, files)
        answer, _ = receive(connection)
    except TimeoutError:
        answer = {"refused": f"the zygote did not answer within {PATIENCE:g} seconds"}
    except OSError:
        answer = None
    if answer is None or "refused" in answer:
        connection.close()
        raise Unavailable((answer or {}).get("refused", "the zygote ended"))
    return connection, answer


class WarmKernel:
    """A forked kernel as a process that can be polled, waited for and signalled; it ends with the connection it was asked by."""

    stdin = stdout = stderr = None

    def __init__(self, connection: socket.socket, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._connection = connection
        self._lock = threading.Lock()

    def poll(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""
        with self._lock:
            if self.returncode is None and select.select([self._connection], [], [], 0)[0]:
                self.returncode = self._heard()
                self._connection.close()
            return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, once it has ended; raises subprocess.TimeoutExpired."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                raise subprocess.TimeoutExpired("kernel", timeout or 0.0)
            with contextlib.suppress(ValueError):  # another thread has heard the end
                select.select([self._connection], [], [], left)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def _heard(self) -> int:
        try:
            said, _ = receive(self._connection)
        except OSError:
            return LOST
        return int(said["exit"]) if said else LOST
