from itertools import pairwise

import numpy as np
import pytest
from skfolio.model_selection import CombinatorialPurgedCV

from aurelius_kernel.errors import ImpossibleRequest, InvalidField, NotEnoughBars
from aurelius_kernel.validation.splits import CombinatorialPurged, PurgedKFold

# López de Prado (2018), figure 12.2: the path of each tested fold, for splits S1 … S15 of six folds, two of them tested.
FIGURE_12_2 = {
    0: {0: 1, 1: 2, 2: 3, 3: 4, 4: 5},
    1: {0: 1, 5: 2, 6: 3, 7: 4, 8: 5},
    2: {1: 1, 5: 2, 9: 3, 10: 4, 11: 5},
    3: {2: 1, 6: 2, 9: 3, 12: 4, 13: 5},
    4: {3: 1, 7: 2, 10: 3, 12: 4, 14: 5},
    5: {4: 1, 8: 2, 11: 3, 13: 4, 14: 5},
}


def test_six_folds_with_two_tested_make_fifteen_splits_and_five_paths():
    splitter = CombinatorialPurged(6, 2)
    assert (splitter.n_splits, splitter.n_paths) == (15, 5)
    assert len(list(splitter.split(60))) == 15


@pytest.mark.parametrize(("folds", "test_folds"), [(6, 2), (8, 3), (10, 5), (4, 1)])
def test_the_paths_are_k_over_n_of_the_splits(folds, test_folds):
    splitter = CombinatorialPurged(folds, test_folds)
    assert splitter.n_paths * folds == splitter.n_splits * test_folds
    assert splitter.paths.shape == (splitter.n_paths, folds)


def test_the_paths_of_six_folds_are_those_of_the_book():
    paths = CombinatorialPurged(6, 2).paths
    assert {fold: {int(split): path + 1 for path, split in enumerate(paths[:, fold])} for fold in range(6)} == FIGURE_12_2


@pytest.mark.parametrize(("folds", "test_folds", "purge", "embargo"), [(6, 2, 0, 0), (6, 2, 2, 3), (5, 3, 1, 0), (8, 2, 0, 4)])
def test_splits_and_paths_are_those_of_skfolio(folds, test_folds, purge, embargo):
    theirs = CombinatorialPurgedCV(n_folds=folds, n_test_folds=test_folds, purged_size=purge, embargo_size=embargo)
    ours = CombinatorialPurged(folds, test_folds, purge, embargo)
    n = 20 * folds
    assert [(train.tolist(), test.tolist()) for train, test in ours.split(n)] == [
        (train.tolist(), np.concatenate(tests).tolist()) for train, tests in theirs.split(np.zeros((n, 1)))
    ]
    assert ours.paths.T.tolist() == theirs.recombined_paths.tolist()


def test_a_single_tested_fold_is_the_purged_k_fold_with_one_path():
    ours, plain = CombinatorialPurged(5, 1, purge=2, embargo=1), PurgedKFold(5, purge=2, embargo=1)
    same = [
        np.array_equal(a, b)
        for one, other in zip(ours.split(52), plain.split(52), strict=True)
        for a, b in zip(one, other, strict=True)
    ]
    assert all(same)
    assert ours.paths.tolist() == [[0, 1, 2, 3, 4]]


def test_outcomes_become_whole_paths_of_bars_in_order():
    splitter = CombinatorialPurged(4, 2, purge=1)
    paths = splitter.assemble(22, [test * 10.0 for _, test in splitter.split(22)])
    assert paths.tolist() == [[bar * 10.0 for bar in range(22)]] * 3


def test_every_outcome_is_on_exactly_one_path():
    splitter = CombinatorialPurged(5, 2)
    marked = [number * 100.0 + test for number, (_, test) in enumerate(splitter.split(23))]
    assert sorted(splitter.assemble(23, marked).ravel()) == sorted(np.concatenate(marked))


def test_outcomes_of_another_length_are_refused_by_their_number():
    outcomes = [np.zeros(len(test)) for _, test in CombinatorialPurged(3, 2).split(9)]
    with pytest.raises(InvalidField, match=r"outcomes has 2 arrays where there are 3 splits\."):
        CombinatorialPurged(3, 2).assemble(9, outcomes[:2])
    with pytest.raises(InvalidField, match=r"outcomes\.2 must have 6 values, not the shape \(5,\)\."):
        CombinatorialPurged(3, 2).assemble(9, [*outcomes[:2], outcomes[2][:5]])


def test_too_few_bars_are_refused_with_what_is_missing():
    with pytest.raises(NotEnoughBars, match=r"needs 36 bars and the window holds 30: 6 are missing\."):
        CombinatorialPurged(6, 2, purge=2, embargo=1).split(30)


def test_choices_without_sense_are_refused():
    with pytest.raises(ImpossibleRequest, match=r"test_folds \(6\) must be smaller than folds \(6\)\."):
        CombinatorialPurged(6, 6)
    for folds in (30, 10**12):
        with pytest.raises(ImpossibleRequest, match=rf"folds \({folds}\) with 15 tested at once make more than 100,000 splits\."):
            CombinatorialPurged(folds, 15)
    with pytest.raises(InvalidField, match="test_folds must be a whole number of at least 1"):
        CombinatorialPurged(6, 0)


def test_tested_folds_are_counted_in_lexicographic_order():
    rows = CombinatorialPurged(6, 3).tested.tolist()
    assert all(earlier < later for earlier, later in pairwise(rows))
