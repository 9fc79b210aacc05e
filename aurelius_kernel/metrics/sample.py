"""What every metric asks of its arguments: returns without their gaps, numbers that make sense."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from aurelius_kernel.errors import InvalidField
from aurelius_kernel.typing import FloatArray

__all__ = ["above", "between", "is_flat", "numbers", "observed", "paired", "ratio"]


def numbers(name: str, values: ArrayLike) -> FloatArray:
    """`values` as a one-dimensional float array; raises InvalidField for anything else, an empty list excepted."""
    array = np.asarray(values)
    if array.dtype.kind not in "fiu":
        raise InvalidField.of(name, f"must hold numbers, not {array.dtype}")
    if array.ndim != 1:
        raise InvalidField.of(name, f"must be one-dimensional, not of shape {array.shape}")
    return array.astype(np.float64, copy=False)


def observed(returns: ArrayLike) -> FloatArray:
    """The returns that are not NaN."""
    array = numbers("returns", returns)
    gaps = np.isnan(array)
    return array[~gaps] if gaps.any() else array


def paired(returns: ArrayLike, benchmark: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Returns and benchmark returns of the bars that have both; raises InvalidField when their lengths differ."""
    ours, theirs = numbers("returns", returns), numbers("benchmark", benchmark)
    if len(ours) != len(theirs):
        raise InvalidField.of("benchmark", f"has {len(theirs)} values where returns has {len(ours)}")
    both = ~(np.isnan(ours) | np.isnan(theirs))
    return ours[both], theirs[both]


def above(name: str, value: Any, low: float) -> float:
    """`value` as a finite float greater than `low`; raises InvalidField for anything else."""
    return _number(name, value, f"must be a number above {low:g}", low, math.inf)


def between(name: str, value: Any, low: float, high: float) -> float:
    """`value` as a float strictly between `low` and `high`; raises InvalidField for anything else."""
    return _number(name, value, f"must be a number between {low:g} and {high:g}", low, high)


def is_flat(sample: FloatArray) -> bool:
    """Whether the sample has no spread: its largest value equals its smallest. No tolerance is involved."""
    return len(sample) == 0 or bool(sample.max() == sample.min())


def ratio(numerator: float, denominator: float) -> float:
    """The quotient, NaN where the denominator is zero."""
    return float(numerator / denominator) if denominator != 0.0 else math.nan


def _number(name: str, value: Any, rule: str, low: float, high: float) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not low < number < high:
        raise InvalidField.of(name, f"{rule}, not {value!r:.80}")
    return number
