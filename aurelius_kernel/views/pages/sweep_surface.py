"""A sweep's table as its page draws it: parameters on axes between 0 and 1, and a metric over two of them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from aurelius_kernel.metrics import Metric, better_high
from aurelius_kernel.research.sweep.plateau import plateau_of
from aurelius_kernel.typing import BoolArray, FloatArray

__all__ = ["Dimension", "Surface", "dimension", "ranking"]

DISTINCT = 40
"""So many different numbers stand on an axis one by one; more are put into bins."""
BINS = 24
TICKS = 6
MOST_PARAMETERS = 6


class Dimension(NamedTuple):
    """One axis: where each row is between 0 and 1, and what stands beside it at which height."""

    name: str
    places: FloatArray
    ticks: list[tuple[float, str]]


@dataclass(frozen=True)
class Surface:
    """The combinations of a sweep, the best of its objective first, with its metrics; rates are percent numbers."""

    table: pd.DataFrame
    is_grid: bool

    @classmethod
    def of(cls, content: bytes, asked: Mapping[str, Any]) -> Surface:
        """The surface of the API's CSV; only a grid has neighbours."""
        return cls(pd.read_csv(io.BytesIO(content)), bool(asked.get("grid")) and not asked.get("ranges"))

    @cached_property
    def metrics(self) -> list[Metric]:
        """The metrics that any combination has a number of."""
        return [metric for metric in Metric if metric in self.table and self.table[metric].notna().any()]

    @cached_property
    def parameters(self) -> list[str]:
        """What varied, as `fast`; the instrument too where each was run alone."""
        names = [str(name) for name in self.table.columns if name not in set(Metric)]
        return [name for name in names if self.table[name].nunique(dropna=False) > 1] or names[:1]

    def plateau(self, metric: Metric) -> pd.DataFrame | None:
        """Beside each combination its neighbours' mean and worst, and the mean of it and them; None where there is no grid."""
        axes = [name for name in self.parameters if name != "instrument"]
        if not self.is_grid or not axes or len(axes) > MOST_PARAMETERS or self.table[axes].isna().to_numpy().any():
            return None
        columns = {name: self.table[name].to_numpy() for name in self.parameters}
        values = self.table[metric].to_numpy(dtype=float)
        return plateau_of(columns, {name: np.unique(columns[name]).tolist() for name in axes}, metric, values)

    def heat(self, across: str, down: str, metric: Metric, chosen: BoolArray) -> pd.DataFrame:
        """The metric's mean over the chosen rows by two parameters; a cell that no chosen row is in is NaN."""
        columns, rows = (cells(self.table[name]) for name in (across, down))
        values = self.table[metric].where(chosen)
        means = values.groupby([rows.codes, columns.codes]).mean().unstack()
        grid = means.reindex(index=range(len(rows.categories)), columns=range(len(columns.categories)))
        return pd.DataFrame(
            grid.to_numpy(dtype=float),
            index=pd.Index(rows.categories.astype(str), name=down),
            columns=pd.Index(columns.categories.astype(str), name=across),
        )

    def through(self, row: int, parameter: str) -> pd.DataFrame:
        """The rows that differ from one of them in a single parameter, in that parameter's order."""
        others = [name for name in self.parameters if name != parameter]
        alike = np.logical_and.reduce(
            [np.ones(len(self.table), bool), *(same(self.table[name], self.table[name].iloc[row]) for name in others)]
        )
        return self.table[alike].sort_values(parameter)


def ranking(metric: Metric, values: pd.Series) -> FloatArray:
    """How good each value is, from 0 for the worst to 1 for the best; NaN stays."""
    ranks = values.astype(float).rank(ascending=better_high(metric), method="average")
    good = (ranks - 1.0) / max(float(ranks.max()) - 1.0, 1.0)
    return np.asarray(good, dtype=np.float64)


def dimension(name: str, column: pd.Series) -> Dimension:
    """The axis of a column: numbers by their size, anything else by its order; a missing number stands at the foot."""
    if column.dtype.kind in "iuf":
        values = column.to_numpy(dtype=float)
        known = np.unique(values[np.isfinite(values)])
        low, high = (known[0], known[-1]) if len(known) else (0.0, 1.0)
        reach = high - low or 1.0
        shown = known if len(known) <= TICKS else np.linspace(low, high, TICKS)
        places = np.nan_to_num((values - low) / reach, nan=0.0, posinf=1.0, neginf=0.0)
        return Dimension(name, places, [(float((at - low) / reach), f"{at:.4g}") for at in shown])
    kinds = pd.Categorical(column.astype(str))
    last = max(len(kinds.categories) - 1, 1)
    ticks = [(place / last, str(kind)) for place, kind in enumerate(kinds.categories)]
    return Dimension(name, kinds.codes / last, ticks)


def cells(column: pd.Series) -> pd.Categorical[str]:
    """The column in cells of a map: each value one, or bins of equal width where there are too many numbers."""
    if column.dtype.kind in "iuf" and column.nunique() > DISTINCT:
        edges = np.linspace(column.min(), column.max(), BINS + 1)
        middles = _told_apart((edges[:-1] + edges[1:]) / 2)
        places = np.clip(np.searchsorted(edges, column.to_numpy(dtype=float), side="right") - 1, 0, BINS - 1)
        return pd.Categorical.from_codes(places, categories=pd.Index(middles))
    values = column.sort_values().unique()
    labels = [f"{value:.6g}" if isinstance(value, float) else str(value) for value in values]
    return pd.Categorical.from_codes(np.asarray(pd.Index(values).get_indexer(pd.Index(column))), categories=pd.Index(labels))


def _told_apart(numbers: FloatArray) -> list[str]:
    """The numbers in as few figures as tell them apart, at least four."""
    for figures in range(4, 17):
        written = [f"{number:.{figures}g}" for number in numbers]
        if len(set(written)) == len(written):
            break
    return written


def same(column: pd.Series, value: Any) -> BoolArray:
    """Where the column has the value; what is missing is alike."""
    return (column.isna() if pd.isna(value) else column == value).to_numpy()
