"""The trial ledger as a notebook meets it."""

from __future__ import annotations

import pytest
from backtesting.test import GOOG

import aurelius_kernel as ak
from aurelius_kernel.errors import StorageUnavailable


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("AURELIUS_HOME", str(tmp_path))
    return tmp_path


def run(fast: int = 10, **settings) -> str:
    strategy = ak.Strategy.create("trend_following", fast=fast, slow=30)
    return ak.backtest(strategy, bars={"GOOG": GOOG}, **settings).identity.data_hash


def test_every_backtest_is_a_trial_and_the_same_one_again_is_the_same_trial():
    data_hash = run(10)
    counts = [ak.trials("trend_following", data_hash)]
    for fast, keep in ((10, True), (11, True), (12, False), (12, False)):
        run(fast, keep=keep)
        counts.append(ak.trials("trend_following", data_hash))
    assert counts == [1, 1, 2, 3, 3]


def test_all_dates_of_a_data_set_count_together():
    whole, earlier = run(10), run(11, end="2010-01-01")
    assert whole != earlier
    assert (ak.trials("trend_following", whole), ak.trials("trend_following", earlier)) == (2, 2)


def test_other_data_and_other_families_are_counted_apart():
    data_hash = run()
    other = ak.backtest("trend_following", bars={"GOOG": GOOG.iloc[:-1]}).identity.data_hash
    assert (ak.trials("trend_following", data_hash), ak.trials("trend_following", other)) == (1, 1)
    assert ak.trials("breakout", data_hash) == 0


def test_the_account_that_a_job_works_for_has_trials_of_its_own(monkeypatch):
    data_hash = run()
    monkeypatch.setenv("AURELIUS_OWNER", "ada@example.com")
    run(11)
    assert (ak.trials("trend_following", data_hash), ak.trials("trend_following", data_hash, owner="local")) == (1, 1)


def test_a_run_that_keeps_nothing_goes_on_where_nothing_can_be_written(home):
    (home / "store").write_text("in the way")
    with pytest.warns(UserWarning, match="not counted among the trials"):
        run(keep=False)
    with pytest.raises(StorageUnavailable):
        run(keep=True)
