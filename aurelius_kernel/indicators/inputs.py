"""What every indicator asks of its arguments, and the stretches of clean bars it runs over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from aurelius_kernel.errors import InvalidField
from aurelius_kernel.typing import FloatArray

__all__ = ["over_runs", "positive", "series", "whole_number"]

LONGEST_WINDOW = 100_000

Indicator: TypeAlias = Callable[..., FloatArray]


def series(**named: ArrayLike) -> list[FloatArray]:
    """The arguments as one-dimensional float arrays of one length; raises InvalidField, naming the first that is not."""
    columns: list[FloatArray] = []
    for name, values in named.items():
        column = np.asarray(values)
        if column.dtype.kind not in "fiu":
            raise InvalidField.of(name, f"must hold numbers, not {column.dtype}")
        if column.ndim != 1:
            raise InvalidField.of(name, f"must be one-dimensional, not of shape {column.shape}")
        if columns and len(column) != len(columns[0]):
            raise InvalidField.of(name, f"has {len(column)} values where {next(iter(named))} has {len(columns[0])}")
        columns.append(np.ascontiguousarray(column, dtype=np.float64))
    return columns


def whole_number(name: str, value: Any, low: int = 1) -> int:
    """`value` as an int between `low` and 100,000; raises InvalidField for anything else, booleans and 20.0 included."""
    number = int(value) if isinstance(value, int | np.integer) and not isinstance(value, bool) else 0
    if not low <= number <= LONGEST_WINDOW:
        raise InvalidField.of(name, f"must be a whole number from {low} to {LONGEST_WINDOW:,}, not {value!r:.80}")
    return number


def positive(name: str, value: Any) -> float:
    """`value` as a finite float above zero; raises InvalidField for anything else."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = np.nan
    if not (np.isfinite(number) and number > 0.0):
        raise InvalidField.of(name, f"must be a number above 0, not {value!r:.80}")
    return number


def over_runs(indicator: Indicator, *columns: FloatArray) -> FloatArray:
    """`indicator` of each unbroken run of bars where every column is finite, NaN elsewhere.

    The indicator starts afresh, warm-up and seed included, after every bar that is not finite.
    """
    clean = np.isfinite(columns[0])
    for column in columns[1:]:
        clean &= np.isfinite(column)
    if clean.all():
        return indicator(*columns)
    out = np.full(len(clean), np.nan)
    edges = np.flatnonzero(np.diff(clean, prepend=False, append=False))
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        out[start:stop] = indicator(*(column[start:stop] for column in columns))
    return out
