"""The grid that is walked when none is given: values around those that the strategy has."""

from __future__ import annotations

from typing import Any

from aurelius_kernel.errors import ImpossibleRequest
from aurelius_kernel.strategies import Strategy

__all__ = ["grid_around"]

TIMES = (0.5, 0.75, 1.0, 1.5, 2.0)
MOST_PARAMETERS = 2


def grid_around(strategy: Strategy) -> dict[str, list[Any]]:
    """Half, three quarters, one and a half times and twice the value of the strategy's first two parameters that are numbers.

    Values that the family does not take are left out, as is a parameter that is 0 or a seed. Raises ImpossibleRequest for a
    strategy without such a parameter.
    """
    found: dict[str, list[Any]] = {}
    for name, value in strategy.document().items():
        if (
            name != "seed"
            and isinstance(value, int | float)
            and not isinstance(value, bool)
            and value
            and len(found) < MOST_PARAMETERS
        ):
            found[name] = _around(strategy, name, value)
    found = {name: values for name, values in found.items() if len(values) > 1}
    if not found:
        raise ImpossibleRequest.of("grid", f"must be given: {strategy.type} has no parameter that is a number other than 0")
    return found


def _around(strategy: Strategy, name: str, value: float) -> list[Any]:
    whole = isinstance(value, int)
    wanted = dict.fromkeys(round(value * times) if whole else value * times for times in TIMES)
    field = type(strategy).model_fields[name]
    bounds = {kind: getattr(rule, kind) for rule in field.metadata for kind in ("ge", "gt", "le", "lt") if hasattr(rule, kind)}
    return [one for one in wanted if _within(one, bounds)]


def _within(value: float, bounds: dict[str, float]) -> bool:
    lowest, highest = bounds.get("ge", value), bounds.get("le", value)
    return lowest <= value <= highest and value > bounds.get("gt", value - 1) and value < bounds.get("lt", value + 1)
