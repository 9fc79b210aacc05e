"""Folds: bars cut into equal stretches, some of them tested, the others purged where they touch the tested ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from aurelius_kernel.errors import NotEnoughBars
from aurelius_kernel.typing import IntArray
from aurelius_kernel.validation.inputs import whole_number
from aurelius_kernel.validation.splits.split import Split

__all__ = ["check_length", "fold_of_each_bar", "purged_split"]


def check_length(n: int, folds: int, purge: int, embargo: int) -> None:
    """Raise NotEnoughBars unless every fold keeps a bar to learn from between two tested neighbours."""
    needed = folds * (2 * purge + embargo + 1)
    if whole_number("n", n) < needed:
        raise NotEnoughBars(needed, n, f"Cutting bars into {folds} folds with a purge of {purge} and an embargo of {embargo}")


def fold_of_each_bar(n: int, folds: int) -> IntArray:
    """The number of the fold that each of `n` bars lies in; the first `n % folds` folds have one bar more."""
    sizes = np.full(folds, n // folds)
    sizes[: n % folds] += 1
    return np.repeat(np.arange(folds), sizes)


def purged_split(fold_of: IntArray, tested: Sequence[int] | IntArray, purge: int, embargo: int) -> Split:
    """The bars of the tested folds, and all others but `purge` before and `purge` + `embargo` after each tested stretch."""
    test = np.isin(fold_of, tested)
    train = ~test
    edges = np.flatnonzero(np.diff(test, prepend=False, append=False))
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        train[max(start - purge, 0) : stop + purge + embargo] = False
    return Split(np.flatnonzero(train), np.flatnonzero(test))
