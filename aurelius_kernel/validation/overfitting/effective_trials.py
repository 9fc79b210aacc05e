"""How many independent trials a set of correlated ones is worth.

Source of the idea, of a cluster as one trial: M. López de Prado and M. J. Lewis, Detection of False Investment Strategies Using
Unsupervised Learning Methods, Quantitative Finance 19(9), 2019. They choose the clusters by their silhouettes; here trials are one
when every two of them correlate by a stated number, which merges nothing that is unrelated.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from aurelius_kernel.errors import ImpossibleRequest, InvalidField, NotEnoughBars
from aurelius_kernel.metrics.sample import between
from aurelius_kernel.typing import FloatArray, IntArray
from aurelius_kernel.validation.inputs import finite_table

__all__ = ["EffectiveTrials", "effective_trials"]

MOST_TRIALS = 5_000


@dataclass(frozen=True, kw_only=True, eq=False)
class EffectiveTrials:
    """Clusters of trials that are as good as one, and what the deflated Sharpe ratio asks of them.

    Attributes
    ----------
    trials : how many clusters there are
    variance : the variance of the clusters' Sharpe ratios per bar; 0 for a single cluster
    cluster : the cluster of each trial, numbered from 0 in the order of their first trials; −1 for one without any spread
    """

    trials: int
    variance: float
    cluster: IntArray = field(repr=False)


def effective_trials(returns: ArrayLike, *, correlation: float = 0.9) -> EffectiveTrials:
    """The number of clusters of correlated trials, for `deflated_sharpe_ratio` together with the variance among them.

    Complete linkage: every two trials of a cluster correlate by at least `correlation`. A cluster's Sharpe ratio is that of its
    trials' returns weighted by the inverse of their variances. A trial without any spread never traded and counts for nothing.

    Parameters
    ----------
    returns : of every trial, of shape (bars, trials), up to 5,000 trials
    correlation : between 0 and 1; the lower, the fewer trials, and the more of the luck of choosing within a cluster is overlooked

    Raises
    ------
    InvalidField, ImpossibleRequest
        For returns that are not finite numbers or never vary, a correlation out of range, fewer than three bars, and more than
        5,000 trials.
    """
    table, alike = finite_table("returns", returns), between("correlation", correlation, 0, 1)
    if len(table) < 3:
        raise NotEnoughBars(3, len(table), "A correlation")
    if table.shape[1] > MOST_TRIALS:
        raise ImpossibleRequest.of("returns", f"may hold up to {MOST_TRIALS:,} trials, not {table.shape[1]:,}")
    traded = np.flatnonzero(table.max(axis=0) > table.min(axis=0))
    if not len(traded):
        raise InvalidField.of("returns", "must hold a trial whose returns are not all equal")
    clusters = _clusters(table[:, traded], alike)
    cluster = np.full(table.shape[1], -1)
    cluster[traded] = clusters
    sharpes = [_sharpe_of_cluster(table[:, cluster == number]) for number in range(clusters.max() + 1)]
    return EffectiveTrials(
        trials=len(sharpes), variance=float(np.var(sharpes, ddof=1)) if len(sharpes) > 1 else 0.0, cluster=cluster
    )


def _clusters(table: FloatArray, alike: float) -> IntArray:
    """The cluster of each column, numbered in the order of their first columns."""
    if table.shape[1] == 1:
        return np.zeros(1, dtype=np.int64)
    distance = np.maximum(1.0 - np.corrcoef(table, rowvar=False), 0.0)
    np.fill_diagonal(distance, 0.0)
    found = fcluster(linkage(squareform(distance, checks=False), method="complete"), 1.0 - alike, criterion="distance")
    _, first, numbers = np.unique(found, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[numbers]


def _sharpe_of_cluster(members: FloatArray) -> float:
    weights = 1.0 / members.var(axis=0)
    r = members @ (weights / weights.sum())
    return float(r.mean() / r.std(ddof=1))
