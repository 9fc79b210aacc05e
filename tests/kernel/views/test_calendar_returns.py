from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from aurelius_kernel.views import monthly_returns


def account(values: dict[str, float]) -> pd.Series:
    return pd.Series(list(values.values()), index=pd.DatetimeIndex(list(values), tz="UTC"))


def test_a_month_is_measured_from_the_value_before_it_and_the_first_from_the_start():
    table = monthly_returns(account({"2020-01-10": 105.0, "2020-01-31": 110.0, "2020-02-28": 99.0}), start=100.0)
    assert table.loc[2020, ["Jan", "Feb", "Year"]].tolist() == pytest.approx([0.10, -0.10, -0.01])


def test_months_compound_to_their_year():
    days = pd.date_range("2019-03-04", "2021-10-29", freq="B", tz="UTC")
    values = pd.Series(100.0 * np.exp(np.cumsum(np.random.default_rng(1).normal(0, 0.01, len(days)))), index=days)
    table = monthly_returns(values, start=100.0)
    compounded = (1 + table.drop(columns="Year").fillna(0.0)).prod(axis=1) - 1
    assert table["Year"].tolist() == pytest.approx(compounded.tolist())
    assert (1 + table["Year"]).prod() == pytest.approx(values.iloc[-1] / 100.0)


def test_a_month_without_a_bar_is_undefined_and_the_next_one_takes_its_change():
    table = monthly_returns(account({"2020-01-31": 100.0, "2020-03-31": 121.0}), start=100.0)
    assert table.loc[2020, ["Jan", "Feb", "Mar"]].tolist() == pytest.approx([0.0, np.nan, 0.21], nan_ok=True)


def test_a_year_without_a_bar_has_a_row_of_its_own():
    table = monthly_returns(account({"2018-12-31": 100.0, "2020-01-31": 150.0}), start=100.0)
    assert table.index.tolist() == [2018, 2019, 2020]
    assert table.loc[2019].isna().all()
    assert table.at[2020, "Year"] == pytest.approx(0.5)


def test_what_starts_from_nothing_has_no_return():
    table = monthly_returns(account({"2020-01-31": 0.0, "2020-02-28": 50.0, "2021-01-29": -5.0}), start=100.0)
    assert table.at[2020, "Jan"] == -1.0
    assert np.isnan(table.at[2020, "Feb"])
    assert table.at[2021, "Year"] == pytest.approx(-1.1)


def test_a_bar_belongs_to_its_month_in_utc():
    table = monthly_returns(account({"2020-01-31 23:59": 110.0, "2020-02-01 00:00": 121.0}), start=100.0)
    assert table.loc[2020, ["Jan", "Feb"]].tolist() == pytest.approx([0.1, 0.1])
