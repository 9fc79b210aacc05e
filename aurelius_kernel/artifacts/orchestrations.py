"""What an orchestration wrote down while it went through its stages: a file that only grows, a line for each thing that happened.

A stage that ended names its record in the store. Whoever starts a run may give it a name of its own, by which it is found while it
goes on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from aurelius_kernel.artifacts.store import Store
from aurelius_kernel.errors import InvalidField
from aurelius_kernel.hashing import canonical_json

__all__ = ["call_it", "called", "events", "runs", "stages", "timed", "write"]

FOLDER = "orchestrations"
CALLED = "orchestrations_called"
NAME = re.compile(r"[A-Za-z0-9-]{8,64}")


def runs(store: Store) -> list[str]:
    """The names of all runs."""
    return [name.removesuffix(".jsonl") for name in store.files.names(FOLDER)]


def write(store: Store, run: str, line: dict[str, Any]) -> None:
    """Write one more thing down about a run."""
    store.files.append(f"{FOLDER}/{run}.jsonl", canonical_json(line))


def events(store: Store, run: str) -> list[dict[str, Any]]:
    """Everything that was written down about a run, oldest first; lines that a crash cut off are left out."""
    return _read(store, f"{FOLDER}/{run}.jsonl")


def call_it(store: Store, run: str, alias: str) -> None:
    """Give a run another name of 8 to 64 letters, digits and hyphens; raises InvalidField for any other."""
    if NAME.fullmatch(alias) is None:
        raise InvalidField.of("alias", "must have 8 to 64 letters, digits and hyphens")
    if called(store, alias) != run:
        store.files.append(f"{CALLED}/{alias}.jsonl", canonical_json({"run": run}))


def called(store: Store, alias: str) -> str | None:
    """The run that was last given a name; None as long as there is none."""
    found = _read(store, f"{CALLED}/{alias}.jsonl")
    return str(found[-1]["run"]) if found else None


def timed(happened: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """For each stage that was begun: when, when it ended, how many seconds that took, and how often it was begun."""
    told: dict[str, dict[str, Any]] = {}
    for event in happened:
        if "stage" not in event:
            continue
        own = told.setdefault(event["stage"], {"attempts": 0, "started_at": None, "ended_at": None, "seconds": None})
        if event["event"] == "stage_started":
            own.update(attempts=own["attempts"] + 1, started_at=event["at"], ended_at=None, seconds=None)
        else:
            own.update(ended_at=event["at"], seconds=event.get("seconds"))
    return told


def stages(store: Store, run: str, names: Sequence[str]) -> list[dict[str, Any]]:
    """A row for each of the stages called `names`: its state, its times, and what it found once it has ended.

    The state is `pending`, `running`, or the outcome: `passed`, `failed` or `skipped`.
    """
    happened = events(store, run)
    ended = {event["stage"]: event["record"] for event in happened if event["event"] == "stage_ended" and "record" in event}
    times = timed(happened)
    return [_row(store, name, times.get(name), ended.get(name)) for name in names]


def _row(store: Store, name: str, times: dict[str, Any] | None, address: str | None) -> dict[str, Any]:
    record = store.document(address) if address else None
    waiting = "running" if times and times["started_at"] and not times["ended_at"] else "pending"
    own = times or {"attempts": 0, "started_at": None, "ended_at": None, "seconds": None}
    found = {name: record[name] for name in ("message", "evidence", "details")} if record else {}
    return {
        "stage": name,
        "state": record["outcome"] if record else waiting,
        **own,
        "message": "",
        "evidence": {},
        "details": {},
    } | found


def _read(store: Store, path: str) -> list[dict[str, Any]]:
    found = []
    for line in store.files.lines(path):
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found
