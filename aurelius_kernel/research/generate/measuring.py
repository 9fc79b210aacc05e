"""Drawing the candidates of a goal and running every one of them, family by family, as sweeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from aurelius_kernel.errors import InvalidInput
from aurelius_kernel.generation import MEASURED, Measured, Proposal, preset, range_of
from aurelius_kernel.model import BacktestSpec
from aurelius_kernel.research.backtest import Progress
from aurelius_kernel.research.generate.spec import GenerationSpec
from aurelius_kernel.research.sweep import SweepResult, sweep
from aurelius_kernel.research.sweep.tiles import Cancel
from aurelius_kernel.strategies import Strategy

__all__ = ["Lot", "measure_all"]

SLOW = {"ml_classifier": 6}
"""Families that learn while they run get so many candidates at most."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Lot:
    """The candidates of one family, measured in one sweep."""

    found: SweepResult
    tried: list[Measured]
    specs: list[BacktestSpec]


def measure_all(
    spec: GenerationSpec,
    bars: Mapping[str, pd.DataFrame] | None,
    *,
    seed: int,
    keep: bool,
    cancel: Cancel,
    tell: Progress,
) -> tuple[list[Lot], list[str]]:
    """Every candidate measured on the part that may be seen, and what to tell of families that cannot trade these instruments.

    Raises the first family's error when none of them can, and RunCancelled.
    """
    lots: list[Lot] = []
    untried: dict[str, InvalidInput] = {}
    families = spec.goal.families
    for number, family in enumerate(families):
        tell(number / (len(families) + 1), f"measuring {family}")
        try:
            able(family, spec)
            lots.append(_drawn(family, spec, bars, seed=seed, keep=keep, cancel=cancel, share=len(families)))
        except InvalidInput as error:
            untried[family] = error
    for proposal in spec.proposals:
        tell(len(families) / (len(families) + 1), "measuring proposals")
        try:
            lots.append(_proposed(proposal, spec, bars, seed=seed, keep=keep, cancel=cancel))
        except InvalidInput as error:
            untried[proposal.family] = error
    if not lots:
        raise next(iter(untried.values()))
    return lots, [f"{family} is left out: {error.message}" for family, error in untried.items()]


def able(family: str, spec: GenerationSpec) -> None:
    """Raise ImpossibleRequest for a family that does not trade so many instruments, or not on the side that is wanted."""
    Strategy.families[family].of().check_instruments(spec.instruments)


def _drawn(
    family: str,
    spec: GenerationSpec,
    bars: Mapping[str, pd.DataFrame] | None,
    *,
    seed: int,
    keep: bool,
    cancel: Cancel,
    share: int,
) -> Lot:
    chosen = preset(spec.risk)
    wanted = range_of(Strategy.families[family], chosen.lookback)
    fixed = {name: value for name, value in chosen.fixed(Strategy.families[family]).items() if name not in wanted.values}
    count = min(max(spec.tries // share, 1), SLOW.get(family, spec.tries))
    asked: dict[str, Any] = {"grid": wanted.values, "where": wanted.where, "samples": count, "fixed": fixed}
    if not wanted.values:
        asked = _single(Strategy.families[family].of().document())
    found = sweep(family, **asked, **_run(spec, family, bars), seed=seed, keep=keep, cancel=cancel)
    return _lot(found, None)


def _proposed(
    proposal: Proposal, spec: GenerationSpec, bars: Mapping[str, pd.DataFrame] | None, *, seed: int, keep: bool, cancel: Cancel
) -> Lot:
    run = _run(spec, proposal.family, bars)
    return _lot(sweep(proposal.family, **_single(proposal.parameters), **run, seed=seed, keep=keep, cancel=cancel), proposal.why)


def _single(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """One parameter set as a grid of one combination."""
    (swept, value), *others = parameters.items()
    return {"grid": {swept: [value]}, "fixed": dict(others)}


def _run(spec: GenerationSpec, family: str, bars: Mapping[str, pd.DataFrame] | None) -> dict[str, Any]:
    """What all candidates of a family share, as the sweep takes it."""
    base = spec.base
    direction = spec.goal.direction or Strategy.families[family].of().usual_direction
    return {
        "instruments": spec.instruments,
        "start": base.start,
        "end": base.end,
        "capital": base.capital,
        "costs": base.costs,
        "sizing": base.sizing,
        "leverage": base.leverage,
        "direction": str(direction),
        "frequency": base.frequency,
        "source": base.source if bars is None else "default",
        "bars": bars,
        "metrics": [str(metric) for metric in MEASURED],
    }


def _lot(found: SweepResult, why: str | None) -> Lot:
    rows = list(_rows(found, why))
    return Lot(found=found, tried=[measured for measured, _ in rows], specs=[spec for _, spec in rows])


def _rows(found: SweepResult, why: str | None) -> Iterator[tuple[Measured, BacktestSpec]]:
    names = [str(metric) for metric in found.spec.metrics]
    for row, values in enumerate(found.values.tolist()):
        failed = found.failed.get(row)
        own = {name: column[row].item() for name, column in found.columns.items()}
        spec = found.spec.base if failed else found.backtest_spec(row)
        metrics = {name: None if np.isnan(value) else value for name, value in zip(names, values, strict=True)}
        yield Measured(found.spec.base.strategy.type, {**found.spec.base.strategy.parameters, **own}, metrics, failed, why), spec
