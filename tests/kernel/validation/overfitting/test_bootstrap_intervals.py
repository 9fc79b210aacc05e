import math

import numpy as np
import pytest
from arch.bootstrap import StationaryBootstrap, optimal_block_length
from arch.data import sp500

from aurelius_kernel import metrics
from aurelius_kernel.errors import InvalidField, NotEnoughBars
from aurelius_kernel.validation.overfitting import bootstrap_intervals


@pytest.fixture(scope="module")
def market():
    """The last 1,000 daily returns of the S&P 500 up to 2018."""
    return sp500.load()["Adj Close"].pct_change().dropna().to_numpy(np.float64)[-1_000:]


def test_intervals_are_those_that_arch_finds(market):
    ours = bootstrap_intervals(market, block_length=12, resamples=300, seed=5, confidence=0.9)

    def three(r):
        return np.array([metrics.sharpe_ratio(r), metrics.max_drawdown(r), 1.0 + metrics.total_return(r)])

    theirs = StationaryBootstrap(12, market, seed=5).conf_int(three, 300, method="percentile", size=0.9).T
    found = [ours.sharpe_ratio, ours.max_drawdown, ours.terminal_wealth]
    assert [interval[1:] for interval in found] == [pytest.approx(tuple(row), rel=1e-9) for row in theirs]
    assert [interval.estimate for interval in found] == pytest.approx(three(market).tolist(), rel=1e-12)


def test_the_interval_of_a_sharpe_ratio_is_as_wide_as_its_standard_error_says():
    """A. W. Lo, The Statistics of Sharpe Ratios (2002), eq. 9: √((1 + SR²/2)/T) for independent normal returns."""
    r = np.random.default_rng(11).normal(0.0006, 0.01, 2_000)
    error = math.sqrt((1 + metrics.sharpe_ratio(r, 1) ** 2 / 2) / 2_000) * math.sqrt(252)
    interval = bootstrap_intervals(r, block_length=1).sharpe_ratio
    assert interval.high - interval.low == pytest.approx(2 * 1.96 * error, rel=0.06)


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    records = np.random.default_rng(12).normal(0.001, 0.01, (120, 250))
    truth = 0.1 * math.sqrt(252)
    found = [bootstrap_intervals(r, confidence=0.9, block_length=1, resamples=200).sharpe_ratio for r in records]
    assert np.mean([interval.low <= truth <= interval.high for interval in found]) == pytest.approx(0.9, abs=0.07)


def test_the_histories_end_where_the_interval_of_the_wealth_is_read(market):
    result = bootstrap_intervals(market, resamples=200, confidence=0.8)
    assert result.wealth.shape == (200, 250)
    assert (result.bars[0], result.bars[-1]) == (1, 1_000)
    assert result.terminal_wealth[1:] == pytest.approx(tuple(np.quantile(result.wealth[:, -1], [0.1, 0.9])))


def test_a_short_record_shows_every_bar():
    assert bootstrap_intervals(np.linspace(-0.01, 0.02, 30), resamples=100).bars.tolist() == list(range(1, 31))


def test_stretches_are_as_long_as_the_returns_or_their_sizes_ask_for(market):
    wanted = [optimal_block_length(series)["stationary"].iloc[0] for series in (market, np.abs(market))]
    assert bootstrap_intervals(market, resamples=100).block_length == math.ceil(max(wanted))


def test_the_seed_decides_and_nothing_else(market):
    one, same, other = (bootstrap_intervals(market, resamples=100, block_length=5, seed=seed) for seed in (1, 1, 2))
    assert one.wealth.tolist() == same.wealth.tolist()
    assert one.sharpe_ratio != other.sharpe_ratio


def test_a_gap_among_the_returns_is_as_if_it_were_not_there(market):
    gappy = np.insert(market, 10, np.nan)
    assert bootstrap_intervals(gappy, resamples=100).sharpe_ratio == bootstrap_intervals(market, resamples=100).sharpe_ratio


def test_a_record_without_spread_has_no_sharpe_ratio_and_no_drawdown():
    result = bootstrap_intervals(np.full(40, 0.01), resamples=100)
    assert all(math.isnan(value) for value in result.sharpe_ratio)
    assert result.max_drawdown == (0.0, 0.0, 0.0)
    assert result.terminal_wealth == pytest.approx((1.01**40,) * 3)


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        ({"returns": [0.01] * 19}, NotEnoughBars, r"A bootstrap needs 20 bars and the window holds 19: 1 are missing\."),
        ({"returns": [0.01, math.inf] * 20}, InvalidField, "returns must be finite at every bar, and bar 1 is not"),
        ({"returns": [[0.01] * 30]}, InvalidField, "returns must be one-dimensional"),
        ({"confidence": 95}, InvalidField, r"confidence must be a number between 0 and 1, not 95\."),
        ({"periods_per_year": 0}, InvalidField, "periods_per_year must be a number above 0"),
        ({"block_length": 0}, InvalidField, r"block_length must be a whole number from 1 to 40, not 0\."),
        ({"block_length": 41}, InvalidField, r"block_length must be a whole number from 1 to 40, not 41\."),
        ({"resamples": 10}, InvalidField, r"resamples must be a whole number from 100 to 100,000, not 10\."),
        ({"seed": -1}, InvalidField, r"seed must be a whole number of at least 0, not -1\."),
    ],
)
def test_bad_input_is_one_sentence(arguments, error, sentence):
    with pytest.raises(error, match=sentence):
        bootstrap_intervals(**{"returns": np.linspace(-0.01, 0.01, 40), **arguments})
