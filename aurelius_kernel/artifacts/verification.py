"""Whether the store still holds what it says: every hash, every record, every reference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from aurelius_kernel.artifacts.store import Store
from aurelius_kernel.errors import AureliusError

__all__ = ["Fault", "verify"]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Something that is wrong with the store: where, and what."""

    where: str
    problem: str


def verify(store: Store, reference: str | None = None, *, checked: Callable[[str], None] = lambda _: None) -> list[Fault]:
    """What is wrong with one artifact, or with the whole store; an empty list when nothing is.

    `checked` is called with each hash after its check, for a progress bar.
    """
    if reference is not None:
        return list(_faults_of(store, [store.resolve(reference)], checked))
    return [*_faults_of(store, store.hashes(), checked), *_dangling(store)]


def _faults_of(store: Store, addresses: Iterable[str], checked: Callable[[str], None]) -> Iterator[Fault]:
    for address in addresses:
        try:
            store.get(address)
            missing = [parent for record in store.records(address) for parent in record.parents if not store.exists(parent.address)]
        except AureliusError as error:
            yield Fault(where=address, problem=error.message)
        else:
            yield from (Fault(where=address, problem=f"its {one.role} {one.address[:12]} is missing.") for one in missing)
        checked(address)


def _dangling(store: Store) -> Iterator[Fault]:
    for name, address in store.pins.all().items():
        if not store.exists(address):
            yield Fault(where=f"pin {name}", problem=f"names {address[:12]}, which is not in the store.")
    for run in store.runs.all():
        if not store.exists(run.result):
            yield Fault(where=f"run {run.identity.key[:12]}", problem=f"names {run.result[:12]}, which is not in the store.")
