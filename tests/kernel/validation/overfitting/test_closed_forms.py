import math

import pytest

from aurelius_kernel.metrics import deflated_sharpe
from aurelius_kernel.validation import overfitting


@pytest.mark.parametrize("name", deflated_sharpe.__all__)
def test_a_door_is_the_function_that_the_metrics_of_a_backtest_use(name):
    assert getattr(overfitting, name) is getattr(deflated_sharpe, name)


@pytest.mark.parametrize(("trials", "printed"), [(10, 1.57), (100, 2.53), (1000, 3.26)])
def test_the_expected_maximum_is_what_the_papers_print(trials, printed):
    """1.57 for ten trials: Bailey et al. (2014), Pseudo-Mathematics; 3.26 for a thousand: Bailey and López de Prado (2014)."""
    assert round(overfitting.expected_maximum_sharpe(trials), 2) == printed


def test_the_worked_example_of_the_deflated_sharpe_ratio_to_the_digits_printed():
    example = {"sharpe": 2.5 / math.sqrt(250), "n": 1250, "variance": 0.5 / 250, "skew": -3.0, "kurtosis": 10.0}
    assert round(overfitting.deflated_sharpe_ratio(trials=100, **example), 4) == 0.9004
    assert round(overfitting.deflated_sharpe_ratio(trials=46, **example), 4) == 0.9505


@pytest.mark.parametrize(("periods", "years"), [(250, 2.73), (52, 2.83)])
def test_the_worked_example_of_the_minimum_track_record_to_the_digits_printed(periods, years):
    n = overfitting.minimum_track_record_length(2 / math.sqrt(periods), 1 / math.sqrt(periods))
    assert round(n / periods, 2) == years
