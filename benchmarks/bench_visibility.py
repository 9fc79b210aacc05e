"""A million random operations on the hub: events that reached somebody who may not see them, and those that did not arrive."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.measure import Measured
from tests.support.hub_walk import walk

WALKS = 40
OPERATIONS = 25_000


def bench_visibility() -> Iterator[Measured]:
    walked = [walk(seed, OPERATIONS) for seed in range(100, 100 + WALKS)]
    label = f"{WALKS * OPERATIONS:,} random operations"
    yield Measured(what=f"{label}: events delivered", value=sum(one.delivered for one in walked), unit="", at_least=1)
    yield Measured(
        what="  of these, to somebody who may not see them", value=sum(one.foreign for one in walked), unit="", at_most=0
    )
    yield Measured(what="  listeners that missed one, or got one twice", value=sum(one.wrong for one in walked), unit="", at_most=0)
