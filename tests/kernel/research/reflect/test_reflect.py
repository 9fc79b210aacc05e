"""A run that failed, changed for a reason: the child is a run like any other, and the improvement is measured."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import aurelius_kernel as ak
from aurelius_kernel.artifacts import Store, verify
from aurelius_kernel.errors import ImpossibleRequest, NotFound

BARS = 420


@pytest.fixture(scope="module")
def bars() -> dict[str, pd.DataFrame]:
    draw = np.random.default_rng(2)
    index = pd.bdate_range("2015-01-01", periods=BARS, tz="UTC", unit="ns", name="time")
    close = 50.0 * np.exp(np.cumsum(draw.normal(0.0003, 0.012, BARS)))
    opens = close * np.exp(draw.normal(0.0, 0.003, BARS))
    high, low = np.maximum(opens, close) * 1.004, np.minimum(opens, close) * 0.996
    return {"A": pd.DataFrame({"open": opens, "high": high, "low": low, "close": close, "volume": 1e6}, index=index)}


@pytest.fixture(scope="module")
def told(bars, tmp_path_factory):
    """A parent, and two reflexions of it one after the other."""
    folder = tmp_path_factory.mktemp("reflect")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AURELIUS_HOME", str(folder))
        parent = ak.backtest(ak.Strategy.create("breakout", lookback=20, exit_lookback=10), bars=bars)
        asked = {"train_days": 90, "test_days": 45, "bars": bars}
        first = ak.reflect(parent, failed=["max_drawdown"], **asked)
        second = ak.reflect(parent.hash, failed=["max_drawdown"], **asked)
        yield parent, first, second


def test_the_child_is_a_run_under_the_same_identity_rules(told, bars):
    parent, first, _ = told
    child = first.result()
    assert child.identity.data_hash == parent.identity.data_hash
    assert (child.identity.seed, child.spec) == (parent.identity.seed, first.change.spec)
    assert ak.run(first.change.spec, seed=parent.identity.seed, bars=bars, keep=False).hash == first.child


def test_the_improvement_is_the_difference_out_of_sample_over_the_same_windows(told):
    _, first, _ = told
    parent, child = (ak.WalkForwardResult.load(first.validations[role]) for role in ("parent", "child"))
    days = [name for name in parent.windows if name.startswith("test_")]
    assert child.windows[days[:2]].equals(parent.windows[days[:2]])
    expected = child.metrics["sharpe_ratio"] - parent.metrics["sharpe_ratio"]
    assert first.improvement == pytest.approx(max(-2.0, min(2.0, expected)))


@pytest.mark.parametrize(
    ("parent", "child", "improvement"), [(-3.0, 4.0, 2.0), (4.0, -3.0, -2.0), (0.5, 0.75, 0.25), (None, 1.0, None)]
)
def test_the_improvement_stays_between_minus_two_and_two(told, parent, child, improvement):
    assert replace(told[1], parent_sharpe=parent, child_sharpe=child).improvement == improvement


def test_a_second_reflexion_tries_something_else(told):
    _, first, second = told
    assert (list(first.change.changed), list(second.change.changed)) == (["trailing_stop"], ["sizing"])


def test_reflexions_are_stored_with_parent_child_reason_and_evidence(told):
    parent, first, second = told
    again = ak.reflexions(parent)
    assert [one.hash for one in again] == [first.hash, second.hash]
    assert again[0].reason == "The check max_drawdown failed because it falls too deep: a trailing stop of 0.15 is set."
    roles = {one.role for one in Store().record(first.hash).parents}
    assert roles == {"parent", "child", "validation"}
    assert verify(Store()) == []


def test_everything_that_was_run_counts_as_a_trial(told):
    _, first, second = told
    assert 2 <= first.trials < second.trials


def test_the_failed_checks_of_the_newest_verdicts_are_taken(told, bars):
    parent, _, _ = told
    verdict = ak.gates.crv(parent, bars=bars)
    assert not verdict.passed
    third = ak.reflect(parent, train_days=90, test_days=45, bars=bars)
    assert third.change.cause in third.complaints
    assert "verification" not in third.complaints


def test_a_child_can_be_changed_in_turn_and_the_history_has_it(told, bars):
    parent, first, _ = told
    grandchild = ak.reflect(first.child, "lookback = 30", failed=[], train_days=90, test_days=45, bars=bars)
    assert grandchild.change.changed == {"lookback": (20, 30)}
    assert grandchild.hash in {one.hash for one in ak.reflexions(parent)}


def test_a_run_without_a_complaint_is_refused(told, bars):
    with pytest.raises(ImpossibleRequest, match="nothing that a parameter could mend"):
        ak.reflect(told[0], failed=[], bars=bars)


def test_a_result_that_is_not_there_is_one_sentence(told):
    with pytest.raises(NotFound):
        ak.reflect("nothing", "faster")
