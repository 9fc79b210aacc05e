"""A kernel's process group, by a name that outlives whoever started it."""

from __future__ import annotations

import contextlib
import os
import signal
from dataclasses import dataclass
from typing import Self

import psutil

__all__ = ["ProcessGroup"]

CLOCK_TOLERANCE = 1.0
"""Seconds by which two readings of a process's start may differ: the clock may have been set in between."""


@dataclass(frozen=True, kw_only=True)
class ProcessGroup:
    """The group that a kernel leads: the leader's process id, and when it started, in seconds since 1970.

    A process id alone may belong to somebody else by the time it is looked up; together the two name one process for good.
    """

    pid: int
    started: float

    @classmethod
    def of(cls, pid: int) -> Self:
        """The group led by a running process; one that has just ended started at 0.0."""
        try:
            return cls(pid=pid, started=psutil.Process(pid).create_time())
        except psutil.NoSuchProcess:
            return cls(pid=pid, started=0.0)

    def is_running(self) -> bool:
        """Whether the leader itself still runs."""
        try:
            leader = psutil.Process(self.pid)
            same = abs(leader.create_time() - self.started) <= CLOCK_TOLERANCE
            return bool(same and leader.status() != psutil.STATUS_ZOMBIE)
        except psutil.NoSuchProcess:
            return False

    def kill(self) -> bool:
        """End every process of the group at once; False when the leader was gone already, and nothing was touched."""
        if not self.is_running():
            return False
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        return True
