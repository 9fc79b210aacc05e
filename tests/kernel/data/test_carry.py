import numpy as np
import pandas as pd
import pytest

from aurelius_kernel.data.carry import carry_index, dividend_growth
from aurelius_kernel.data.samples import CarryIndices
from aurelius_kernel.errors import InvalidField

DAYS = pd.date_range("2020-01-01", periods=732, freq="D", tz="UTC")


@pytest.fixture(scope="module")
def apple():
    return CarryIndices().whole("AAPL.CARRY").bars["close"]


def test_a_year_at_five_percent_adds_five_percent():
    rates = pd.Series([0.05], index=DAYS[:1])
    year = pd.DatetimeIndex([DAYS[0], DAYS[0] + pd.Timedelta(days=365.25)])
    assert carry_index(rates, year)["close"].tolist() == pytest.approx([100.0, 105.0])


def test_a_rate_counts_from_the_stamp_on_which_it_is_known():
    rates = pd.Series([0.0, 0.10], index=[DAYS[0], DAYS[100] - pd.Timedelta(hours=1)])
    index = carry_index(rates, DAYS)["close"]
    assert index.iloc[100] == 100.0
    assert index.iloc[101] > 100.0


def test_an_index_of_carry_does_not_know_later_rates():
    rates = pd.Series([0.01, 0.02, -0.03], index=DAYS[[0, 200, 400]])
    whole = carry_index(rates, DAYS)
    pd.testing.assert_frame_equal(carry_index(rates.iloc[:2], DAYS[:400]), whole.iloc[:400])


@pytest.mark.parametrize(
    ("rates", "problem"),
    [
        (pd.Series([0.01], index=pd.DatetimeIndex(["2020-01-01"])), "rising UTC"),
        (pd.Series([np.nan], index=DAYS[:1]), "finite yearly fractions"),
        (pd.Series([0.01], index=DAYS[-1:] + pd.Timedelta(days=1)), "begin after the last"),
    ],
)
def test_rates_that_cannot_be_used_are_refused(rates, problem):
    with pytest.raises(InvalidField, match=problem):
        carry_index(rates, DAYS)


def test_a_dividend_is_carry_and_a_split_is_not():
    close = np.array([100.0, 99.0, 49.5])  # a dividend of 1, then two for one
    adjusted = np.array([49.5, 49.5, 49.5])
    assert dividend_growth(close, adjusted).tolist() == pytest.approx([0.0, np.log(100.0 / 99.0), np.log(100.0 / 99.0)])


def test_apple_paid_its_dividend_of_2012_on_the_day_the_market_says(apple):
    """2.65 dollars on 9 August 2012, when it closed at 620.73; the bill of that month paid 0.01 %."""
    step = np.log(apple).diff().loc["2012-08-09 20:00"]
    assert step == pytest.approx(np.log(1 + 2.65 / 620.73) - 0.0001 / 31, abs=1e-6)


def test_without_dividends_holding_costs_what_the_bill_pays(apple):
    """The bill returned 4.667 % in 2007 and 0.40 % in the December before, by Kenneth French's monthly figures."""
    year = np.log(apple).loc["2006-12-29 21:00"] - np.log(apple).loc["2007-12-31 21:00"]
    assert year == pytest.approx(np.log(1.04667) + 2 * np.log(1.004) / 31, abs=1e-5)
