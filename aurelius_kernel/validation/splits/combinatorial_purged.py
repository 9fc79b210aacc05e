"""Combinatorial purged cross-validation: many histories out of one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from aurelius_kernel.errors import ImpossibleRequest, InvalidField
from aurelius_kernel.typing import FloatArray, IntArray
from aurelius_kernel.validation.inputs import whole_number
from aurelius_kernel.validation.splits.folds import check_length, fold_of_each_bar, purged_split
from aurelius_kernel.validation.splits.split import Split

__all__ = ["CombinatorialPurged"]

MOST_SPLITS = 100_000


@dataclass(frozen=True)
class CombinatorialPurged:
    """Every choice of `test_folds` out of `folds` stretches of bars as the test, the rest purged around them as training.

    N folds of which k are tested give C(N, k) splits. Each fold is tested in k/N of them, so that their outcomes put together
    make k/N·C(N, k) whole paths through the bars, each judged out of sample from end to end.
    Source: M. López de Prado, Advances in Financial Machine Learning (2018), chapter 12.

    Parameters
    ----------
    folds : into how many stretches the bars are cut; their lengths differ by one bar at most
    test_folds : how many of them are tested at once
    purge : bars on either side of a tested stretch that are left out of training
    embargo : further bars after a tested stretch that are left out

    Raises
    ------
    InvalidField, ImpossibleRequest
        For what is not a whole number in its range, nothing left to learn from, and more than 100,000 splits.
    """

    folds: int
    test_folds: int
    purge: int = 0
    embargo: int = 0

    def __post_init__(self) -> None:
        """Refuse what cuts into no splits, or into too many."""
        for name, low in {"folds": 2, "test_folds": 1, "purge": 0, "embargo": 0}.items():
            whole_number(name, getattr(self, name), low)
        if self.test_folds >= self.folds:
            raise ImpossibleRequest.of("test_folds", f"({self.test_folds}) must be smaller than folds ({self.folds})")
        if self.folds > MOST_SPLITS or self.n_splits > MOST_SPLITS:
            raise ImpossibleRequest.of(
                "folds", f"({self.folds}) with {self.test_folds} tested at once make more than {MOST_SPLITS:,} splits"
            )

    @property
    def n_splits(self) -> int:
        """How many splits there are: C(folds, test_folds)."""
        return math.comb(self.folds, self.test_folds)

    @property
    def n_paths(self) -> int:
        """How many whole paths the splits make: test_folds/folds of them."""
        return math.comb(self.folds - 1, self.test_folds - 1)

    @property
    def tested(self) -> IntArray:
        """The folds that each split tests, of shape (splits, test_folds), in lexicographic order."""
        return np.array(list(combinations(range(self.folds), self.test_folds)))

    @property
    def paths(self) -> IntArray:
        """The split that tests each fold on each path, of shape (paths, folds): the first that does is on the first path."""
        tests = (self.tested == np.arange(self.folds)[:, None, None]).any(axis=2)
        return np.nonzero(tests)[1].reshape(self.folds, self.n_paths).T

    def split(self, n: int) -> Iterator[Split]:
        """Train and test positions of each split over `n` bars, in the order of `tested`.

        Raises NotEnoughBars when purge and embargo on both sides would use up a whole fold.
        """
        check_length(n, self.folds, self.purge, self.embargo)
        fold_of = fold_of_each_bar(n, self.folds)
        return (purged_split(fold_of, tested, self.purge, self.embargo) for tested in self.tested)

    def assemble(self, n: int, outcomes: Sequence[ArrayLike]) -> FloatArray:
        """The outcomes of all splits put together to whole paths, of shape (paths, n).

        `outcomes` has one array a split, in order, with one value for each of its test positions. Raises InvalidField for another
        number of arrays or values.
        """
        if len(outcomes) != self.n_splits:
            raise InvalidField.of("outcomes", f"has {len(outcomes)} arrays where there are {self.n_splits} splits")
        fold_of = fold_of_each_bar(whole_number("n", n), self.folds)
        by_split = np.full((self.n_splits, n), np.nan)
        for number, (tested, values) in enumerate(zip(self.tested, outcomes, strict=True)):
            positions = np.flatnonzero(np.isin(fold_of, tested))
            if np.shape(values) != positions.shape:
                raise InvalidField.of(f"outcomes.{number}", f"must have {len(positions)} values, not the shape {np.shape(values)}")
            by_split[number, positions] = values
        return by_split[self.paths[:, fold_of], np.arange(n)]
