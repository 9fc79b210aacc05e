"""What every splitter keeps, whatever its sizes."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from aurelius_kernel.validation.splits import CombinatorialPurged, PurgedKFold, WalkForward

bars = st.integers(0, 4)


@st.composite
def cut_in_folds(draw):
    folds, purge, embargo = draw(st.integers(2, 6)), draw(bars), draw(bars)
    n = draw(st.integers(folds * (2 * purge + embargo + 1), 120))
    tested = draw(st.integers(1, folds - 1))
    splitter = PurgedKFold(folds, purge, embargo) if tested == 1 else CombinatorialPurged(folds, tested, purge, embargo)
    return splitter, n


@st.composite
def walking(draw):
    train, test = draw(st.integers(1, 20)), draw(st.integers(1, 20))
    purge, embargo, step = draw(st.integers(0, train - 1)), draw(bars), draw(st.none() | st.integers(1, 20))
    splitter = WalkForward(train, test, step, anchored=draw(st.booleans()), embargo=embargo, purge=purge)
    return splitter, draw(st.integers(splitter.shortest, 120))


any_splitter = st.one_of(cut_in_folds(), walking())


@given(any_splitter)
@settings(max_examples=60, deadline=None)
def test_positions_are_rising_bars_and_train_and_test_share_none(case):
    splitter, n = case
    for train, test in splitter.split(n):
        for positions in (train, test):
            assert positions.dtype == np.int64
            assert len(positions) > 0
            assert positions[0] >= 0
            assert positions[-1] < n
            assert (np.diff(positions) > 0).all()
        assert not set(train) & set(test)


@given(cut_in_folds())
@settings(max_examples=60, deadline=None)
def test_nothing_within_purge_and_embargo_of_a_test_is_learnt_and_all_else_is(case):
    splitter, n = case
    before, after = splitter.purge, splitter.purge + splitter.embargo
    for train, test in splitter.split(n):
        near = {int(bar) + way for bar in test for way in range(-before, after + 1)}
        assert set(train.tolist()) == set(range(n)) - near


@given(cut_in_folds())
@settings(max_examples=40, deadline=None)
def test_every_bar_is_tested_equally_often(case):
    splitter, n = case
    tests = np.concatenate([test for _, test in splitter.split(n)])
    assert set(np.bincount(tests, minlength=n)) == {getattr(splitter, "n_paths", 1)}


@given(walking())
@settings(max_examples=60, deadline=None)
def test_walking_learns_only_from_what_lies_further_back_than_purge_and_embargo(case):
    splitter, n = case
    for train, test in splitter.split(n):
        assert test[0] - train[-1] == 1 + splitter.purge + splitter.embargo
        assert len(test) == splitter.test


@given(walking())
@settings(max_examples=40, deadline=None)
def test_walking_by_whole_tests_judges_every_bar_once_in_a_row(case):
    splitter, n = case
    plain = WalkForward(splitter.train, splitter.test, anchored=splitter.anchored, embargo=splitter.embargo)
    judged = np.concatenate([test for _, test in plain.split(n)])
    assert judged.tolist() == list(range(judged[0], judged[-1] + 1))
    assert n - 1 - judged[-1] < splitter.test
