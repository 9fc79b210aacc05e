"""What choosing the best strategy would have earned on many histories made out of one, each judged out of sample throughout.

Source: M. López de Prado, Advances in Financial Machine Learning (2018), chapter 12.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from aurelius_kernel.typing import FloatArray, IntArray
from aurelius_kernel.validation.inputs import finite_table
from aurelius_kernel.validation.splits import CombinatorialPurged

__all__ = ["CombinatorialPaths", "combinatorial_paths"]


@dataclass(frozen=True, kw_only=True, eq=False)
class CombinatorialPaths:
    """The paths, and what was chosen for them.

    Attributes
    ----------
    sharpe_ratios : of each path, per bar; NaN for a path without any spread
    chosen : the column that was best in the training of each split; −1 where no column had any spread there
    returns : of each path, of shape (paths, bars)
    folds, test_folds, purge, embargo : what was asked for
    """

    sharpe_ratios: FloatArray
    chosen: IntArray
    folds: int
    test_folds: int
    purge: int
    embargo: int
    returns: FloatArray = field(repr=False)


def combinatorial_paths(
    returns: ArrayLike, *, folds: int = 6, test_folds: int = 2, purge: int = 0, embargo: int = 0
) -> CombinatorialPaths:
    """The paths of combinatorial purged cross-validation: on each split the strategy with the best Sharpe ratio in training.

    `returns` has a row a bar and a column a strategy; the other parameters and their errors are those of
    `ak.splits.CombinatorialPurged`. A split in which no strategy has any spread in training earns 0.
    """
    table = finite_table("returns", returns)
    splitter = CombinatorialPurged(folds, test_folds, purge=purge, embargo=embargo)
    chosen, outcomes = [], []
    for split in splitter.split(len(table)):
        best = _best(table[split.train])
        chosen.append(best)
        outcomes.append(table[split.test, best] if best >= 0 else np.zeros(len(split.test)))
    paths = splitter.assemble(len(table), outcomes)
    return CombinatorialPaths(
        sharpe_ratios=_sharpe_ratios(paths.T),
        chosen=np.array(chosen),
        folds=folds,
        test_folds=test_folds,
        purge=purge,
        embargo=embargo,
        returns=paths,
    )


def _best(training: FloatArray) -> int:
    ratios = _sharpe_ratios(training)
    return -1 if np.isnan(ratios).all() else int(np.nanargmax(ratios))


def _sharpe_ratios(table: FloatArray) -> FloatArray:
    """The Sharpe ratio per bar of each column; NaN for fewer than two bars and for columns whose returns are all equal."""
    if len(table) < 2:
        return np.full(table.shape[1], np.nan)
    flat = table.max(axis=0) == table.min(axis=0)
    return np.asarray(table.mean(axis=0) / np.where(flat, np.nan, table.std(axis=0, ddof=1)), dtype=np.float64)
