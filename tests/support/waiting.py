"""Waiting for what runs elsewhere, and what was told of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

ENDS = {"completed", "failed", "cancelled"}


def until_the_end(person: Any, path: str, seconds: float = 120) -> dict[str, Any]:
    """Wait for the end of a backtest, a validation or a job, and give its last state."""
    deadline = time.monotonic() + seconds
    while (state := person.get(path).json())["status"] not in ENDS:
        assert time.monotonic() < deadline, state
        time.sleep(0.05)
    return state


def until(ask: Callable[[], Any], is_enough: Callable[[Any], bool], seconds: float = 60) -> Any:
    """Ask again and again until the answer is enough, and give it."""
    deadline = time.monotonic() + seconds
    while not is_enough(answer := ask()):
        assert time.monotonic() < deadline, answer
        time.sleep(0.05)
    return answer


def told_of(person: Any, job_id: str) -> list[dict[str, Any]]:
    """The events about one job that a person may read, oldest first."""
    after, found = 0, []
    while (page := person.get("/api/v1/events", params={"after": after, "limit": 1000}).json())["upto"] > after:
        after = page["upto"]
        found += [event for event in page["events"] if event["data"].get("job_id") == job_id]
    return found
