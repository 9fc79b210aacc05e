"""Where an artifact comes from: its parents, theirs, and so on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aurelius_kernel.artifacts.record import ArtifactRecord
from aurelius_kernel.artifacts.store import Store

__all__ = ["Ancestor", "lineage"]


@dataclass(frozen=True, kw_only=True)
class Ancestor:
    """One step of a lineage; `record` is None when the artifact is no longer in the store."""

    depth: int
    role: str
    address: str
    record: ArtifactRecord | None


def lineage(store: Store, reference: str) -> list[Ancestor]:
    """The artifact and everything it was made from, each once, parents below the artifact that names them."""
    return list(_walk(store, store.resolve(reference), role="self", depth=0, seen=set()))


def _walk(store: Store, address: str, *, role: str, depth: int, seen: set[str]) -> Iterator[Ancestor]:
    records = store.records(address) if store.exists(address) else []
    yield Ancestor(depth=depth, role=role, address=address, record=records[0] if records else None)
    seen.add(address)
    for parent in {(parent.role, parent.address): parent for record in records for parent in record.parents}.values():
        if parent.address not in seen:
            yield from _walk(store, parent.address, role=parent.role, depth=depth + 1, seen=seen)
