"""How a benchmark measures and what it reports."""

from __future__ import annotations

import gc
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Measured", "fresh_process", "ratio", "seconds"]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One number, and the target that it must keep."""

    what: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None

    @property
    def kept(self) -> bool:
        """True when the number is within its target, or has none."""
        return (self.at_most is None or self.value <= self.at_most) and (self.at_least is None or self.value >= self.at_least)

    @property
    def target(self) -> str:
        """The target as a person reads it."""
        limits = [
            f"≤ {self.at_most:g}" if self.at_most is not None else "",
            f"≥ {self.at_least:g}" if self.at_least is not None else "",
        ]
        return " ".join(limit for limit in limits if limit)


def seconds(run: Callable[[], object], repeats: int = 5) -> float:
    """The best of some runs: what the work takes when nothing disturbs it. Warm up before, where that is meant."""
    return min(_once(run) for _ in range(repeats))


def ratio(reference: Callable[[], object], ours: Callable[[], object], repeats: int = 5) -> float:
    """How many times faster `ours` is than `reference`: medians of runs in turn, so that a busy machine slows both."""
    pairs = [(_once(reference), _once(ours)) for _ in range(repeats)]
    slow, fast = zip(*pairs, strict=True)
    return float(statistics.median(slow) / statistics.median(fast))


def fresh_process(statement: str, repeats: int = 3) -> float:
    """The best time, in seconds, that the statement takes in an interpreter of its own; its start does not count."""
    code = f"import time; start = time.perf_counter()\n{statement}\nprint(time.perf_counter() - start)"
    return min(_printed(code) for _ in range(repeats))


def _once(run: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def _printed(code: str) -> float:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=True)
    return float(done.stdout.splitlines()[-1])
