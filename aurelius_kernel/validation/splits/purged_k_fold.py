"""Purged k-fold cross-validation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aurelius_kernel.validation.inputs import whole_number
from aurelius_kernel.validation.splits.folds import check_length, fold_of_each_bar, purged_split
from aurelius_kernel.validation.splits.split import Split

__all__ = ["PurgedKFold"]


@dataclass(frozen=True)
class PurgedKFold:
    """Folds of consecutive bars, each the test once, with the rest purged around it as training.

    Training uses bars after its test too: it measures how well a rule generalises, not what it would have earned.
    Source: M. López de Prado, Advances in Financial Machine Learning (2018), section 7.4.

    Parameters
    ----------
    folds : into how many stretches the bars are cut; their lengths differ by one bar at most
    purge : bars on either side of a test that are left out of training
    embargo : further bars after a test that are left out

    Raises
    ------
    InvalidField
        For what is not a whole number, fewer than 2 folds and negative bars.
    """

    folds: int
    purge: int = 0
    embargo: int = 0

    def __post_init__(self) -> None:
        """Refuse what cuts into no folds."""
        for name, low in {"folds": 2, "purge": 0, "embargo": 0}.items():
            whole_number(name, getattr(self, name), low)

    @property
    def n_splits(self) -> int:
        """How many splits there are: one a fold."""
        return self.folds

    def split(self, n: int) -> Iterator[Split]:
        """Train and test positions of each fold over `n` bars, in order.

        Raises NotEnoughBars when purge and embargo on both sides would use up a whole fold.
        """
        check_length(n, self.folds, self.purge, self.embargo)
        fold_of = fold_of_each_bar(n, self.folds)
        return (purged_split(fold_of, [fold], self.purge, self.embargo) for fold in range(self.folds))
