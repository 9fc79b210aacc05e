import numpy as np
import pytest
from skfolio.model_selection import WalkForward as SkfolioWalkForward

from aurelius_kernel.errors import ImpossibleRequest, InvalidField, NotEnoughBars
from aurelius_kernel.validation.splits import WalkForward


def windows(splitter, n):
    return [(train.tolist(), test.tolist()) for train, test in splitter.split(n)]


def test_windows_roll_along_by_the_length_of_a_test():
    assert windows(WalkForward(3, 2), 8) == [([0, 1, 2], [3, 4]), ([2, 3, 4], [5, 6])]


def test_anchored_windows_begin_at_the_first_bar():
    assert windows(WalkForward(3, 2, anchored=True), 7) == [([0, 1, 2], [3, 4]), ([0, 1, 2, 3, 4], [5, 6])]


def test_a_step_shorter_than_a_test_judges_bars_more_than_once():
    assert windows(WalkForward(2, 2, step=1), 5) == [([0, 1], [2, 3]), ([1, 2], [3, 4])]


def test_an_embargo_delays_the_test_and_a_purge_shortens_the_training():
    assert windows(WalkForward(4, 2, embargo=1, purge=1), 9) == [([0, 1, 2], [5, 6]), ([2, 3, 4], [7, 8])]


def test_bars_that_fill_no_whole_test_are_left_over():
    assert windows(WalkForward(3, 2), 6) == windows(WalkForward(3, 2), 5)


@pytest.mark.parametrize("anchored", [False, True])
def test_an_embargo_is_what_skfolio_calls_a_purge(anchored):
    theirs = SkfolioWalkForward(test_size=7, train_size=20, expand_train=anchored, purged_size=3).split(np.zeros((100, 1)))
    assert windows(WalkForward(20, 7, anchored=anchored, embargo=3), 100) == [(a.tolist(), b.tolist()) for a, b in theirs]


@pytest.mark.parametrize("n", [0, 5, 6, 7, 8, 50])
def test_the_number_of_windows_is_known_beforehand(n):
    splitter = WalkForward(3, 2, step=4, embargo=1)
    assert splitter.n_windows(n) == (len(windows(splitter, n)) if n >= splitter.shortest else 0)


def test_too_few_bars_for_one_window_are_refused_at_once_with_what_is_missing():
    with pytest.raises(NotEnoughBars, match=r"One walk-forward step needs 280 bars and the window holds 100: 180 are missing\."):
        WalkForward(180, 90, embargo=10).split(100)


@pytest.mark.parametrize("sizes", [{"train": 0}, {"test": 0}, {"train": 2.0}, {"step": 0}, {"purge": -1}, {"embargo": True}])
def test_a_size_that_is_no_number_of_bars_is_refused_by_name(sizes):
    with pytest.raises(InvalidField, match=rf"{next(iter(sizes))} must be a whole number of at least [01], not"):
        WalkForward(**{"train": 10, "test": 5, **sizes})


def test_a_purge_of_the_whole_training_and_a_vague_anchor_are_refused():
    with pytest.raises(ImpossibleRequest, match=r"purge \(10\) must be smaller than train \(10\)\."):
        WalkForward(10, 5, purge=10)
    with pytest.raises(InvalidField, match=r"anchored must be True or False, not 'yes'\."):
        WalkForward(10, 5, anchored="yes")
