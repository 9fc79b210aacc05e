import math

import numpy as np
import pandas as pd
import pytest

from aurelius_kernel import metrics
from aurelius_kernel.errors import InvalidField
from aurelius_kernel.metrics import Metric, summarise

TRADES = pd.DataFrame(
    {
        "size": [10.0, 5.0, 2.0],
        "entry_price": [100.0, 80.0, 50.0],
        "exit_price": [110.0, 70.0, 60.0],
        "pnl": [100.0, -50.0, 20.0],
        "return": [0.1, -0.125, 0.2],
        "bars": [4, 2, 3],
        "status": ["closed", "closed", "open"],
    }
)


@pytest.fixture(scope="module")
def account(sp500_returns):
    return 1_000.0 * np.cumprod(1.0 + sp500_returns)


def test_every_metric_is_named_in_the_order_of_the_list(account):
    assert list(summarise(account, 1_000.0)) == [metric.value for metric in Metric]


def test_the_summary_agrees_with_the_plain_functions(account, sp500_returns):
    found, r = summarise(account, 1_000.0), sp500_returns
    plain = {
        "total_return": metrics.total_return(r),
        "cagr": metrics.cagr(r),
        "volatility": metrics.volatility(r),
        "sharpe_ratio": metrics.sharpe_ratio(r),
        "sortino_ratio": metrics.sortino_ratio(r),
        "calmar_ratio": metrics.calmar_ratio(r),
        "max_drawdown": metrics.max_drawdown(r),
        "max_drawdown_duration": metrics.max_drawdown_duration(r),
        "ulcer_index": metrics.ulcer_index(r),
        "var_99": metrics.value_at_risk(r, 0.99),
        "cvar_99": metrics.expected_shortfall(r, 0.99),
        "skew": metrics.skew(r),
        "kurtosis": metrics.kurtosis(r),
        "tail_ratio": metrics.tail_ratio(r),
        "omega": metrics.omega_ratio(r),
    }
    assert {name: found[name] for name in plain} == pytest.approx(plain, rel=1e-9)


def test_equity_of_100000_105000_99750_110000_has_a_drawdown_of_five_percent():
    found = summarise([100_000.0, 105_000.0, 99_750.0, 110_000.0], 100_000.0)
    assert found["max_drawdown"] == pytest.approx(-0.05, abs=1e-15)
    assert found["total_return"] == pytest.approx(0.1, abs=1e-15)


def test_the_fall_from_the_starting_capital_counts():
    assert summarise([900.0, 950.0], 1_000.0)["max_drawdown"] == pytest.approx(-0.1)


def test_round_trips_decide_the_trade_metrics():
    found = summarise([1_000.0, 1_000.0], 1_000.0, trades=TRADES, periods_per_year=2)
    assert found["total_trades"] == 3
    assert found["win_rate"] == 0.5
    assert found["profit_factor"] == 2.0
    assert found["expectancy"] == 25.0
    assert found["avg_trade"] == pytest.approx(-0.0125)
    assert found["avg_holding"] == 3.0
    # bought 1,000 + 400 + 100, sold 1,100 + 350; the open trade is not sold
    assert found["turnover"] == pytest.approx(2.95)


def test_a_mapping_of_arrays_will_do_for_trades():
    columns = {name: TRADES[name].to_numpy() for name in TRADES}
    assert summarise([1.0], 1.0, trades=columns) == summarise([1.0], 1.0, trades=TRADES)


def test_an_account_that_never_traded_has_no_opinion_on_trades():
    found = summarise([1_000.0] * 5, 1_000.0, trades=TRADES.iloc[:0], positions=np.zeros((5, 1)))
    assert found["total_trades"] == 0.0
    assert found["exposure"] == 0.0
    assert found["turnover"] == 0.0
    assert [found[name] for name in ("win_rate", "profit_factor", "expectancy", "avg_trade", "avg_holding")] == [None] * 5


def test_a_flat_account_has_no_ratios():
    found = summarise([1_000.0] * 5, 1_000.0)
    assert found["total_return"] == found["volatility"] == found["max_drawdown"] == found["max_drawdown_duration"] == 0.0
    assert [
        found[name] for name in ("sharpe_ratio", "sortino_ratio", "calmar_ratio", "skew", "omega", "psr", "dsr", "min_trl")
    ] == [None] * 8


@pytest.mark.parametrize("equity", [[], [1_010.0], [990.0], [0.0, 0.0], [500.0, -20.0, -20.0]])
def test_an_odd_account_has_finite_numbers_or_none(equity):
    found = summarise(equity, 1_000.0, trades=TRADES, positions=np.ones(len(equity)), benchmark=equity)
    assert all(value is None or math.isfinite(value) for value in found.values())


def test_an_account_is_its_own_benchmark(account):
    found = summarise(account, 1_000.0, benchmark=account)
    assert found["beta"] == pytest.approx(1.0)
    assert found["alpha"] == pytest.approx(0.0, abs=1e-15)
    assert found["information_ratio"] is None


def test_durations_come_in_bars_and_in_days():
    index = pd.DatetimeIndex(["2024-01-05", "2024-01-08", "2024-01-09", "2024-01-16"], tz="UTC")
    found = summarise([110.0, 100.0, 105.0, 112.0], 100.0, index=index)
    assert found["max_drawdown_duration"] == 3.0
    assert found["max_drawdown_duration_days"] == 11.0


def test_the_risk_free_rate_is_yearly(account, sp500_returns):
    found = summarise(account, 1_000.0, risk_free=0.0252)
    assert found["sharpe_ratio"] == pytest.approx(metrics.sharpe_ratio(sp500_returns, 252, 0.0001), rel=1e-9)
    downside = math.sqrt(np.mean(np.minimum(sp500_returns, 0.0) ** 2)) * math.sqrt(252)
    assert found["sortino_ratio"] == pytest.approx((sp500_returns.mean() - 0.0001) * 252 / downside, rel=1e-9)


def test_the_number_of_trials_deflates_the_sharpe_ratio(account):
    alone, many = summarise(account, 1_000.0), summarise(account, 1_000.0, trials=100, trial_variance=1e-4)
    assert alone["dsr"] == alone["psr"]
    assert many["dsr"] < alone["psr"]
    assert summarise(account, 1_000.0, trials=100)["dsr"] is None


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"equity": [1.0], "capital": 0.0}, "capital"),
        ({"equity": [1.0], "capital": math.nan}, "capital"),
        ({"equity": ["a"], "capital": 1.0}, "equity"),
        ({"equity": [[1.0]], "capital": 1.0}, "equity"),
        ({"equity": [1.0], "capital": 1.0, "periods_per_year": -1}, "periods_per_year"),
        ({"equity": [1.0], "capital": 1.0, "benchmark": [1.0, 2.0]}, "benchmark"),
        ({"equity": [1.0], "capital": 1.0, "index": []}, "index"),
    ],
)
def test_a_malformed_argument_is_named(arguments, field):
    with pytest.raises(InvalidField) as refusal:
        summarise(**arguments)
    assert list(refusal.value.fields) == [field]
