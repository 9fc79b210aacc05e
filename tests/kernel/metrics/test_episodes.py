"""The falls that have a name, against the index they are named after."""

import pandas as pd
import pytest
from skfolio.datasets import load_sp500_index

from aurelius_kernel.metrics import EPISODES, through_episodes


@pytest.fixture(scope="module")
def index():
    """The closes of the S&P 500, 1990 to 2022."""
    return load_sp500_index().iloc[:, 0]


def test_each_begins_at_its_highest_close_and_ends_at_its_lowest(index):
    within = [one for one in EPISODES if str(index.index[0])[:10] <= str(one.first) and str(one.last) <= str(index.index[-1])[:10]]
    closes = {one: index[pd.Timestamp(one.first) : pd.Timestamp(one.last)] for one in within}
    assert len(within) >= 14
    assert [(part.idxmax().date(), part.idxmin().date()) for part in closes.values()] == [(one.first, one.last) for one in within]


@pytest.mark.parametrize(
    ("name", "fall"),
    [
        ("Dot-com bust", -0.491),
        ("Global financial crisis", -0.568),
        ("Fourth quarter of 2018", -0.198),
        ("Covid", -0.339),
        ("Inflation and rates, 2022", -0.254),
    ],
)
def test_the_index_fell_as_is_written_everywhere(index, name, fall):
    found = {one.episode.name: one for one in through_episodes(index)}
    assert found[name].total_return == pytest.approx(fall, abs=5e-4)
    assert found[name].worst == pytest.approx(fall, abs=5e-4)
    assert found[name].is_whole


def test_an_account_that_begins_within_an_episode_has_only_a_part_of_it():
    days = pd.bdate_range("2020-03-02", "2020-03-31", tz="UTC") + pd.Timedelta(hours=21)
    found = through_episodes(pd.Series([100.0, 110.0, 55.0, *[66.0] * 19], index=days))
    assert [(one.episode.name, one.is_whole, one.bars) for one in found] == [("Covid", False, 15)]
    assert (found[0].total_return, found[0].worst) == pytest.approx((-0.34, -0.5))


def test_an_account_of_a_quiet_time_has_none():
    assert through_episodes(pd.Series([1.0, 2.0], index=pd.DatetimeIndex(["2005-03-01", "2005-03-02"], tz="UTC"))) == []
