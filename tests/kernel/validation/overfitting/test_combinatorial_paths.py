"""Paths by hand, and by the splitter taken step by step."""

from __future__ import annotations

import numpy as np
import pytest

from aurelius_kernel import validation
from aurelius_kernel.errors import ImpossibleRequest, InvalidField

combinatorial_paths = validation.overfitting.combinatorial_paths


def sharpe(r):
    return r.mean() / r.std(ddof=1)


def test_six_folds_with_two_tested_make_fifteen_choices_and_five_paths():
    found = combinatorial_paths(np.random.default_rng(1).normal(size=(120, 4)))
    assert (found.chosen.shape, found.sharpe_ratios.shape, found.returns.shape) == ((15,), (5,), (5, 120))


def test_a_strategy_that_is_best_everywhere_is_chosen_every_time_and_every_path_is_its_own():
    table = np.random.default_rng(2).normal(0.0, 0.01, (240, 5))
    table[:, 3] += 0.05
    found = combinatorial_paths(table)
    assert set(found.chosen.tolist()) == {3}
    np.testing.assert_array_equal(found.returns, np.tile(table[:, 3], (5, 1)))
    np.testing.assert_allclose(found.sharpe_ratios, sharpe(table[:, 3]))


def test_each_split_takes_the_best_of_its_purged_training_and_earns_what_that_did_in_its_test():
    table = np.random.default_rng(3).normal(0.0, 0.01, (90, 6))
    found = combinatorial_paths(table, folds=5, test_folds=2, purge=3, embargo=2)
    splitter = validation.splits.CombinatorialPurged(5, 2, purge=3, embargo=2)
    chosen = [int(np.argmax([sharpe(table[split.train, column]) for column in range(6)])) for split in splitter.split(90)]
    assert found.chosen.tolist() == chosen
    outcomes = [table[split.test, best] for split, best in zip(splitter.split(90), chosen, strict=True)]
    np.testing.assert_array_equal(found.returns, splitter.assemble(90, outcomes))


def test_strategies_that_never_trade_are_never_chosen():
    table = np.zeros((60, 3))
    table[:, 1] = np.random.default_rng(4).normal(-0.01, 0.01, 60)
    assert set(combinatorial_paths(table).chosen.tolist()) == {1}


def test_where_nothing_trades_the_paths_stay_in_cash():
    found = combinatorial_paths(np.zeros((60, 2)))
    assert set(found.chosen.tolist()) == {-1}
    assert not found.returns.any()
    assert np.isnan(found.sharpe_ratios).all()


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"returns": np.zeros((60, 2)), "folds": 1}, InvalidField),
        ({"returns": np.zeros((60, 2)), "folds": 3, "test_folds": 3}, ImpossibleRequest),
        ({"returns": np.zeros((10, 2)), "purge": 5}, ImpossibleRequest),
        ({"returns": np.full((60, 2), np.nan)}, InvalidField),
        ({"returns": np.zeros(60)}, InvalidField),
    ],
)
def test_bad_input_is_refused(arguments, error):
    with pytest.raises(error):
        combinatorial_paths(**arguments)
