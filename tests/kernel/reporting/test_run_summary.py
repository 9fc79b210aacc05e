from __future__ import annotations

import json
import math

import pytest

from aurelius_kernel.errors import InvalidField
from aurelius_kernel.hashing import canonical_json
from aurelius_kernel.model import StrategySpec
from aurelius_kernel.reporting import summary


def test_the_metrics_are_those_of_the_result(goog):
    told = summary(goog)
    assert told["metrics"] == goog.metrics
    assert told["benchmark_metrics"] == goog.benchmark_metrics


def test_hash_and_identity_are_those_of_the_result(goog):
    told = summary(goog)
    assert told["hash"] == goog.hash
    assert told["identity"] == {**goog.identity.document(), "key": goog.identity.key}


def test_the_years_compound_to_the_total_return(goog):
    growth = math.prod(1 + year["return"] for year in summary(goog)["monthly_returns"])
    assert growth - 1 == pytest.approx(goog.metrics["total_return"])


def test_the_deepest_drawdown_is_the_maximum_drawdown(goog):
    assert summary(goog)["drawdowns"][0]["depth"] == pytest.approx(goog.metrics["max_drawdown"])


def test_everything_is_json_without_not_a_number(run, closes):
    short = run(closes.iloc[:5], StrategySpec(type="trend_following"))
    text = canonical_json(summary(short)).decode()
    assert json.loads(text, parse_constant=pytest.fail)["metrics"]["sharpe_ratio"] is None


@pytest.mark.parametrize("trials", [0, -1, 2.5, "10", True])
def test_an_impossible_number_of_trials_is_refused(goog, trials):
    with pytest.raises(InvalidField, match=r"trials must be a whole number of at least 1"):
        summary(goog, trials)


def test_a_deflated_sharpe_ratio_for_one_trial_is_not_shown_for_many(goog):
    assert summary(goog)["metrics"]["dsr"] == goog.metrics["dsr"]
    assert summary(goog, trials=1)["metrics"]["dsr"] == goog.metrics["dsr"]
    assert summary(goog, trials=1_225)["metrics"]["dsr"] is None
