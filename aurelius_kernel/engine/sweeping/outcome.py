"""What a sweep finds of each combination: a row of metrics, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from aurelius_kernel.engine.fused.measures import Scale, measure
from aurelius_kernel.engine.fused.threads import Crew
from aurelius_kernel.engine.sweeping.path_measures import OF_PATHS, measure_paths
from aurelius_kernel.metrics import Metric
from aurelius_kernel.model import Panel
from aurelius_kernel.typing import FloatArray

__all__ = ["ALL", "QUICK", "Evaluation", "Measures", "need_paths"]

ALL = tuple(metric for metric in Metric if metric is not Metric.DSR)
"""Every metric of an account; the deflated Sharpe ratio is not one: it depends on how many others were tried."""

QUICK = tuple(metric for metric in ALL if metric not in OF_PATHS)
"""Those that follow from sums over bars and trades, without the account's whole path."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Evaluation:
    """Metrics of shape (combinations, metrics), NaN where undefined; and by row, why a combination has none."""

    values: FloatArray
    failed: Mapping[int, str]


def need_paths(metrics: tuple[Metric, ...]) -> bool:
    """Whether some are made of the account's value at every bar."""
    return not OF_PATHS.isdisjoint(metrics)


@dataclass(frozen=True, kw_only=True, eq=False)
class Measures:
    """Which metrics are wanted of accounts on one market, and what they are made with."""

    metrics: tuple[Metric, ...]
    scale: Scale
    panel: Panel

    def of(self, ledger: FloatArray, paths: FloatArray, crew: Crew) -> FloatArray:
        """The metrics of each row of a ledger; `paths` is the accounts' value at each close, or has no rows."""
        values = measure(ledger, self.scale, self.metrics, crew)
        if need_paths(self.metrics):
            found = measure_paths(paths, self.scale.capital, self.panel.index)
            for column in (column for column, metric in enumerate(self.metrics) if metric in found):
                values[:, column] = found[self.metrics[column]]
            values[~np.isfinite(values)] = np.nan
        return values
