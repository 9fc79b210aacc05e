"""The kernels that a zygote has forked: each in a process group of its own, watched until it has ended."""

from __future__ import annotations

import contextlib
import os
import signal
from dataclasses import dataclass
from typing import Self

__all__ = ["Kernel"]


@dataclass(frozen=True, kw_only=True)
class Kernel:
    """One forked process: its id, which is its group's too, and a descriptor that becomes readable when it ends."""

    pid: int
    ended: int

    @classmethod
    def fork(cls) -> Self | None:
        """A new process; None in the new process itself."""
        pid = os.fork()
        with contextlib.suppress(OSError):  # the other one was first
            os.setpgid(pid, pid)  # on either side, so that neither has to wait for the other
        return cls(pid=pid, ended=os.pidfd_open(pid)) if pid else None

    def kill(self) -> None:
        """End the process and all that it started, at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    def reap(self) -> int:
        """The exit code of the process, negative for a signal, once it has ended; what it left running ends too."""
        with contextlib.suppress(ProcessLookupError):  # before the wait: until then nobody else can have this number
            os.killpg(self.pid, signal.SIGKILL)
        _, status = os.waitpid(self.pid, 0)
        os.close(self.ended)
        return os.waitstatus_to_exitcode(status)
