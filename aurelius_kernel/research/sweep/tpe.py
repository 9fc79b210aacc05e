"""Combinations chosen one batch after the other by Optuna's tree-structured Parzen estimator.

Source: J. Bergstra et al., Algorithms for hyper-parameter optimization (2011).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import lazy_loader
import numpy as np
from numpy.typing import NDArray

from aurelius_kernel.errors import ImpossibleRequest
from aurelius_kernel.metrics import better_high
from aurelius_kernel.research.sweep.grid import Axis, Interval, as_array
from aurelius_kernel.research.sweep.question import Question
from aurelius_kernel.research.sweep.where import wanted
from aurelius_kernel.typing import FloatArray

__all__ = ["search"]

optuna = lazy_loader.load("optuna")

LARGEST_BATCH = 32
IDLE_AT_MOST = 300
"""So many proposals in a row without a new combination, and there are no more."""

Values = tuple[float, ...]


def search(question: Question, evaluate: Callable[[dict[str, NDArray[Any]]], FloatArray]) -> None:
    """Let `evaluate` have batches of new combinations until there are as many as were asked, or none is new any more.

    A batch holds a tenth of them, at most 32, so that the same seed asks the same. What the constraint leaves out is never
    evaluated. Raises ImpossibleRequest when it leaves nothing.
    """
    count = question.count or 1
    with quiet():
        study = optuna.create_study(
            sampler=optuna.samplers.TPESampler(seed=question.seed, multivariate=True, constant_liar=True),
            directions=["maximize" if better_high(metric) else "minimize" for metric in question.objectives],
        )
        known: dict[tuple[Any, ...], Values | None] = {}
        batch = max(1, min(LARGEST_BATCH, count // 10))
        idle = 0
        while len(known) < count and idle < IDLE_AT_MOST:
            size, before = min(batch, count - len(known)), len(known)
            _ask(question, study, known, size, evaluate)
            idle = 0 if len(known) > before else idle + size
    if not known:
        raise ImpossibleRequest.of("where", f"keeps none of {idle} combinations that were proposed")


def _ask(
    question: Question,
    study: Any,
    known: dict[tuple[Any, ...], Values | None],
    batch: int,
    evaluate: Callable[[dict[str, NDArray[Any]]], FloatArray],
) -> None:
    """One batch: asked for, evaluated where it is new and wanted, and told."""
    asked = [study.ask(_distributions(question)) for _ in range(batch)]
    sets = [tuple(_value(dimension, trial) for dimension in question.space.dimensions) for trial in asked]
    columns = {dimension.name: as_array([one[at] for one in sets]) for at, dimension in enumerate(question.space.dimensions)}
    kept = wanted(question.where, columns, question.parameters.fixed)
    new = list(dict.fromkeys(one for one, is_kept in zip(sets, kept, strict=True) if is_kept and one not in known))
    if new:
        more = {name: as_array([one[at] for one in new]) for at, name in enumerate(columns)}
        known.update(zip(new, _objectives(question, evaluate(more)), strict=True))
    for trial, one in zip(asked, sets, strict=True):
        _tell(study, trial, known.get(one))


def _tell(study: Any, trial: Any, values: Values | None) -> None:
    """What came out; a combination without a number, or not wanted, counts as worse than all others."""
    states = optuna.trial.TrialState
    if values is not None:
        study.tell(trial, values)
    else:
        study.tell(trial, state=states.PRUNED if len(study.directions) == 1 else states.FAIL)


def _objectives(question: Question, values: FloatArray) -> Sequence[Values | None]:
    places = [question.metrics.index(metric) for metric in question.objectives]
    return [None if np.isnan(row).any() else tuple(row.tolist()) for row in values[:, places]]


def _distributions(question: Question) -> dict[str, Any]:
    kinds = optuna.distributions
    found: dict[str, Any] = {}
    for dimension in question.space.dimensions:
        if isinstance(dimension, Interval):
            kind = kinds.IntDistribution if dimension.whole else kinds.FloatDistribution
            found[dimension.name] = kind(dimension.low, dimension.high)
        elif dimension.is_number:  # where on its axis, so that neighbours are near
            found[dimension.name] = kinds.IntDistribution(0, dimension.size - 1)
        else:
            found[dimension.name] = kinds.CategoricalDistribution(list(range(dimension.size)))
    return found


def _value(dimension: Axis | Interval, trial: Any) -> Any:
    drawn = trial.params[dimension.name]
    return dimension.values[drawn].item() if isinstance(dimension, Axis) else drawn


@contextmanager
def quiet() -> Iterator[None]:
    """Let Optuna say only what goes wrong."""
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        yield
    finally:
        optuna.logging.set_verbosity(before)
