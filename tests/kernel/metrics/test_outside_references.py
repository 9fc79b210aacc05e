import empyrical
import numpy as np
import pytest
import scipy.stats

from aurelius_kernel import metrics

EDGES = {
    "empty": [],
    "one bar": [0.01],
    "one losing bar": [-0.01],
    "flat": [0.0] * 10,
    "all losses": [-0.01, -0.02, -0.005, -0.03],
    "everything lost": [0.01, -1.0, 0.0],
    "with gaps": [0.01, np.nan, -0.02, np.nan, 0.015, 0.002],
}
SAME_AS_EMPYRICAL = {
    "total_return": empyrical.cum_returns_final,
    "cagr": empyrical.annual_return,
    "volatility": empyrical.annual_volatility,
    "sharpe_ratio": empyrical.sharpe_ratio,
    "sortino_ratio": empyrical.sortino_ratio,
    "max_drawdown": empyrical.max_drawdown,
    "calmar_ratio": empyrical.calmar_ratio,
    "omega_ratio": empyrical.omega_ratio,
    "tail_ratio": empyrical.tail_ratio,
    "value_at_risk": empyrical.value_at_risk,
    "expected_shortfall": empyrical.conditional_value_at_risk,
}


@pytest.mark.parametrize("name", SAME_AS_EMPYRICAL)
@pytest.mark.parametrize("sample", ["goog", "sp500_returns", "bacon"])
def test_it_agrees_with_empyrical_on_real_returns(name, sample, request):
    r = request.getfixturevalue(sample)
    assert getattr(metrics, name)(r) == pytest.approx(SAME_AS_EMPYRICAL[name](r), rel=1e-8)


@pytest.mark.parametrize("name", SAME_AS_EMPYRICAL)
@pytest.mark.parametrize("case", EDGES)
def test_it_agrees_with_empyrical_on_odd_returns_or_is_undefined(name, case):
    """empyrical divides by zero to an infinity where a ratio has no meaning, and does not skip gaps everywhere."""
    r = np.array(EDGES[case])
    ours = getattr(metrics, name)(r)
    with np.errstate(all="ignore"):
        theirs = (
            SAME_AS_EMPYRICAL[name](r[~np.isnan(r)]) if len(r) or name not in {"value_at_risk", "expected_shortfall"} else np.nan
        )
    if np.isnan(ours):
        assert not np.isfinite(theirs)
    else:
        assert ours == pytest.approx(theirs, rel=1e-8, abs=1e-15)


def test_relative_metrics_agree_with_empyrical(goog, sp500_returns):
    r, b = goog, sp500_returns[: len(goog)]
    assert metrics.beta(r, b) == pytest.approx(empyrical.beta(r, b), rel=1e-8)
    assert (1 + metrics.alpha(r, b, 252) / 252) ** 252 - 1 == pytest.approx(empyrical.alpha(r, b), rel=1e-8)
    assert metrics.information_ratio(r, b, 1) == pytest.approx(empyrical.excess_sharpe(r, b), rel=1e-8)


def test_the_moments_are_scipys(goog):
    assert metrics.skew(goog) == pytest.approx(scipy.stats.skew(goog), rel=1e-10)
    assert metrics.kurtosis(goog) == pytest.approx(scipy.stats.kurtosis(goog, fisher=False), rel=1e-10)


def test_goog_bought_and_held(goog):
    assert metrics.total_return(goog) * 100 == pytest.approx(703.4582420, abs=5e-8)
    assert metrics.max_drawdown(goog) * 100 == pytest.approx(-65.2947600, abs=5e-8)


def test_the_s_and_p_500_from_1999_to_2018(sp500_returns):
    r = sp500_returns
    assert metrics.total_return(r) * 100 == pytest.approx(104.12427, abs=5e-6)
    assert metrics.cagr(r) * 100 == pytest.approx(3.6395543, abs=5e-8)
    assert metrics.volatility(r) * 100 == pytest.approx(19.0982071, abs=5e-8)
    assert metrics.sharpe_ratio(r) == pytest.approx(0.2827392290, abs=5e-11)
    assert metrics.sortino_ratio(r) == pytest.approx(0.3986140299, abs=5e-11)
    assert metrics.max_drawdown(r) * 100 == pytest.approx(-56.7753878, abs=5e-8)
    assert metrics.calmar_ratio(r) == pytest.approx(0.0641044, abs=5e-8)
    assert metrics.value_at_risk(r) * 100 == pytest.approx(-1.8643329, abs=1e-7)
    assert metrics.value_at_risk(r, method="gaussian") * 100 == pytest.approx(-1.9574528, abs=1e-7)
    assert metrics.expected_shortfall(r) * 100 == pytest.approx(-2.8609270, abs=5e-8)


def test_bacons_24_months_as_in_performance_analytics(bacon):
    mar = 0.005
    downside_deviation = (bacon.mean() - mar) / metrics.sortino_ratio(bacon, 1, mar)
    assert downside_deviation == pytest.approx(0.0255367, abs=5e-8)
    assert metrics.sortino_ratio(bacon, 1, mar) == pytest.approx(0.1566371, abs=5e-8)
    assert metrics.omega_ratio(bacon, mar) - 1 == pytest.approx(0.2917933, abs=5e-8)
    assert metrics.max_drawdown(bacon) == pytest.approx(-0.1446730, abs=5e-8)
    assert metrics.ulcer_index(bacon) == pytest.approx(0.0611843, abs=5e-8)


def test_the_gaussian_shortfall_is_the_mean_below_the_quantile(bacon):
    normal = scipy.stats.norm(bacon.mean(), bacon.std(ddof=1))
    quantile = metrics.value_at_risk(bacon, 0.95, "gaussian")
    assert quantile == pytest.approx(normal.ppf(0.05), rel=1e-12)
    assert metrics.expected_shortfall(bacon, 0.95, "gaussian") == pytest.approx(
        normal.expect(lambda x: x, ub=quantile, conditional=True), rel=1e-8
    )


def test_the_cornish_fisher_shortfall_is_the_mean_of_its_quantiles(bacon):
    tails = (np.arange(200_000) + 0.5) / 200_000 * 0.05
    z = scipy.stats.norm.ppf(tails)
    s, k = scipy.stats.skew(bacon), scipy.stats.kurtosis(bacon)
    w = z + (z**2 - 1) * s / 6 + (z**3 - 3 * z) * k / 24 - (2 * z**3 - 5 * z) * s**2 / 36
    quantiles = bacon.mean() + bacon.std(ddof=1) * w
    assert metrics.value_at_risk(bacon, 0.95, "cornish_fisher") == pytest.approx(quantiles[-1], rel=1e-5)
    assert metrics.expected_shortfall(bacon, 0.95, "cornish_fisher") == pytest.approx(quantiles.mean(), rel=1e-5)
