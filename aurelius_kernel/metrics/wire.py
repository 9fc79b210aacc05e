"""Fractions inside, percent numbers outside: the one place where the one becomes the other."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from aurelius_kernel.metrics.names import Metric, Unit

__all__ = ["PERCENT", "on_the_wire"]

PERCENT = frozenset(metric.value for metric in Metric if metric.unit is Unit.FRACTION) | {
    "expected_shortfall",
    "return",
    "test_return",
    "value_at_risk",
}
"""The names whose fractions leave the library as percent numbers (0.155 becomes 15.5).

Degradation and stability are percent numbers by definition already and are not among them.
"""


def on_the_wire(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they leave the library: percent numbers for the names in PERCENT, None for what is not finite."""
    return {name: _outside(name, value) for name, value in values.items()}


def _outside(name: str, value: Any) -> Any:
    if not isinstance(value, float | int) or isinstance(value, bool):
        return value
    if not math.isfinite(value):
        return None
    return value * 100.0 if name in PERCENT else value
