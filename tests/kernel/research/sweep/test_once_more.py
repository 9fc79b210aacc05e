"""A sweep of a market that was swept before takes what was made ready then, and finds what it would have found alone."""

from __future__ import annotations

import numpy as np
import pytest

import aurelius_kernel as ak
from aurelius_kernel.engine.sweeping import all_in_door
from aurelius_kernel.errors import RunCancelled

GRID = {"fast": [3, 5, 10], "slow": [20, 40, 90]}


def values(bars, **asked):
    return ak.sweep("trend_following", **{"grid": GRID, "bars": bars, "keep": False, **asked}).values


@pytest.fixture
def alone(monkeypatch):
    """A sweep in a process that knows nothing."""

    def found(bars, **asked):
        monkeypatch.setattr(all_in_door, "_spare", [])
        return values(bars, **asked)

    return found


OTHERS = [
    {},
    {"costs": {"commission_bps": 25.0}},
    {"execution": "close"},
    {"capital": 500.0},
    {"grid": {"fast": [4, 6], "slow": [30, 50]}},
    {"start": "2015-06-01"},
    {"stop_loss": 0.05},
]


@pytest.mark.parametrize("asked", OTHERS, ids=lambda asked: ", ".join(asked) or "the same again")
def test_a_second_sweep_has_the_numbers_that_it_has_alone(one, asked, alone):
    expected = alone(one, **asked)
    alone(one)
    np.testing.assert_array_equal(values(one, **asked), expected)


def test_another_instrument_has_its_own_numbers(market, alone):
    expected = alone({"D": market["D"]})
    alone({"A": market["A"]})
    np.testing.assert_array_equal(values({"D": market["D"]}), expected)


def test_what_is_ready_is_with_one_sweep_at_a_time(one, alone):
    alone(one)
    (ready,) = all_in_door._spare
    seen = []
    values(one, progress=lambda _fraction, _stage: seen.append(list(all_in_door._spare)))
    assert [] in seen
    assert all_in_door._spare == [ready]


def test_a_sweep_that_was_cancelled_leaves_nothing_ready(one, alone):
    alone(one)
    with pytest.raises(RunCancelled):
        values(one, cancel=lambda: True)
    assert all_in_door._spare == []
