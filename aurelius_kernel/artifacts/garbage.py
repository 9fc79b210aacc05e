"""Cleaning the store: what nothing refers to can go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from aurelius_kernel.artifacts.files import content_path
from aurelius_kernel.artifacts.record import ArtifactRecord
from aurelius_kernel.artifacts.runs import Run
from aurelius_kernel.artifacts.store import Store
from aurelius_kernel.clock import utc_now

__all__ = ["Garbage", "clean", "find_garbage"]

GRACE = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Garbage:
    """What can go: artifacts that nothing refers to, runs that are forgotten with them, and files of writes cut off."""

    artifacts: tuple[ArtifactRecord, ...]
    runs: tuple[Run, ...]
    unfinished: tuple[str, ...]

    @property
    def size(self) -> int:
        """The bytes of the artifacts that can go."""
        return sum(record.size for record in self.artifacts)


def find_garbage(
    store: Store, *, keep: Iterable[str] = (), forget_runs_before: datetime | None = None, grace: timedelta = GRACE
) -> Garbage:
    """What can go; nothing is touched.

    Kept is what is pinned, the result of every run not forgotten, what `keep` names, everything these were made from, and
    everything made from them; and whatever was written within the `grace` time, since a run may be about to refer to it.
    """
    before = utc_now() - grace
    records = {address: store.records(address) for address in store.hashes()}
    named = set(store.pins.all().values()) | set(keep)
    forgotten, remembered = _parted(store.runs.all(), forget_runs_before, named)
    fresh = {address for address in records if not _written_before(store, content_path(address), before)}
    made_from_kept = _reachable(named | {run.result for run in remembered}, _children(records))
    kept = _reachable(made_from_kept | fresh, _parents(records))
    return Garbage(
        artifacts=tuple(made[0] for address, made in records.items() if address not in kept),
        runs=tuple(forgotten),
        unfinished=tuple(path for path in store.files.unfinished() if _written_before(store, path, before)),
    )


def clean(store: Store, garbage: Garbage) -> None:
    """Remove it: runs first, then contents, then records, so that a crash half-way leaves nothing that names what is gone."""
    for run in garbage.runs:
        store.runs.forget(run.identity)
    for record in garbage.artifacts:
        store.files.delete(content_path(record.address))
        for path in store.record_paths(record.address):
            store.files.delete(path)
    for path in garbage.unfinished:
        store.files.delete(path)


def _parted(runs: Iterable[Run], before: datetime | None, named: set[str]) -> tuple[list[Run], list[Run]]:
    parted: tuple[list[Run], list[Run]] = ([], [])
    for run in runs:
        old = before is not None and run.recorded_at < before and run.result not in named
        parted[0 if old else 1].append(run)
    return parted


def _parents(records: Mapping[str, list[ArtifactRecord]]) -> dict[str, set[str]]:
    return {address: {parent.address for record in made for parent in record.parents} for address, made in records.items()}


def _children(records: Mapping[str, list[ArtifactRecord]]) -> dict[str, set[str]]:
    children: dict[str, set[str]] = {}
    for address, parents in _parents(records).items():
        for parent in parents:
            children.setdefault(parent, set()).add(address)
    return children


def _reachable(roots: Iterable[str], edges: Mapping[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = set(roots)
    while waiting:
        address = waiting.pop()
        reached.add(address)
        waiting |= edges.get(address, set()) - reached
    return reached


def _written_before(store: Store, path: str, instant: datetime) -> bool:
    try:
        return store.files.written_at(path) < instant
    except FileNotFoundError:
        return False
