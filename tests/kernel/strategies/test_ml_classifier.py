from __future__ import annotations

import time

import numpy as np
import pytest

from aurelius_kernel.strategies import MlClassifier
from aurelius_kernel.strategies.learning import probabilities
from aurelius_kernel.strategies.ml_classifier import features

FIT = {"model": "logistic", "first": 200, "every": 50, "reach": 15, "seed": 0}


@pytest.fixture(scope="module")
def noise():
    random = np.random.default_rng(31)
    return random.normal(0.0, 1.0, (500, 4)), random.random(500) > 0.5


def test_a_fit_knows_no_label_within_its_reach(noise):
    """The fit at bar 300 uses labels up to bar 285: turning every later one over changes nothing before the fit at bar 350."""
    seen, rose = noise
    turned = rose.copy()
    turned[286:] = ~turned[286:]
    ours, theirs = probabilities(seen, rose, **FIT), probabilities(seen, turned, **FIT)
    np.testing.assert_array_equal(ours[:350], theirs[:350])
    assert (ours[350:] != theirs[350:]).all()


def test_the_last_label_within_reach_is_used(noise):
    seen, rose = noise
    turned = rose.copy()
    turned[285] = not turned[285]
    ours, theirs = probabilities(seen, rose, **FIT), probabilities(seen, turned, **FIT)
    np.testing.assert_array_equal(ours[:300], theirs[:300])
    assert (ours[300:350] != theirs[300:350]).all()


def test_pure_noise_is_not_forecast(noise):
    """On labels that have nothing to do with the features the forecasts are right half of the time, in sample and out."""
    seen, rose = noise
    forecast = probabilities(seen, rose, **FIT)
    right = (forecast[200:] > 0.5) == rose[200:]
    assert right.mean() == pytest.approx(0.5, abs=0.06)


def test_what_can_be_learned_is_learned(noise):
    seen, _ = noise
    forecast = probabilities(seen, seen[:, 0] > 0.0, **FIT)
    right = (forecast[200:] > 0.5) == (seen[200:, 0] > 0.0)
    assert right.mean() > 0.95


def test_a_past_with_one_class_forecasts_nothing(noise):
    seen, rose = noise
    assert np.isnan(probabilities(seen, np.zeros_like(rose), **FIT)).all()


def test_the_seed_decides_the_boosted_trees(goog):
    small = {"model": "boosting", "refit_every": 400, "min_train": 300}
    ours, again, other = (MlClassifier(seed=seed, **small).signals(goog.iloc[:1_000]) for seed in (1, 1, 2))
    np.testing.assert_array_equal(ours.entries, again.entries)
    assert (ours.entries != other.entries).any()


def test_a_run_hands_its_own_seed_over_and_keeps_a_fixed_one():
    assert MlClassifier().seeded(7).seed == 7
    assert MlClassifier(seed=3).seeded(7).seed == 3


def test_a_pattern_is_traded_with_profit(bars_of, returns_of):
    """Every second step undoes half of the one before: one bar ahead, that can be learned."""
    random = np.random.default_rng(17)
    steps = random.normal(0.0, 0.01, 900)
    for bar in range(1, 900):
        steps[bar] -= 0.6 * steps[bar - 1]
    earned = returns_of(MlClassifier(horizon=1), bars_of(100.0 * np.exp(np.cumsum(steps))))
    assert earned[450:].mean() / earned[450:].std() * np.sqrt(252) > 3.0


def test_features_have_no_unit(goog):
    high, low, close = (goog[name].to_numpy() for name in ("high", "low", "close"))
    np.testing.assert_array_equal(features(high, low, close, 10), features(4 * high, 4 * low, 4 * close, 10))
    assert np.isfinite(features(high, low, close, 10)[70:]).all()


@pytest.mark.parametrize("model", ["logistic", "boosting"])
def test_ten_years_of_days_are_decided_within_seconds(stocks, model):
    bars = stocks["IBM"].iloc[-2_500:]
    strategy = MlClassifier(model=model)
    strategy.signals(bars.iloc[:600])
    start = time.process_time()
    strategy.signals(bars)
    assert time.process_time() - start < 3.0
