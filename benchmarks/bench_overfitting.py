"""Overfitting statistics: what they take, and how often they mistake the best of a sweep over a random walk for skill."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from aurelius_kernel.metrics import kurtosis, sharpe_ratio, skew
from aurelius_kernel.validation import overfitting
from benchmarks.measure import Measured, seconds

MARKETS = 200
BARS = 1_000
AVERAGES = [(fast, slow) for fast in range(5, 50, 4) for slow in range(fast + 5, 100, 8)]
LONGEST = max(slow for _, slow in AVERAGES)


def bench_times() -> Iterator[Measured]:
    returns = np.random.default_rng(0).normal(0.0, 0.01, (2_500, 1_000))
    cases = {
        "PBO": (lambda: overfitting.probability_of_backtest_overfitting(returns), 2.0),
        "SPA test": (lambda: overfitting.spa_test(0.0, returns), None),
        "effective trials": (lambda: overfitting.effective_trials(returns), None),
    }
    for what, (run, limit) in cases.items():
        yield Measured(what=f"{what}, 2,500 bars × 1,000 strategies", value=seconds(run, repeats=3), unit="s", at_most=limit)
    intervals = seconds(lambda: overfitting.bootstrap_intervals(returns[:, 0]), repeats=3)
    yield Measured(what="bootstrap intervals, 2,500 bars, 2,000 resamples", value=intervals, unit="s")


def bench_false_alarms() -> Iterator[Measured]:
    """Seeds 0 to 199: random walks of 1,000 bars, 108 pairs of averages on each, nothing to be found on any."""
    for side in ("long or short", "long or flat"):
        sweeps = [sweep(seed, short=side == "long or short") for seed in range(MARKETS)]
        what = f"best of {len(AVERAGES)} on noise, {side}:"
        yield Measured(what=f"{what} PSR > .95", value=share(sweeps, None), unit="")
        for correlation in (0.5, 0.7, 0.9):
            limit = 0.05 if correlation == 0.9 else None
            value = share(sweeps, correlation)
            yield Measured(what=f"{what} DSR > .95, clusters at {correlation}", value=value, unit="", at_most=limit)


def sweep(seed: int, *, short: bool) -> np.ndarray:
    """Returns of every pair of averages on one random walk, of shape (bars, pairs); signals act on the bar after."""
    moves = np.random.default_rng(seed).normal(0.0, 0.01, BARS + LONGEST)
    sums = np.concatenate([[0.0], np.cumsum(np.cumsum(moves))])
    mean = {n: (sums[n:] - sums[:-n])[-BARS - 1 : -1] / n for pair in AVERAGES for n in pair}
    up = np.array([mean[fast] > mean[slow] for fast, slow in AVERAGES]).T
    return np.where(up, 1.0, -1.0 if short else 0.0) * moves[-BARS:, None]


def share(sweeps: list[np.ndarray], correlation: float | None) -> float:
    """How many of the best are taken for skill: deflated by clusters at this correlation, or not at all."""
    return float(np.mean([taken_for_skill(returns, correlation) for returns in sweeps]))


def taken_for_skill(returns: np.ndarray, correlation: float | None) -> bool:
    best = max(returns.T, key=lambda r: sharpe_ratio(r, 1))
    record = {"sharpe": sharpe_ratio(best, 1), "n": len(best), "skew": skew(best), "kurtosis": kurtosis(best)}
    if correlation is None:
        return overfitting.probabilistic_sharpe_ratio(**record) > 0.95
    found = overfitting.effective_trials(returns, correlation=correlation)
    return overfitting.deflated_sharpe_ratio(trials=found.trials, variance=found.variance, **record) > 0.95
