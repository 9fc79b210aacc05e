"""The states of a job, and how one is told to those who wait for it."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["UNFINISHED", "State"]


class State(StrEnum):
    """Where a job is: waiting, running, or at one of its three ends."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


UNFINISHED = (State.QUEUED, State.RUNNING)
"""The states that something must still come of."""
