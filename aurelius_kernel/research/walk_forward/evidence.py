"""How much of a walk-forward result is luck: every statistic of `ak.overfitting` that its returns allow."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

import numpy as np

from aurelius_kernel import validation
from aurelius_kernel.errors import InvalidInput
from aurelius_kernel.typing import FloatArray

__all__ = ["Overfitting", "measured"]

BLOCKS = 16
FOLDS, TESTED = 6, 2
FAN = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, kw_only=True)
class Overfitting:
    """The statistics; one that could not be computed is None, and `notes` say why.

    Attributes
    ----------
    psr : the probability that the true Sharpe ratio of the stitched curve is above 0
    dsr : and above what the best of so many worthless trials would show: those of this validation, correlated ones counted once
    trials : parameter sets evaluated, each window's counted
    combinations : different parameter sets
    able : those of them that could be run at all
    effective_trials
        How many independent trials these are worth: clusters of sets whose returns correlate by 0.9. A set decides alike in every
        window and is one trial. Where only some sets were clustered, each of the others counts for as much as one of them
    trial_variance : the variance of the clusters' Sharpe ratios per bar
    clustered : how many sets were clustered, spread evenly from the best to the worst
    min_trl : bars after which the stitched Sharpe ratio is above 0 with 95 % confidence
    pbo : the probability of backtest overfitting by cross-validation of 16 blocks over all bars
    probability_of_loss, degradation_slope, degradation_intercept : what came of the set chosen in one half on the other
    logits : the logits of its rank, and how many of the 12,870 splits have each
    p_value, reality_check : Hansen's and White's p-values of "no set is better than cash" over the judged bars
    p_value_holding : Hansen's of "no set is better than buying and holding"
    path_sharpes : yearly Sharpe ratios of the paths of combinatorial purged cross-validation (6 folds, 2 tested)
    intervals : 95 % bootstrap intervals of sharpe_ratio, max_drawdown and terminal_wealth: estimate, low, high
    fan : bars, and by quantile what 1 has become after each of them in resampled histories
    """

    psr: float | None
    dsr: float | None
    trials: int
    combinations: int
    able: int
    effective_trials: float = 1.0
    trial_variance: float = 0.0
    clustered: int = 1
    min_trl: float | None = None
    pbo: float | None = None
    probability_of_loss: float | None = None
    degradation_slope: float | None = None
    degradation_intercept: float | None = None
    logits: Mapping[str, list[float]] | None = field(default=None, repr=False)
    p_value: float | None = None
    reality_check: float | None = None
    p_value_holding: float | None = None
    path_sharpes: tuple[float | None, ...] = ()
    intervals: Mapping[str, tuple[float, float, float]] | None = None
    fan: Mapping[str, list[float]] | None = field(default=None, repr=False)
    notes: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """The statistics in JSON's own types."""
        return asdict(self)

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Overfitting:
        """The statistics back from their document."""
        told = {one.name: document[one.name] for one in fields(cls)}
        tuples = {name: tuple(told[name]) for name in ("path_sharpes", "notes")}
        intervals = told["intervals"] and {name: tuple(values) for name, values in told["intervals"].items()}
        return cls(**{**told, **tuples, "intervals": intervals})


def measured(
    returns: FloatArray,
    holding: FloatArray,
    every: FloatArray,
    judged: slice,
    *,
    trials: int,
    combinations: int,
    able: int,
    bars_a_year: float,
    embargo: int,
    seed: int,
) -> Overfitting:
    """Everything that can be said of the stitched `returns`, of shape (judged bars,), beside those of every set.

    `every` has the shape (all bars, sets), `judged` says which of its bars were judged; `holding` is the return of buying and
    holding there. `able` is how many sets could be run at all.
    """
    known: dict[str, Any] = {"trials": trials, "combinations": combinations, "able": able, "clustered": every.shape[1]}
    notes: list[str] = []
    same_bars = every[judged]

    def attempt(name: str, statistic: Any) -> None:
        try:
            known.update(statistic())
        except InvalidInput as error:
            notes.append(f"{name}: {error.message}")

    attempt("trials", lambda: _trials(same_bars, able))
    attempt("sharpe ratio", lambda: _sharpe(returns, known.get("effective_trials", 1), known.get("trial_variance", 0.0)))
    attempt("overfitting", lambda: _pbo(every))
    attempt("better than cash", lambda: _ability(0.0, same_bars, seed))
    attempt("better than holding", lambda: {"p_value_holding": _ability(holding, same_bars, seed)["p_value"]})
    attempt("paths", lambda: _paths(every, embargo, bars_a_year))
    attempt("intervals", lambda: _intervals(returns, bars_a_year, seed))
    return Overfitting(**{"psr": None, "dsr": None, **rounded(known)}, notes=tuple(notes))


def _trials(returns: FloatArray, able: int) -> dict[str, Any]:
    found = validation.overfitting.effective_trials(returns)
    return {"effective_trials": found.trials * max(able / returns.shape[1], 1.0), "trial_variance": found.variance}


def _sharpe(returns: FloatArray, trials: float, variance: float) -> dict[str, Any]:
    if len(returns) < 2 or returns.max() == returns.min():
        return {}
    return dict(zip(("psr", "dsr", "min_trl"), sharpe_evidence(returns, trials, variance), strict=True))


def sharpe_evidence(returns: FloatArray, trials: float, variance: float) -> tuple[float | None, float | None, float | None]:
    """Probabilistic and deflated Sharpe ratio and minimum track record of some returns; None where undefined."""
    sharpe = float(returns.mean() / returns.std(ddof=1))
    centred = returns - returns.mean()
    spread = float(np.mean(centred**2))
    skew, kurtosis = float(np.mean(centred**3) / spread**1.5), float(np.mean(centred**4) / spread**2)
    known = validation.overfitting
    psr = known.probabilistic_sharpe_ratio(sharpe, len(returns), skew, kurtosis)
    dsr = known.deflated_sharpe_ratio(sharpe, len(returns), trials, variance, skew, kurtosis)
    return defined(psr), defined(dsr), defined(known.minimum_track_record_length(sharpe, 0.0, skew, kurtosis))


def _pbo(every: FloatArray) -> dict[str, Any]:
    found = validation.overfitting.probability_of_backtest_overfitting(every, blocks=BLOCKS)
    values, counts = np.unique(found.logits, return_counts=True)
    return {
        "pbo": found.pbo,
        "probability_of_loss": found.probability_of_loss,
        "degradation_slope": defined(found.degradation_slope),
        "degradation_intercept": defined(found.degradation_intercept),
        "logits": {"value": values.tolist(), "splits": counts.astype(float).tolist()},
    }


def _ability(benchmark: FloatArray | float, returns: FloatArray, seed: int) -> dict[str, Any]:
    found = validation.overfitting.spa_test(benchmark, returns, seed=seed)
    return {"p_value": found.p_value, "reality_check": found.reality_check}


def _paths(every: FloatArray, embargo: int, bars_a_year: float) -> dict[str, Any]:
    found = validation.overfitting.combinatorial_paths(every, folds=FOLDS, test_folds=TESTED, purge=embargo)
    return {"path_sharpes": tuple(defined(value * math.sqrt(bars_a_year)) for value in found.sharpe_ratios.tolist())}


def _intervals(returns: FloatArray, bars_a_year: float, seed: int) -> dict[str, Any]:
    found = validation.overfitting.bootstrap_intervals(returns, periods_per_year=bars_a_year, seed=seed)
    named = {name: tuple(getattr(found, name)) for name in ("sharpe_ratio", "max_drawdown", "terminal_wealth")}
    fan = dict(zip(map(str, FAN), np.quantile(found.wealth, FAN, axis=0).tolist(), strict=True))
    return {"intervals": named, "fan": {"bars": found.bars.astype(float).tolist(), **fan}}


def rounded(told: Any) -> Any:
    """The same with every number to twelve digits: the last ones depend on how many threads a library adds with."""
    if isinstance(told, float):
        return float(f"{told:.12g}")
    if isinstance(told, dict):
        return {name: rounded(value) for name, value in told.items()}
    return type(told)(rounded(value) for value in told) if isinstance(told, list | tuple) else told


def defined(value: float) -> float | None:
    """The number, or None for one that is not finite."""
    return value if math.isfinite(value) else None
