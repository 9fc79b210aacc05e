"""What one training window said: the metrics of every parameter set there, and the set that was chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from aurelius_kernel.errors import ImpossibleRequest
from aurelius_kernel.metrics import Metric
from aurelius_kernel.research.sweep.ranking import ranked
from aurelius_kernel.typing import FloatArray

__all__ = ["Fit"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Fit:
    """The objective and the Sharpe ratio of every parameter set on one training window, NaN where undefined; why some failed."""

    objective: FloatArray
    sharpe: FloatArray
    failed: Mapping[int, str]

    def chosen(self, metric: Metric) -> int | None:
        """The best set by the objective, of equal ones the first; None when no set has a number: none of them traded.

        Raises ImpossibleRequest when not a single set could be run.
        """
        if len(self.failed) == len(self.objective):
            why = next(iter(self.failed.values())).rstrip(".")
            raise ImpossibleRequest.of("grid", f"has no combination that runs on a training window: {why}")
        order = ranked(metric, self.objective)
        return int(order[0]) if len(order) else None

    def sharpe_of(self, row: int | None) -> float | None:
        """The Sharpe ratio of a set on the window; None where it is undefined."""
        value = np.nan if row is None else float(self.sharpe[row])
        return None if np.isnan(value) else value
