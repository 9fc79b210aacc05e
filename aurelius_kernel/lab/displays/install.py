"""Which things are shown how: by the names of their types, so that nothing is loaded for what never comes up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from aurelius_kernel.lab import displays

__all__ = ["install_displays"]

Bundle: TypeAlias = dict[str, str] | None

OVERFITTING = "aurelius_kernel.validation.overfitting"
RECORDS = (
    ("aurelius_kernel.client.records.answer", "Answer"),
    ("aurelius_kernel.gates.reference.books", "Ledger"),
    ("aurelius_kernel.model.record", "Record"),
    ("aurelius_kernel.research.market_data", "MarketData"),
    ("aurelius_kernel.research.sweep.plan", "Plan"),
    (f"{OVERFITTING}.backtest_overfitting", "BacktestOverfitting"),
    (f"{OVERFITTING}.bootstrap_intervals", "BootstrapIntervals"),
    (f"{OVERFITTING}.combinatorial_paths", "CombinatorialPaths"),
    (f"{OVERFITTING}.effective_trials", "EffectiveTrials"),
    (f"{OVERFITTING}.predictive_ability", "PredictiveAbility"),
)
"""Plain records: what they hold is what there is to show. A class among them that shows itself is left to do so."""


def install_displays(shell: Any) -> None:
    """Have the shell ask us how to show what has no display of its own; once, however often this is called."""
    register = shell.display_formatter.mimebundle_formatter.for_type_by_name
    register("pandas", "DataFrame", _shown_by("bars_bundle"))
    register("aurelius_kernel.strategies.base", "Strategy", _shown_by("strategy_bundle"))
    for module, name in RECORDS:
        register(module, name, _shown_by("record_bundle"))


def _shown_by(name: str) -> Callable[..., Bundle]:
    """A formatter as IPython calls it, loaded with the first thing it shows; a type that shows itself is asked first."""

    def shown(thing: Any, **formats: Any) -> Bundle:
        own = getattr(type(thing), "_repr_mimebundle_", None)
        bundle: Bundle = own(thing, **formats) if own else getattr(displays, name)(thing)
        return bundle

    return shown
