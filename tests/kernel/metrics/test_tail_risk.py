import math

import numpy as np
import pytest

from aurelius_kernel import metrics
from aurelius_kernel.errors import InvalidField, UnknownName


def test_the_quantile_of_eleven_returns_is_the_second_smallest_at_ninety_percent():
    r = np.arange(-5, 6) / 100
    assert metrics.value_at_risk(r, 0.9) == pytest.approx(-0.04)
    assert metrics.expected_shortfall(r, 0.9) == pytest.approx(-0.045)


@pytest.mark.parametrize("method", ["historical", "gaussian", "cornish_fisher", "filtered"])
def test_of_equal_returns_the_risk_is_the_return(method):
    assert metrics.value_at_risk([0.01] * 5, method=method) == 0.01
    assert metrics.expected_shortfall([0.01] * 5, method=method) == pytest.approx(0.01, abs=1e-15)


@pytest.mark.parametrize("method", ["historical", "gaussian", "cornish_fisher", "filtered"])
def test_nothing_can_be_said_of_no_bars(method):
    assert math.isnan(metrics.value_at_risk([], method=method))
    assert math.isnan(metrics.expected_shortfall([np.nan], method=method))


def test_an_unknown_method_is_answered_with_the_nearest():
    with pytest.raises(UnknownName, match="did you mean gaussian"):
        metrics.value_at_risk([0.1], method="gausian")


@pytest.mark.parametrize("confidence", [0.0, 1.0, 95, math.nan, "high", None])
def test_a_confidence_outside_zero_and_one_is_refused(confidence):
    with pytest.raises(InvalidField, match="confidence must be a number between 0 and 1"):
        metrics.expected_shortfall([0.1], confidence)
