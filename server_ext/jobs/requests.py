"""What a backtest is asked, checked as far as it can be without running it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aurelius_kernel import data
from aurelius_kernel.model import BacktestSpec
from aurelius_kernel.strategies import Strategy
from server_ext.jobs.parameters import NotebookParameter, checked_parameters

__all__ = ["check_backtest"]


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
