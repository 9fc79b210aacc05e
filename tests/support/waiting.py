"""Waiting for what runs elsewhere."""

from __future__ import annotations

import time
from typing import Any

ENDS = {"completed", "failed", "cancelled"}


def until_the_end(person: Any, path: str, seconds: float = 120) -> dict[str, Any]:
    """Wait for the end of a backtest, a validation or a job, and give its last state."""
    deadline = time.monotonic() + seconds
    while (state := person.get(path).json())["status"] not in ENDS:
        assert time.monotonic() < deadline, state
        time.sleep(0.05)
    return state
