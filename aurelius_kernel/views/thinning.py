"""Long series made short enough to draw."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

__all__ = ["thinned"]


def thinned(series: pd.Series, points: int = 1_600) -> pd.Series:
    """At most about `points` of the series' own points, among them the lowest and highest of each stretch and both ends.

    The drawn line keeps every peak and trough that a screen or a page can show. NaN points are left out.
    """
    known = series.dropna()
    if len(known) <= points:
        return known
    values = known.to_numpy()
    edges = np.linspace(0, len(values), points // 2 + 1).astype(np.int64)
    stretches = [(first, values[first:last]) for first, last in pairwise(edges)]
    kept = {0, len(values) - 1}
    kept.update(int(first + stretch.argmin()) for first, stretch in stretches)
    kept.update(int(first + stretch.argmax()) for first, stretch in stretches)
    return known.iloc[sorted(kept)]
