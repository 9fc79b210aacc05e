"""Measured candidates in their order, each with the probability that it is more than the luck of the whole lot."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from aurelius_kernel.generation.constraints import Constraint, broken
from aurelius_kernel.metrics import Metric
from aurelius_kernel.metrics.deflated_sharpe import deflated_sharpe_ratio

__all__ = ["MEASURED", "Measured", "confidences", "ranked"]

NAMED = 3

MEASURED = (
    Metric.TOTAL_RETURN,
    Metric.CAGR,
    Metric.VOLATILITY,
    Metric.SHARPE_RATIO,
    Metric.SORTINO_RATIO,
    Metric.CALMAR_RATIO,
    Metric.MAX_DRAWDOWN,
    Metric.SKEW,
    Metric.KURTOSIS,
    Metric.TOTAL_TRADES,
    Metric.WIN_RATE,
    Metric.PROFIT_FACTOR,
    Metric.EXPOSURE,
    Metric.TURNOVER,
)
"""The metrics of a candidate: those that limits may be set on, and those that its confidence is made of."""


class Measured(NamedTuple):
    """One candidate that was tried: its family, all its parameters, and what it did; `failed` says why it has no metrics."""

    family: str
    parameters: dict[str, Any]
    metrics: dict[str, float | None]
    failed: str | None = None
    why: str | None = None


def confidences(tried: Sequence[Measured], bars: int, periods_per_year: float) -> list[float | None]:
    """For each candidate the probability that its Sharpe ratio is more than the best of so many worthless ones would show.

    The deflated Sharpe ratio with every candidate tried, of all families and failed ones too, as the number of trials, and the
    variance of their Sharpe ratios. None where it is undefined. Source: Bailey and López de Prado (2014).
    """
    year = math.sqrt(periods_per_year)
    known = [sharpe / year for one in tried if (sharpe := one.metrics.get(Metric.SHARPE_RATIO)) is not None]
    variance = float(np.var(known, ddof=1)) if len(known) > 1 else 0.0

    def confidence(one: Measured) -> float | None:
        sharpe, skew, kurtosis = (one.metrics.get(name) for name in (Metric.SHARPE_RATIO, Metric.SKEW, Metric.KURTOSIS))
        if sharpe is None or skew is None or kurtosis is None:
            return None
        found = deflated_sharpe_ratio(sharpe / year, bars, len(tried), variance, skew, kurtosis)
        return None if math.isnan(found) else found

    return [confidence(one) for one in tried]


def ranked(
    tried: Sequence[Measured],
    confidence: Sequence[float | None],
    votes: Mapping[str, int],
    constraints: Sequence[Constraint],
    count: int,
) -> list[int]:
    """The places of the best `count` candidates: families that the goal names first, then limits kept, then confidence.

    A family is named by three votes, or by the most there are. Every family that has a candidate with a number keeps a place for
    its best one, as far as there are places.
    """
    named = min(NAMED, max(votes.values(), default=0))
    keys = {
        at: (votes.get(one.family, 0) < named, bool(broken(constraints, one.metrics)), -sure, at)
        for at, (one, sure) in enumerate(zip(tried, confidence, strict=True))
        if sure is not None
    }
    order = sorted(keys, key=keys.__getitem__)
    bests = list({tried[at].family: at for at in reversed(order)}.values())
    kept = sorted(bests, key=keys.__getitem__)[:count]
    kept += [at for at in order if at not in kept][: count - len(kept)]
    return sorted(kept, key=keys.__getitem__)
