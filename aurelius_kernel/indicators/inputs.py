"""What every indicator asks of its arguments, and how it deals with bars that are not finite."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from aurelius_kernel.errors import InvalidField
from aurelius_kernel.typing import FloatArray

__all__ = ["number", "over_runs", "positive", "series", "whole_number"]

LONGEST_WINDOW = 100_000

Indicator: TypeAlias = Callable[..., FloatArray]


def series(**named: ArrayLike) -> list[FloatArray]:
    """The arguments as one-dimensional float arrays of one length, NaN in all of them on every bar where any is not finite.

    Raises InvalidField, naming the first that is not one-dimensional numbers of that length. An empty list is no bars.
    """
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
    clean = np.isfinite(columns)
    return columns if clean.all() else [np.where(clean.all(axis=0), column, np.nan) for column in columns]


def whole_number(name: str, value: Any, low: int = 1) -> int:
    """`value` as an int between `low` and 100,000; raises InvalidField for anything else, booleans and 20.0 included."""
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not (whole and low <= value <= LONGEST_WINDOW):
        raise InvalidField.of(name, f"must be a whole number from {low} to {LONGEST_WINDOW:,}, not {value!r:.80}")
    return int(value)


def positive(name: str, value: Any) -> float:
    """`value` as a finite float above 0; raises InvalidField for anything else."""
    return number(name, value, 0.0, np.inf, "above 0")


def number(name: str, value: Any, low: float, high: float, rule: str) -> float:
    """`value` as a float strictly between `low` and `high`; raises InvalidField, telling the rule, for anything else."""
    try:
        taken = float(value)
    except (TypeError, ValueError):
        taken = np.nan
    if not low < taken < high:
        raise InvalidField.of(name, f"must be a number {rule}, not {value!r:.80}")
    return taken


def over_runs(indicator: Indicator, *columns: FloatArray) -> FloatArray:
    """`indicator` of each unbroken run of bars that are not NaN, and NaN between them: it starts afresh after every gap.

    The indicator takes columns and gives an array whose last axis is as long; columns share their gaps, as `series` makes them.
    """
    clean = ~np.isnan(columns[0])
    if clean.all():
        return indicator(*columns)
    edges = np.flatnonzero(np.diff(clean, prepend=False, append=False))
    out = np.full((*indicator(*(column[:0] for column in columns)).shape[:-1], len(clean)), np.nan)
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        out[..., start:stop] = indicator(*(column[start:stop] for column in columns))
    return out
