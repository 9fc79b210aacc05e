import math

import numpy as np
import pytest
import scipy.stats

from aurelius_kernel.errors import InvalidField
from aurelius_kernel.metrics import deflated_sharpe as ds

# The worked example of Bailey and López de Prado (2014): an annual ratio of 2.5 over 1,250 days, a variance of 1/2 a year.
DAILY = {"sharpe": 2.5 / math.sqrt(250), "n": 1250, "variance": 0.5 / 250, "skew": -3.0, "kurtosis": 10.0}


def test_the_worked_example_of_the_deflated_sharpe_ratio():
    assert ds.expected_maximum_sharpe(100, DAILY["variance"]) == pytest.approx(0.1131720, abs=5e-8)
    assert ds.deflated_sharpe_ratio(trials=100, **DAILY) == pytest.approx(0.9003968, abs=5e-8)
    assert ds.deflated_sharpe_ratio(trials=46, **DAILY) == pytest.approx(0.9505017, abs=5e-8)


def test_the_worked_example_of_the_probabilistic_sharpe_ratio():
    psr = ds.probabilistic_sharpe_ratio(1.585 / math.sqrt(12), 24, skew=-2.448, kurtosis=10.164)
    assert psr == pytest.approx(0.9132343, abs=5e-8)


@pytest.mark.parametrize(("periods", "years"), [(250, 2.7311878), (52, 2.8288336)])
def test_the_worked_example_of_the_minimum_track_record(periods, years):
    root = math.sqrt(periods)
    assert ds.minimum_track_record_length(2 / root, 1 / root) / periods == pytest.approx(years, abs=5e-8)


def test_after_the_minimum_track_record_the_probability_is_the_confidence():
    n = ds.minimum_track_record_length(0.1, 0.02, skew=-1.0, kurtosis=6.0, confidence=0.9)
    assert ds.probabilistic_sharpe_ratio(0.1, n, -1.0, 6.0, 0.02) == pytest.approx(0.9, abs=1e-12)


def test_five_years_allow_no_more_than_45_trials():
    """Bailey, Borwein, López de Prado and Zhu (2014): 45 independent trials in five years are expected to show a ratio of 1."""
    assert ds.minimum_backtest_length(45) == pytest.approx(5.0, abs=0.05)


def test_the_expected_maximum_is_close_to_the_mean_of_simulated_maxima():
    maxima = np.random.default_rng(1).normal(0.0, 2.0, (20_000, 50)).max(axis=1)
    assert ds.expected_maximum_sharpe(50, 4.0) == pytest.approx(maxima.mean(), rel=0.02)


def test_one_trial_deflates_nothing():
    assert ds.deflated_sharpe_ratio(0.1, 250, 1, 0.5) == ds.probabilistic_sharpe_ratio(0.1, 250)


def test_a_hopeless_ratio_keeps_its_tiny_probability():
    assert ds.probabilistic_sharpe_ratio(-1.0, 500, benchmark=0.0) == pytest.approx(
        scipy.stats.norm.cdf(-math.sqrt(499 / 1.5)), rel=1e-9, abs=0.0
    )


def test_what_cannot_be_said_is_nan():
    assert math.isnan(ds.probabilistic_sharpe_ratio(0.1, 1))
    assert math.isnan(ds.probabilistic_sharpe_ratio(math.nan, 100))
    assert math.isnan(ds.probabilistic_sharpe_ratio(1.0, 100, skew=5.0))
    assert math.isnan(ds.minimum_track_record_length(0.1, 0.1))


@pytest.mark.parametrize("trials", [0, 0.5, math.nan, math.inf])
def test_fewer_than_one_trial_is_refused(trials):
    with pytest.raises(InvalidField, match="trials must be at least 1"):
        ds.expected_maximum_sharpe(trials)


def test_a_negative_variance_and_an_impossible_confidence_are_refused():
    with pytest.raises(InvalidField, match="variance must not be negative"):
        ds.expected_maximum_sharpe(10, -1.0)
    with pytest.raises(InvalidField, match="confidence must be a number between 0 and 1"):
        ds.minimum_track_record_length(0.1, confidence=1.0)
