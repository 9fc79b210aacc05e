"""What one run may take, and what ended it when it took more."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The most that one run may take; None is no limit.

    `seconds` is for the whole run, the kernel's start included. `memory_mb` is what the kernel and all it started hold together,
    beyond what a warm kernel shares with others. `cpus` is how many processors it may use at a time. `output_mb` bounds the
    log, and with it what the notebook keeps of what cells print and show.
    """

    seconds: float | None = None
    memory_mb: int | None = None
    cpus: int | None = None
    output_mb: float = 8.0
