"""How returns move together, as a table whose grounds say how much."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aurelius_kernel.views.heat_cell import heat_cell
from aurelius_kernel.views.markup import Html, table
from aurelius_kernel.views.numerals import DASH, ratio

__all__ = ["correlation_table"]


def correlation_table(returns: pd.DataFrame, title: str) -> Html:
    """Pearson's correlation of the columns, blue together and ochre against each other; a dash beside one that never moved."""
    matrix = returns.corr()
    places = [str(place) for place in range(1, len(matrix) + 1)]
    names = [f"{place} {name}" for place, name in zip(places, matrix.columns, strict=True)]
    return table(("Returns of", *places), map(_row, names, matrix.to_numpy(dtype=float)), numeric=places, title=title)


def _row(name: str, values: np.ndarray) -> list[str]:
    return [name, *(heat_cell(ratio(value) if np.isfinite(value) else DASH, float(value), 1.0) for value in values)]
