"""Whether several things take the same time, on a machine that does other work too."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping

__all__ = ["medians"]


def medians(
    calls: Mapping[str, Callable[[int], object]], *, within: float, start: int = 40, most: int = 200
) -> tuple[dict[str, float], float]:
    """The median time of each call, taken in turns, and how far apart the highest and the lowest are.

    More rounds are taken, up to `most`, until they lie `within` of each other: a busy machine needs more of them.
    """
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(most):
        for name, call in calls.items():
            began = time.perf_counter()
            call(number)
            taken[name].append(time.perf_counter() - began)
        if number + 1 >= start and spread(found := _medians(taken)) <= within:
            return found, spread(found)
    return _medians(taken), spread(_medians(taken))


def spread(found: Mapping[str, float]) -> float:
    return max(found.values()) / min(found.values()) - 1


def _medians(taken: Mapping[str, list[float]]) -> dict[str, float]:
    return {name: statistics.median(times) for name, times in taken.items()}
