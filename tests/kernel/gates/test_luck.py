"""The deflated Sharpe ratio of the gates against the numbers that its paper prints: trials count by what they are worth."""

import math

import numpy as np
import pytest

from aurelius_kernel.artifacts import Clusters, Store, Trial
from aurelius_kernel.gates import TrialCount
from aurelius_kernel.gates.luck import deflated
from aurelius_kernel.research.case import trials_of

PAPER = {"sharpe_ratio": 2.5, "skew": -3.0, "kurtosis": 10.0}
"""Bailey and López de Prado (2014), section "A numerical example": an annual ratio over five years of 250 days."""
BARS, YEAR, VARIANCE = 1250, 250.0, 0.5 / 250.0


@pytest.mark.parametrize(
    ("trials", "printed"),
    [
        (TrialCount(count=100.0, variance=VARIANCE), 0.9004),
        (TrialCount(count=46.0, variance=VARIANCE), 0.9505),
        (TrialCount(count=100.0, effective=46.0, variance=VARIANCE), 0.9505),
        (TrialCount(count=5_000.0, effective=100.0, variance=VARIANCE), 0.9004),
    ],
)
def test_correlated_trials_deflate_by_what_they_are_worth_as_the_paper_prints(trials, printed):
    assert deflated(PAPER, BARS, YEAR, trials) == pytest.approx(printed, abs=5e-5)


def test_where_nobody_measured_how_much_trials_vary_they_vary_as_worthless_ones_do():
    told = deflated(PAPER, BARS, YEAR, TrialCount(count=100.0, variance=1.0 / (BARS - 1)))
    assert deflated(PAPER, BARS, YEAR, TrialCount(count=100.0)) == told


def test_a_result_without_a_sharpe_ratio_has_none():
    assert deflated(PAPER | {"sharpe_ratio": None}, BARS, YEAR, TrialCount(count=1.0)) is None
    assert deflated(PAPER | {"sharpe_ratio": math.nan}, BARS, YEAR, TrialCount(count=1.0)) is None


def test_a_case_counts_the_ledgers_trials_by_what_they_are_worth(tmp_path):
    store = Store(str(tmp_path))
    sets = np.random.default_rng(7).integers(0, 2**63, 300, dtype=np.uint64)
    store.trials.record("trend_following", [Trial.of("d" * 64, "a", sets)], owner="local")
    store.trials.note_clusters(
        "trend_following", Clusters(dataset="d" * 64, clusters=15.0, among=100, variance=0.02), owner="local"
    )
    found = trials_of("trend_following", "d" * 64, store)
    assert (found.count, found.effective, found.variance) == (300.0, 45.0, 0.02)


def test_a_case_that_nobody_tried_anything_on_counts_itself(tmp_path):
    assert trials_of("trend_following", "d" * 64, Store(str(tmp_path))) == TrialCount(count=1.0, effective=1.0)
