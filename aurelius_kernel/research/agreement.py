"""The two ways to a number held to each other: the fused sweep and the vectorbt engine, on a sample of combinations."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from aurelius_kernel.engine.sweeping import ALL, Crew, Evaluator
from aurelius_kernel.errors import AureliusError
from aurelius_kernel.gates import Agreement
from aurelius_kernel.model import BacktestResult
from aurelius_kernel.research.market_data import MarketData
from aurelius_kernel.research.sweep.agreement import disagreements
from aurelius_kernel.research.sweep.where import Columns
from aurelius_kernel.strategies import Strategy

__all__ = ["agreement"]

STEPS = (0.8, 1.25)
MOST, MOST_OF_THE_SLOW = 9, 2


def agreement(result: BacktestResult, strategy: Strategy, market: MarketData) -> Agreement:
    """Whether both paths give the result's own metrics, and the same ones for combinations beside it.

    Nothing of it is a trial: no combination is chosen by what it shows.
    """
    columns = _sample(result, strategy)
    names = [str(metric) for metric in ALL]
    try:
        fused, plain = (
            Evaluator(result.spec, type(strategy), market.bars, market.panel, ALL, engine=way, seed=result.identity.seed).evaluate(
                columns, Crew(1)
            )
            for way in ("fused", "vectorbt")
        )
    except AureliusError as error:
        return Agreement(problem=f"The fast path cannot take this run: {error.message}")
    if 0 in fused.failed:
        return Agreement(problem=f"The fast path cannot take this run: {fused.failed[0]}")
    rows = [row for row in range(len(fused.values)) if row not in fused.failed and row not in plain.failed]
    others = {row: _defined(names, plain.values[row]) for row in rows} | {0: {name: result.metrics.get(name) for name in names}}
    for row in rows:
        apart = disagreements(dict(zip(names, fused.values[row].tolist(), strict=True)), others[row], result.spec.capital)
        if apart:
            name, mine, other = apart[0]
            return Agreement(problem=f"{name} is {mine!r} on the fast path and {other!r} by the engine.")
    return Agreement(combinations=len(rows), metrics=len(names))


def _defined(names: list[str], values: Any) -> dict[str, float | None]:
    return {name: None if math.isnan(value) else value for name, value in zip(names, values.tolist(), strict=True)}


def _sample(result: BacktestResult, strategy: Strategy) -> Columns:
    """The run's own combination first, then ones that differ in one number each, where the family takes them."""
    own = strategy.document()
    numbers = {name: value for name, value in own.items() if type(value) in {int, float} and name != "seed"}
    if not numbers:
        return {"stop_loss": np.array([math.nan if result.spec.stop_loss is None else result.spec.stop_loss])}
    rows = [numbers]
    for name, value in numbers.items():
        for step in STEPS:
            other = {**numbers, name: round(value * step) if isinstance(value, int) else value * step}
            if other not in rows and _is_possible(strategy, {**own, **other}):
                rows.append(other)
    kept = rows[: MOST_OF_THE_SLOW if strategy.expanding else MOST]
    return {name: np.array([row[name] for row in kept]) for name in numbers}


def _is_possible(strategy: Strategy, parameters: dict[str, Any]) -> bool:
    try:
        type(strategy).of(parameters)
    except AureliusError:
        return False
    return True
