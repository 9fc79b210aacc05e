"""What a backtest or a sweep is asked, checked as far as it can be without running it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aurelius_kernel import data
from aurelius_kernel.errors import ImpossibleRequest, UnknownName
from aurelius_kernel.metrics import Metric
from aurelius_kernel.model import BacktestSpec
from aurelius_kernel.strategies import Strategy
from server_ext.jobs.parameters import NotebookParameter, checked_parameters

__all__ = ["check_backtest", "check_family", "check_searched", "check_sweep"]

EXITS = ("stop_loss", "take_profit", "trailing_stop")
"""What can be swept beside the parameters of a family."""


def check_backtest(declared: Mapping[str, NotebookParameter], given: Mapping[str, Any]) -> BacktestSpec:
    """The spec that the parameters of `backtest.ipynb` amount to.

    Raises InvalidInput, naming the field, for what the notebook does not declare, the family does not take, a spec does not
    allow, or the catalogue does not have.
    """
    asked = {name: parameter.default for name, parameter in declared.items()} | checked_parameters(declared, given)
    strategy = Strategy.create(asked.pop("strategy"), **asked.pop("parameters"))
    asked.pop("seed")
    asked["direction"] = asked["direction"] or strategy.usual_direction
    spec = BacktestSpec.of(asked, strategy=strategy.spec())
    strategy.check_instruments(spec.instruments)
    bars, _ = data.load(spec.instruments, spec.frequency, spec.source, spec.start, spec.end)
    if references := strategy.references(spec.instruments):
        data.load(references, spec.frequency, start=spec.start, end=spec.end)
    strategy.check_length(bars)
    return spec


def check_sweep(declared: Mapping[str, NotebookParameter], given: Mapping[str, Any]) -> None:
    """Raise InvalidInput, naming the field, for what a sweep would refuse: unknown families, parameters or bars, an empty grid."""
    asked = {name: parameter.default for name, parameter in declared.items()} | checked_parameters(declared, given)
    check_family(asked)
    if not (asked["grid"] or asked["ranges"]):
        raise ImpossibleRequest.of("grid", "is empty: name at least one parameter and its values, or ranges to draw from")
    check_searched(asked)
    for objective in [asked["objective"]] if isinstance(asked["objective"], str) else asked["objective"]:
        if objective not in list(Metric):
            raise UnknownName("metric", objective, list(Metric), field="objective")
    data.load(asked["instruments"], asked["frequency"], asked["source"], asked["start"], asked["end"])


def check_family(asked: Mapping[str, Any]) -> None:
    """Raise UnknownName for a family that there is not."""
    if asked["strategy"] not in Strategy.families:
        raise UnknownName("strategy type", asked["strategy"], Strategy.families, field="strategy_type")


def check_searched(asked: Mapping[str, Any]) -> None:
    """Raise UnknownName for what is to be searched or fixed and is no parameter of the family."""
    family = asked["strategy"]
    known = [*Strategy.families[family].model_fields, *EXITS]
    for field in ("grid", "ranges", "fixed"):
        for name in asked.get(field, {}):
            if name not in known:
                raise UnknownName(f"parameter of {family}", name, known, field=f"{field}.{name}")
