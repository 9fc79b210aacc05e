"""How the neighbours of a combination on its grid do: a peak that stands alone is more likely luck than a plateau."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from aurelius_kernel.metrics import Metric, better_high
from aurelius_kernel.research.sweep.where import Columns
from aurelius_kernel.typing import FloatArray, IntArray

__all__ = ["Neighbours", "neighbours", "plateau_of"]

MOST_STEPS = 3**8


class Neighbours:
    """For each combination: how many neighbours have a number, their mean, the lowest and the highest of them."""

    def __init__(self, rows: int) -> None:
        self.count = np.zeros(rows, dtype=np.int64)
        self.total = np.zeros(rows)
        self.low = np.full(rows, np.inf)
        self.high = np.full(rows, -np.inf)

    def add(self, rows: IntArray, values: FloatArray) -> None:
        """Take in one neighbour of each of the rows; NaN is none."""
        known = ~np.isnan(values)
        rows, values = rows[known], values[known]
        self.count[rows] += 1
        self.total[rows] += values
        self.low[rows] = np.minimum(self.low[rows], values)
        self.high[rows] = np.maximum(self.high[rows], values)

    @property
    def mean(self) -> FloatArray:
        """The mean of the neighbours; NaN without one."""
        return np.where(self.count > 0, self.total / np.maximum(self.count, 1), np.nan)


def plateau_of(columns: Columns, axes: Mapping[str, Sequence[Any]], metric: Metric, values: FloatArray) -> pd.DataFrame:
    """Each combination's parameters, its value and its neighbours'; columns that are no axis, as `instrument`, part the rows."""
    table = pd.DataFrame({**columns, "value": values, "neighbours": 0, "mean": np.nan, "worst": np.nan, "plateau": np.nan})
    apart = [name for name in columns if name not in axes]
    parts = table.groupby(apart, sort=False).indices.values() if apart else [np.arange(len(values))]
    for rows in parts:
        near = neighbours({name: columns[name][rows] for name in axes}, axes, values[rows])
        worst = near.low if better_high(metric) else near.high
        own = np.column_stack(
            [near.mean, np.where(near.count > 0, worst, np.nan), (near.total + values[rows]) / (near.count + 1.0)]
        )
        table.loc[rows, "neighbours"] = near.count
        table.loc[rows, ["mean", "worst", "plateau"]] = own
    return table


def neighbours(columns: Columns, axes: Mapping[str, Sequence[Any]], values: FloatArray) -> Neighbours:
    """What the combinations at most one step away on every axis do, diagonals included and the combination itself not.

    A step goes to the next larger or smaller value that the axis has; on an axis of text or truth values there is none, and
    neighbours are equal there. A neighbour that the constraint left out, or that failed, is none.
    """
    places, sizes = _places(columns, axes)
    numbers = np.ravel_multi_index(places, sizes)
    order = np.argsort(numbers, kind="stable")
    found = Neighbours(len(values))
    for step in _steps(columns, axes):
        moved = [place + one for place, one in zip(places, step, strict=True)]
        inside = np.flatnonzero(np.logical_and.reduce([(at >= 0) & (at < size) for at, size in zip(moved, sizes, strict=True)]))
        wanted = np.ravel_multi_index([at[inside] for at in moved], sizes)
        where = np.minimum(np.searchsorted(numbers, wanted, sorter=order), len(order) - 1)
        there = numbers[order[where]] == wanted
        found.add(inside[there], values[order[where[there]]])
    return found


def _places(columns: Columns, axes: Mapping[str, Sequence[Any]]) -> tuple[list[IntArray], list[int]]:
    """Where on its axis, in rising order, each value is, and how many values the axes have."""
    ordered = {name: np.unique(np.asarray(values)) for name, values in axes.items()}
    places = [np.searchsorted(ordered[name], columns[name]) for name in axes]
    return places, [len(values) for values in ordered.values()]


def _steps(columns: Columns, axes: Mapping[str, Sequence[Any]]) -> list[tuple[int, ...]]:
    moves = [(-1, 0, 1) if columns[name].dtype.kind in "iuf" else (0,) for name in axes]
    return [step for step in itertools.islice(itertools.product(*moves), MOST_STEPS) if any(step)]
