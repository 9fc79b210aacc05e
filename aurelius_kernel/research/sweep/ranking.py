"""Which of two numbers of a metric is the better one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from aurelius_kernel.engine.sweeping import ALL, QUICK
from aurelius_kernel.errors import InvalidField, UnknownName
from aurelius_kernel.metrics import Metric, better_high
from aurelius_kernel.typing import FloatArray, IntArray

__all__ = ["chosen_metrics", "named_metric", "ranked"]

BY_NAME = {str(metric): metric for metric in Metric}


def named_metric(name: str, known: Sequence[Metric] = ALL, field: str = "metric") -> Metric:
    """The metric of that name; raises UnknownName with the nearest ones."""
    found = BY_NAME.get(name)
    if found is None or found not in known:
        raise UnknownName("metric", name, [str(metric) for metric in known], field=field)
    return found


def chosen_metrics(metrics: str | Sequence[str], objectives: Sequence[Metric]) -> tuple[Metric, ...]:
    """`quick` for those that are made without an account's whole path, `all`, or those that are named; and every objective."""
    if isinstance(metrics, str):
        if metrics not in {"quick", "all"}:
            raise InvalidField.of("metrics", f"must be 'quick', 'all' or a list of names, not {metrics!r:.40}")
        wanted = set[Metric](ALL if metrics == "all" else QUICK)
    else:
        wanted = {named_metric(name, field="metrics") for name in metrics}
    wanted |= set(objectives)
    return tuple(metric for metric in ALL if metric in wanted)


def ranked(metric: Metric, values: FloatArray) -> IntArray:
    """The rows from the best to the worst, those without a number left out; of equal ones the first comes first."""
    known = np.flatnonzero(~np.isnan(values))
    sign = -1.0 if better_high(metric) else 1.0
    return known[np.argsort(sign * values[known], kind="stable")]
