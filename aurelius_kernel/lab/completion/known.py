"""The names that there are: quickly, without loading the engine."""

from __future__ import annotations

from collections.abc import Iterable

from aurelius_kernel import data
from aurelius_kernel.errors import AureliusError
from aurelius_kernel.lab.magics.assignments import COSTS as OF_COSTS
from aurelius_kernel.lab.magics.assignments import SETTINGS as OF_RUNS
from aurelius_kernel.metrics import Metric
from aurelius_kernel.strategies import Strategy

__all__ = ["COSTS", "SETTINGS", "choices", "families", "frequencies", "instruments", "metrics", "parameters", "starting"]

SETTINGS = sorted(OF_RUNS - {"keep"})
COSTS = sorted(OF_COSTS)


def instruments() -> list[str]:
    """Every instrument of the catalogue; none where the catalogue cannot be read."""
    try:
        manifest = data.Catalogue().manifest()
    except (AureliusError, OSError):
        return []
    return sorted({name for dataset in manifest.datasets.values() for name in dataset.instruments})


def frequencies() -> list[str]:
    """Every length of bars in the catalogue."""
    try:
        return sorted({dataset.frequency for dataset in data.Catalogue().manifest().datasets.values()})
    except (AureliusError, OSError):
        return []


def families() -> list[str]:
    """Every registered family, one's own among them."""
    return sorted(Strategy.families)


def parameters(family: str | None) -> list[str]:
    """The parameters of a family in its own order; none of an unknown one."""
    return list(Strategy.families[family].model_fields) if family in Strategy.families else []


def choices(family: str | None, parameter: str) -> list[str]:
    """The words that a parameter may be, where it is a choice among words."""
    if family not in Strategy.families or parameter not in Strategy.families[family].model_fields:
        return []
    schema = Strategy.families[family].model_json_schema()["properties"][parameter]
    return [str(word) for word in schema.get("enum", [])]


def metrics() -> list[str]:
    """Every metric of a result."""
    return [str(metric) for metric in Metric]


def starting(names: Iterable[str], typed: str) -> list[str]:
    """The names that begin with what is typed, letter case ignored."""
    return [name for name in names if name.casefold().startswith(typed.casefold())]
