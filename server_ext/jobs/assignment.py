"""What a worker is told to do, and what it tells while it does it and in the end: plain values, sent between machines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Assignment", "Report", "Said", "pin_of"]


def pin_of(job_id: str) -> str:
    """The name under which the executed notebook of a job is kept that no result keeps."""
    return f"job-{job_id}"


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """One run of a job: the notebook itself, so that a worker needs no folder in common with whoever queued it."""

    job_id: str
    fence: int
    name: str
    notebook: bytes
    source: str
    parameters: Mapping[str, Any]
    store: str
    environment: Mapping[str, str]
    seconds: float
    memory_mb: int | None = None
    cpus: int | None = None

    @property
    def key(self) -> str:
        """The name of this run, and of no other."""
        return f"job-{self.job_id}-{self.fence}"


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a worker says of a run while it lasts; saying nothing but `key` and `worker` means that it is alive."""

    key: str
    worker: str
    progress: Mapping[str, Any] | None = None
    text: str = ""
    host: str | None = None
    pid: int | None = None
    pid_started: float | None = None


@dataclass(frozen=True, kw_only=True)
class Report:
    """How a run ended: an outcome of `outcome.py`, and the hashes of what was kept of it."""

    outcome: str
    seconds: float
    executed: str | None = None
    log: str | None = None
    result: str | None = None
    found: Mapping[str, Any] = field(default_factory=dict)
    error_code: str | None = None
    error: str | None = None
