"""What is left of a Sharpe ratio out of sample, and whether that is enough."""

from __future__ import annotations

import math
from collections.abc import Iterable

__all__ = ["STABLE", "degradation", "overall_degradation", "stability", "validated"]

STABLE = 75.0
"""The stability from which a validation is passed."""
PENALTY = 1.2
"""Points of stability that a percent of degradation costs."""


def degradation(train: float | None, test: float | None) -> float | None:
    """How many percent of the train Sharpe ratio were lost in the test: (train − test)/|train|·100; below 0 where it grew.

    An undefined ratio counts as 0: the account stood still. None when the train ratio is 0.
    """
    before, after = _or_zero(train), _or_zero(test)
    return None if before == 0.0 else (before - after) / abs(before) * 100.0


def overall_degradation(train: Iterable[float | None], test: Iterable[float | None]) -> float | None:
    """The degradation from the mean train to the mean test Sharpe ratio of all windows; None for a mean train ratio of 0.

    A mean of each window's own degradation would explode where one train ratio is near 0.
    """
    return degradation(_mean(train), _mean(test))


def stability(degradation: float | None) -> float:
    """100 less 1.2 for each percent of degradation, between 0 and 100; 0 where the degradation is undefined."""
    return 0.0 if degradation is None else min(max(100.0 - PENALTY * degradation, 0.0), 100.0)


def validated(stability: float, sharpe: float | None) -> bool:
    """Whether a validation is passed: a stability of at least 75, and a stitched out-of-sample Sharpe ratio above 0."""
    return stability >= STABLE and _or_zero(sharpe) > 0.0


def _mean(ratios: Iterable[float | None]) -> float:
    values = [_or_zero(ratio) for ratio in ratios]
    return math.fsum(values) / len(values) if values else 0.0


def _or_zero(ratio: float | None) -> float:
    return 0.0 if ratio is None or math.isnan(ratio) else ratio
