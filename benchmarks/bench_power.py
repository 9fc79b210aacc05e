"""What the product gate lets through: markets without an edge, and markets with a planted one.

Twenty markets of each kind here; `python -m benchmarks.power 0 200 FILE` takes two hundred, and `benchmarks/power/recorded.jsonl`
has what came of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.measure import Measured
from benchmarks.power.trial import tried

SEEDS = range(20)


def bench_power() -> Iterator[Measured]:
    for edge, what, limit in ((False, "no edge", {"at_most": 0.05}), (True, "a planted edge of Sharpe 1.5", {"at_least": 0.6})):
        passed = [tried(seed, edge=edge).passed for seed in SEEDS]
        share = sum(passed) / len(passed)
        yield Measured(what=f"{len(passed)} markets of ten years with {what}: product gate passed", value=share, unit="", **limit)
