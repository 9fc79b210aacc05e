"""How long bars take into the catalogue and out of it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from aurelius_kernel import data
from benchmarks.measure import Measured, ratio, seconds

MINUTES = 200_000


def bench_market_data() -> Iterator[Measured]:
    with tempfile.TemporaryDirectory() as folder:
        yield from out_of_the_catalogue(data.Catalogue(Path(folder)))
        yield from into_the_catalogue(Path(folder))


def out_of_the_catalogue(catalogue: data.Catalogue) -> Iterator[Measured]:
    installed = seconds(lambda: data.install_samples(catalogue), repeats=1)
    yield Measured(what="put every sample into the catalogue", value=installed, unit="s", at_most=20)
    loaded = seconds(lambda: data.load(["GOOG"], catalogue=catalogue), repeats=20)
    yield Measured(what="load the bars of one instrument, hash checked", value=loaded * 1e3, unit="ms", at_most=15)
    bars, _ = data.load(["AAPL"], catalogue=catalogue)
    aligned = seconds(lambda: data.panel({"AAPL": bars["AAPL"].iloc[:2_500]}), repeats=20)
    yield Measured(what="panel of one instrument × 2,500 bars, hashed", value=aligned * 1e3, unit="ms", at_most=2)


def into_the_catalogue(folder: Path) -> Iterator[Measured]:
    index = pd.date_range("2024-01-01", periods=MINUTES, freq="min", tz="UTC", name="time")
    close = 100.0 + np.sin(np.arange(MINUTES))
    pd.DataFrame({"open": close, "high": close, "low": close, "close": close}, index=index).to_csv(folder / "minutes.csv")
    catalogue = data.Catalogue(folder / "own")

    def ours() -> object:
        return data.import_bars(folder / "minutes.csv", "OWN", frequency="1min", calendar="24/7", replace=True, catalogue=catalogue)

    def pandas() -> object:
        return pd.read_csv(folder / "minutes.csv", index_col="time", parse_dates=True)

    times = ratio(ours, pandas, repeats=3)
    yield Measured(what="import_bars of 200,000 rows, over pandas.read_csv alone", value=times, unit="×", at_most=5)
