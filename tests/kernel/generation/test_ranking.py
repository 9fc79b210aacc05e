from __future__ import annotations

import math
from statistics import NormalDist

import pytest

from aurelius_kernel.generation import Constraint, Measured, confidences, ranked

EULER = 0.5772156649015329


def one(family: str = "ts_momentum", sharpe: float | None = 1.0, drawdown: float = -0.1, **more: float) -> Measured:
    metrics = {"sharpe_ratio": sharpe, "skew": 0.0, "kurtosis": 3.0, "max_drawdown": drawdown, **more}
    return Measured(family, {}, metrics, None if sharpe is not None else "it failed")


def test_the_confidence_is_the_deflated_sharpe_ratio_of_the_paper():
    # Bailey and López de Prado (2014): annual 2.5 over 1,250 days, variance ½, skew −3, kurtosis 10, 100 trials give 0.9004.
    # Two Sharpe ratios one apart have the variance ½; the other 98 trials failed and count all the same.
    year = 250.0
    tried = [one(sharpe=2.5, skew=-3.0, kurtosis=10.0), one(sharpe=1.5), *[one(sharpe=None)] * 98]
    assert confidences(tried, 1250, year)[0] == pytest.approx(0.9004, abs=5e-5)


def test_every_candidate_of_every_family_counts_as_a_trial():
    few = confidences([one(sharpe=1.0), one(sharpe=0.5)], 1_000, 252.0)[0]
    many = confidences([one(sharpe=1.0), one(sharpe=0.5), *[one("breakout", None)] * 98], 1_000, 252.0)[0]
    normal = NormalDist()

    def expected(trials: int) -> float:
        luck = (1 - EULER) * normal.inv_cdf(1 - 1 / trials) + EULER * normal.inv_cdf(1 - 1 / (trials * math.e))
        sharpe, deviation = 1.0 / math.sqrt(252), math.sqrt(0.125 / 252)
        return normal.cdf((sharpe - max(luck, 0.0) * deviation) * math.sqrt(999 / (1 + sharpe**2 / 2)))

    assert (few, many) == (pytest.approx(expected(2)), pytest.approx(expected(100)))


def test_a_candidate_without_a_sharpe_ratio_has_no_confidence():
    assert confidences([one(sharpe=None), one()], 500, 252.0)[0] is None


def test_the_families_that_are_named_come_first_then_limits_then_confidence():
    tried = [one("breakout", 3.0), one("ts_momentum", 0.5), one("ts_momentum", 1.0, drawdown=-0.5), one("ts_momentum", 0.7)]
    limit = Constraint(metric="max_drawdown", side="at_most", bound=0.2, text="")
    order = ranked(tried, [0.99, 0.4, 0.9, 0.6], {"ts_momentum": 3, "breakout": 1}, [limit], 4)
    assert order == [3, 1, 2, 0]


def test_every_family_keeps_a_place_for_its_best():
    tried = [*[one("ts_momentum")] * 5, one("breakout"), one("breakout")]
    order = ranked(tried, [0.9, 0.8, 0.7, 0.6, 0.5, 0.1, 0.2], {"ts_momentum": 3, "breakout": 1}, [], 3)
    assert order == [0, 1, 6]


def test_no_more_come_back_than_were_asked_for():
    assert ranked([one("a"), one("b"), one("c")], [0.1, 0.2, 0.3], {"a": 1, "b": 1, "c": 1}, [], 2) == [2, 1]


def test_candidates_without_a_number_are_not_ranked():
    assert ranked([one(sharpe=None)], [None], {"ts_momentum": 3}, [], 5) == []
