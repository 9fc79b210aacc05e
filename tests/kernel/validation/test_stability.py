"""The verdict's formulas, by hand."""

from __future__ import annotations

import math

import pytest

from aurelius_kernel.validation.stability import degradation, overall_degradation, stability, validated


@pytest.mark.parametrize(
    ("train", "test", "percent"),
    [(2.0, 1.5, 25.0), (2.0, 2.5, -25.0), (-1.0, 1.0, -200.0), (-1.0, -2.0, 100.0), (2.0, None, 100.0), (2.0, math.nan, 100.0)],
)
def test_a_degradation_is_what_was_lost_of_the_training_in_percent(train, test, percent):
    assert degradation(train, test) == percent


@pytest.mark.parametrize("train", [0.0, None, math.nan])
def test_nothing_degrades_from_a_training_of_zero(train):
    assert degradation(train, 1.0) is None


def test_the_whole_is_taken_from_the_means_and_does_not_explode():
    assert overall_degradation([2.0, 0.001, 1.999], [1.0, -1.0, 3.0]) == pytest.approx(25.0)


def test_windows_that_stood_still_count_as_zero():
    assert overall_degradation([2.0, 2.0], [2.0, None]) == 50.0
    assert overall_degradation([], []) is None


@pytest.mark.parametrize(
    ("lost", "points"), [(0.0, 100.0), (25.0, 70.0), (100.0, 0.0), (-50.0, 100.0), (None, 0.0), (83.5, 0.0), (20.0, 76.0)]
)
def test_a_percent_of_degradation_costs_one_point_and_a_fifth(lost, points):
    assert stability(lost) == pytest.approx(points)


@pytest.mark.parametrize(
    ("points", "sharpe", "passed"),
    [(75.0, 0.1, True), (74.999, 2.0, False), (100.0, 0.0, False), (100.0, None, False), (100.0, math.nan, False)],
)
def test_passed_is_a_stability_of_75_and_a_sharpe_ratio_above_zero(points, sharpe, passed):
    assert validated(points, sharpe) is passed
