"""Whether the windows agree on the parameters, or each chose its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aurelius_kernel.typing import FloatArray

__all__ = ["landscape", "parameter_stability"]

COLUMNS = ("values", "chosen", "most_often", "share", "moved", "stability")


def parameter_stability(columns: Mapping[str, NDArray[Any]], chosen: Sequence[int | None]) -> pd.DataFrame:
    """One row a parameter: how many values it could take and took, the one chosen most often, and how far the choice moved.

    `share` is that of the windows with the value chosen most often. `moved` is the mean step from one window to the next as a share
    of the whole range of values, counted in places; `stability` is 1 less that: 1 where every window chose alike. Windows that
    chose nothing are left out.
    """
    rows = [row for row in chosen if row is not None]
    table = {name: _of_one(column, rows) for name, column in columns.items()}
    return pd.DataFrame.from_dict(table, orient="index", columns=list(COLUMNS)).rename_axis("parameter")


def landscape(column: NDArray[Any], objective: FloatArray) -> pd.DataFrame:
    """The mean objective of each value of a parameter (down) in each window (across); NaN where no set has a number.

    `objective` has the shape (windows, sets).
    """
    found = pd.DataFrame(objective.T).groupby(np.asarray(column)).mean()
    return found.rename_axis(index="value", columns="window")


def _of_one(column: NDArray[Any], rows: Sequence[int]) -> list[Any]:
    levels, places = np.unique(column, return_inverse=True)
    if not rows:
        return [len(levels), 0, None, np.nan, np.nan, np.nan]
    taken = places[list(rows)]
    counts = np.bincount(taken, minlength=len(levels))
    most = int(counts.argmax())
    steps = np.abs(np.diff(taken)) / max(len(levels) - 1, 1)
    moved = float(steps.mean()) if len(steps) else 0.0
    return [len(levels), int(np.count_nonzero(counts)), levels[most].item(), float(counts[most] / len(rows)), moved, 1.0 - moved]
