"""What splitters and overfitting statistics ask of their arguments."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from aurelius_kernel.errors import InvalidField
from aurelius_kernel.typing import FloatArray

__all__ = ["finite", "finite_table", "whole_number"]

LARGEST = 2**63 - 1


def whole_number(name: str, value: Any, low: int = 0, high: int = LARGEST) -> int:
    """`value` as an int from `low` to `high`; raises InvalidField for anything else, booleans and 20.0 included."""
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not (whole and low <= value <= high):
        rule = f"of at least {low}" if high == LARGEST else f"from {low} to {high:,}"
        raise InvalidField.of(name, f"must be a whole number {rule}, not {value!r:.80}")
    return int(value)


def finite_table(name: str, values: ArrayLike, columns: int = 1) -> FloatArray:
    """`values` as floats of shape (bars, strategies) with at least so many columns; raises InvalidField for anything else.

    NaN is refused rather than ignored: strategies can be compared only over the same bars.
    """
    table = _numbers(name, values)
    if table.ndim != 2 or table.shape[1] < columns:
        raise InvalidField.of(name, f"must have a row a bar and at least {columns} column(s), not the shape {table.shape}")
    return _without_gaps(name, table)


def finite(name: str, values: ArrayLike) -> FloatArray:
    """`values` as a one-dimensional float array without NaN or infinities; raises InvalidField for anything else."""
    array = _numbers(name, values)
    if array.ndim != 1:
        raise InvalidField.of(name, f"must be one-dimensional, not of shape {array.shape}")
    return _without_gaps(name, array)


def _numbers(name: str, values: ArrayLike) -> FloatArray:
    try:
        array = np.asarray(values)
    except ValueError:
        raise InvalidField.of(name, "must have rows of one length") from None
    if array.dtype.kind not in "fiu":
        raise InvalidField.of(name, f"must hold numbers, not {array.dtype}")
    return array.astype(np.float64, copy=False)


def _without_gaps(name: str, array: FloatArray) -> FloatArray:
    broken = ~np.isfinite(array)
    if broken.any():
        bar = int(np.argwhere(broken)[0][0])
        raise InvalidField.of(name, f"must be finite at every bar, and bar {bar} is not; without a position the return is 0")
    return array
