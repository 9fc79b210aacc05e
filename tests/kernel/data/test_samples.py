"""The samples against the packages' own loaders."""

import importlib.metadata

import arch.data.nasdaq
import arch.data.sp500
import arch.data.vix
import arch.data.wti
import numpy as np
import pandas as pd
import pytest
from bokeh_sampledata import stocks

from aurelius_kernel import data
from aurelius_kernel.data.samples import BokehStocks, install_samples
from aurelius_kernel.errors import NotFound


@pytest.mark.parametrize("name", ["AAPL", "FB", "GOOG", "IBM", "MSFT"])
def test_stocks_have_the_adjusted_closes_of_bokeh(samples, name):
    theirs = getattr(stocks, name)
    ours = data.load_bars(name)
    assert [f"{day:%Y-%m-%d}" for day in ours.index] == theirs["date"]
    np.testing.assert_allclose(ours["close"], theirs["adj_close"], rtol=1e-14)
    np.testing.assert_allclose(ours["high"] / ours["close"], np.divide(theirs["high"], theirs["close"]), rtol=1e-14)
    np.testing.assert_allclose(ours["close"] * ours["volume"], np.multiply(theirs["close"], theirs["volume"]), rtol=1e-14)


def test_google_begins_on_the_day_of_its_offering(samples):
    assert data.load_bars("GOOG").index[0] == pd.Timestamp("2004-08-19 16:00", tz="America/New_York")


def test_the_split_of_apple_leaves_no_jump(samples):
    closes = data.load_bars("AAPL")["close"]
    raw = pd.Series(stocks.AAPL["close"], index=closes.index)
    assert raw.pct_change().loc["2005-02-28"].item() == pytest.approx(-0.496, abs=0.01)
    assert abs(closes.pct_change().loc["2005-02-28"].item()) < 0.02


@pytest.mark.parametrize(("name", "package"), [("SP500", arch.data.sp500), ("NASDAQ", arch.data.nasdaq)])
def test_indices_are_those_of_arch(samples, name, package):
    theirs = package.load()
    ours = data.load_bars(name)
    assert list(ours.index.strftime("%Y-%m-%d")) == list(theirs.index.strftime("%Y-%m-%d"))
    for column in ("open", "high", "low", "close", "volume"):
        assert ours[column].tolist() == theirs[column.capitalize()].tolist()


@pytest.mark.parametrize(("name", "package", "column"), [("VIX", arch.data.vix, "vix"), ("WTI", arch.data.wti, "DCOILWTICO")])
def test_series_of_closes_leave_out_days_without_a_price(samples, name, package, column):
    theirs = pd.to_numeric(package.load()[column], errors="coerce").dropna()
    ours = data.load_bars(name)
    assert ours["close"].tolist() == theirs.tolist()
    assert ours[["open", "high", "low", "volume"]].isna().all(axis=None)


# The counts and the first and last rows stand in the documentation of skfolio.datasets.
@pytest.mark.parametrize(
    ("name", "source", "rows", "first", "last"),
    [
        ("AAPL", "skfolio", 8313, 0.264, 125.674),
        ("XOM", "skfolio", 8313, 4.068, 106.627),
        ("SP500", "skfolio", 8313, 359.69, 3783.22),
        ("VLUE", "skfolio", 2264, 47.054, 88.473),
    ],
)
def test_closes_are_those_of_skfolio(samples, name, source, rows, first, last):
    closes = data.load_bars(name, source=source)["close"]
    assert (len(closes), closes.iloc[0], closes.iloc[-1]) == (rows, first, last)


def test_every_sample_names_its_package_and_its_licence(samples):
    table = data.instruments(samples)
    assert table["licence"].str.contains("package").all()
    assert set(table["provider"]) == {
        "Quandl WIKI, in bokeh-sampledata",
        "arch",
        "CBOE, in arch",
        "FRED, in arch",
        "skfolio",
        "dividends from Quandl WIKI, in bokeh-sampledata; bills from Kenneth French's data library, in arch",
    }


def test_provenance_is_fixed_by_the_version_of_the_package(samples):
    _, provenance = data.load(["GOOG"])
    assert provenance["GOOG"].retrieved_at == f"bokeh-sampledata {importlib.metadata.version('bokeh-sampledata')}"


def test_installing_again_writes_nothing(samples):
    before = (samples.folder / "manifest.json").stat().st_mtime_ns
    assert install_samples(samples) == ()
    assert (samples.folder / "manifest.json").stat().st_mtime_ns == before


def test_installing_reports_its_progress(catalogue, monkeypatch):
    told = []
    monkeypatch.setattr("aurelius_kernel.data.samples.sample_providers", lambda: (BokehStocks(),))
    assert install_samples(catalogue, progress=lambda *step: told.append(step)) == ("bokeh",)
    assert told == [(0, 1, "bokeh"), (1, 1, "")]


def test_a_missing_package_is_named_with_the_way_to_get_it(monkeypatch):
    monkeypatch.setattr("aurelius_kernel.data.samples.find_spec", lambda _: None)
    with pytest.raises(NotFound, match=r"bokeh-sampledata is not installed: `pip install aurelius\[samples\]`"):
        BokehStocks().fetch("GOOG")
