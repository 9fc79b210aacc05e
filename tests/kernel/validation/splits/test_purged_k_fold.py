import numpy as np
import pytest
from sklearn.model_selection import KFold

from aurelius_kernel.errors import InvalidField, NotEnoughBars
from aurelius_kernel.validation.splits import PurgedKFold

# Twelve bars in three folds, a purge of 1 and an embargo of 1, drawn by hand: T tested, L learnt from, - left out.
BY_HAND = ["TTTT--LLLLLL", "LLL-TTTT--LL", "LLLLLLL-TTTT"]


def drawn(splitter, n):
    pictures = []
    for train, test in splitter.split(n):
        picture = np.full(n, "-")
        picture[train], picture[test] = "L", "T"
        pictures.append("".join(picture))
    return pictures


def test_the_neighbourhood_of_each_test_is_left_out():
    assert drawn(PurgedKFold(3, purge=1, embargo=1), 12) == BY_HAND


def test_an_embargo_alone_follows_the_test_only():
    assert drawn(PurgedKFold(3, embargo=2), 9) == ["TTT--LLLL", "LLLTTT--L", "LLLLLLTTT"]


@pytest.mark.parametrize("n", [10, 23, 64])
def test_without_purge_it_is_the_k_fold_of_scikit_learn(n):
    theirs = [(train.tolist(), test.tolist()) for train, test in KFold(5).split(np.zeros(n))]
    assert [(train.tolist(), test.tolist()) for train, test in PurgedKFold(5).split(n)] == theirs


def test_there_are_as_many_splits_as_folds():
    assert PurgedKFold(7).n_splits == len(list(PurgedKFold(7).split(70))) == 7


def test_too_few_bars_are_refused_with_what_is_missing():
    with pytest.raises(NotEnoughBars, match=r"5 folds with a purge of 3 and an embargo of 2 needs 45 bars .* 15 are missing\."):
        PurgedKFold(5, purge=3, embargo=2).split(30)


@pytest.mark.parametrize("sizes", [{"folds": 1}, {"folds": 3.0}, {"purge": -1}, {"embargo": "2"}])
def test_what_is_no_number_of_folds_or_bars_is_refused_by_name(sizes):
    with pytest.raises(InvalidField, match=rf"{next(iter(sizes))} must be a whole number of at least"):
        PurgedKFold(**{"folds": 3, **sizes})


@pytest.mark.parametrize("n", [-1, 10.0, "10", None])
def test_a_number_of_bars_that_is_none_is_refused(n):
    with pytest.raises(InvalidField, match="n must be a whole number of at least 0"):
        PurgedKFold(3).split(n)
