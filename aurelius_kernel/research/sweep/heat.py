"""A metric over two parameters, as a table with one of them down and the other across."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aurelius_kernel.errors import ImpossibleRequest, UnknownName
from aurelius_kernel.metrics import Metric, better_high
from aurelius_kernel.research.sweep.where import Columns
from aurelius_kernel.typing import FloatArray

__all__ = ["axes_of", "heat"]

COMBINED = ("mean", "best", "worst")


def heat(columns: Columns, values: FloatArray, metric: Metric, axes: tuple[str, str], combine: str) -> pd.DataFrame:
    """The metric by the parameters (across, down); rows that share a cell are combined to their mean, the best or the worst."""
    if combine not in COMBINED:
        raise UnknownName("way to combine", combine, COMBINED, field="combine")
    across, down = axes
    how = "mean" if combine == "mean" else "max" if (combine == "best") == better_high(metric) else "min"
    cells = pd.DataFrame({down: columns[down], across: columns[across], "value": values})
    by_both = cells.groupby([down, across])["value"].agg(how)
    return by_both.unstack(across).astype(np.float64)


def axes_of(parameters: list[str], x: str | None, y: str | None) -> tuple[str, str]:
    """The two parameters of a table, the first ones that are free unless named: across, and down."""
    for field, name in (("x", x), ("y", y)):
        if name is not None and name not in parameters:
            raise UnknownName("swept parameter", name, parameters, field=field)
    free = [name for name in parameters if name not in {x, y}]
    if len(free) < (x is None) + (y is None) or (x is not None and x == y):
        raise ImpossibleRequest.of("heatmap", f"is of two different swept parameters, and here is {', '.join(parameters)}")
    across = x or free.pop(0)
    return across, y or free.pop(0)
