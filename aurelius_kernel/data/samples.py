"""Real bars that come with installed packages, so that everything runs offline from the first minute.

They are read from the packages' own files, which stay where they are; nothing is downloaded. Each carries the licence of its
package and what is known of the rights to the quotes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd

from aurelius_kernel.data.calendars import session_closes
from aurelius_kernel.data.carry import dividend_growth, index_bars
from aurelius_kernel.data.catalogue import Catalogue
from aurelius_kernel.data.content import stamps
from aurelius_kernel.data.providers import DataProvider, Delivery
from aurelius_kernel.data.quality import inspect_bars, quality_flags
from aurelius_kernel.data.window import Moment, slice_of, window
from aurelius_kernel.errors import NotFound, UnknownName
from aurelius_kernel.model import COLUMNS, PRICES, Adjustment, FidelityTier, Provenance

__all__ = ["ArchSeries", "BokehStocks", "CarryIndices", "SkfolioCloses", "install_samples", "sample_providers"]

CALENDAR = "XNYS"
STAMPED = "each day stamped with the close of its XNYS session"
RIGHTS_UNSTATED = "the package does not state the rights to the quotes"
Progress = Callable[[int, int, str], None]


def sample_providers() -> tuple[DataProvider, ...]:
    """The bundled sources, in the order in which `source="default"` prefers them."""
    return ArchSeries(), BokehStocks(), CarryIndices(), SkfolioCloses()


def install_samples(catalogue: Catalogue | None = None, progress: Progress | None = None) -> tuple[str, ...]:
    """Put every sample into the catalogue and give the sources that were written; those that are there already are left alone.

    `progress` is called with the number of sources done, their total and the name of the next. Raises NotFound when a package of
    the extra `samples` is missing.
    """
    catalogue, providers, written = catalogue or Catalogue(), sample_providers(), []
    for done, provider in enumerate(providers):
        if progress:
            progress(done, len(providers), provider.source)
        if not _installed(catalogue, provider):
            _install(catalogue, provider)
            written.append(provider.source)
    if progress:
        progress(len(providers), len(providers), "")
    return tuple(written)


def _install(catalogue: Catalogue, provider: DataProvider) -> None:
    bars, provenance = {}, {}
    for name in provider.instruments():
        delivery = provider.fetch(name)
        findings = inspect_bars(delivery.bars, calendar=delivery.provenance.calendar, frequency=provider.frequency)
        bars[name] = delivery.bars
        provenance[name] = delivery.provenance.model_copy(update={"quality_flags": quality_flags(findings)})
    catalogue.put(provider.source, provider.frequency, bars, provenance, replace=True)


def _installed(catalogue: Catalogue, provider: DataProvider) -> bool:
    dataset = catalogue.manifest().datasets.get(f"{provider.source}/{provider.frequency}")
    there = {name: entry.provenance.retrieved_at for name, entry in dataset.instruments.items()} if dataset else {}
    return there == dict.fromkeys(provider.instruments(), provider.version)


@dataclass(frozen=True)
class PackageFiles:
    """The data files of one installed distribution."""

    distribution: str
    package: str
    folder: str

    @property
    def version(self) -> str:
        """The distribution and its version."""
        self._root()
        return f"{self.distribution} {version(self.distribution)}"

    def path(self, name: str) -> Path:
        """The place of one file; raises NotFound when the package is not installed or lacks it."""
        path = self._root() / self.folder / name
        if not path.is_file():
            raise NotFound(f"{self.version} has no {self.folder}/{name}; the samples need the version in the extra `samples`.")
        return path

    def _root(self) -> Path:
        spec = find_spec(self.package)
        if spec is None or not spec.submodule_search_locations:
            raise NotFound(f"{self.distribution} is not installed: `pip install aurelius[samples]` brings the sample data.")
        return Path(spec.submodule_search_locations[0])


@dataclass(frozen=True)
class Samples:
    """What the bundled sources have in common: daily bars on XNYS sessions, out of a package's files."""

    source: str
    files: PackageFiles
    names: tuple[str, ...]
    frequency: str = "1d"

    @property
    def version(self) -> str:
        """The distribution and its version, which fix the bars."""
        return self.files.version

    def instruments(self) -> tuple[str, ...]:
        """The names that it can deliver."""
        return self.names

    def fetch(self, instrument: str, start: Moment = None, end: Moment = None) -> Delivery:
        """The bars of one instrument from `start` to `end`; raises NotFound when the package is not installed."""
        if instrument not in self.names:
            raise UnknownName("instrument", instrument, self.names)
        delivery = self.whole(instrument)
        rows = slice_of(stamps(delivery.bars), *window(start, end))
        return Delivery(bars=delivery.bars.iloc[rows], provenance=delivery.provenance)

    def whole(self, instrument: str) -> Delivery:
        """Every bar of one instrument."""
        raise NotImplementedError


@dataclass(frozen=True)
class BokehStocks(Samples):
    """Five US stocks, daily, to March 2013, from the Quandl WIKI archive that `bokeh-sampledata` carries."""

    source: str = "bokeh"
    files: PackageFiles = PackageFiles("bokeh-sampledata", "bokeh_sampledata", "_data")
    names: tuple[str, ...] = ("AAPL", "FB", "GOOG", "IBM", "MSFT")

    def whole(self, instrument: str) -> Delivery:
        """The raw bars scaled by adjusted close over close, volume the other way, so that price times volume stays as traded."""
        table = _csv(self.files.path("stocks.csv.gz"))
        table = table[table["Ticker"] == instrument]
        factor = (table["Adj Close"] / table["Close"]).to_numpy()
        columns = {name: table[name.capitalize()].to_numpy(np.float64) * factor for name in PRICES}
        return Delivery(
            bars=_stamped(table["Date"], "%Y-%m-%d", columns | {"volume": table["Volume"].to_numpy(np.float64) / factor}),
            provenance=Provenance(
                provider="Quandl WIKI, in bokeh-sampledata",
                calendar=CALENDAR,
                adjustment=Adjustment.TOTAL_RETURN,
                licence="public domain (Quandl WIKI); package BSD-3-Clause",
                retrieved_at=self.version,
                transforms=("open, high, low and close times Adj Close / Close", "volume times Close / Adj Close", STAMPED),
            ),
        )


@dataclass(frozen=True)
class CarryIndices(Samples):
    """Carry indices of four US stocks, 2000 to 2013: what holding them earned in dividends, less the one-month Treasury bill."""

    source: str = "carry"
    files: PackageFiles = PackageFiles("bokeh-sampledata", "bokeh_sampledata", "_data")
    names: tuple[str, ...] = ("AAPL.CARRY", "GOOG.CARRY", "IBM.CARRY", "MSFT.CARRY")
    bills: PackageFiles = PackageFiles("arch", "arch", "data")

    @property
    def version(self) -> str:
        """The two distributions and their versions."""
        return f"{self.files.version}, {self.bills.version}"

    def whole(self, instrument: str) -> Delivery:
        """The index on the stock's own days; the bill's monthly return accrues by the day, as it is known when the month begins."""
        table = _csv(self.files.path("stocks.csv.gz"))
        table = table[table["Ticker"] == instrument.removesuffix(".CARRY")]
        days = pd.DatetimeIndex(pd.to_datetime(table["Date"]))
        earned = dividend_growth(table["Close"].to_numpy(np.float64), table["Adj Close"].to_numpy(np.float64))
        return Delivery(
            bars=index_bars(earned - self._bill_growth(days), session_closes(CALENDAR, days)),
            provenance=Provenance(
                provider="dividends from Quandl WIKI, in bokeh-sampledata; bills from Kenneth French's data library, in arch",
                venue_class="index",
                calendar=CALENDAR,
                fidelity=FidelityTier.CLOSE_ONLY,
                licence=f"dividends public domain (Quandl WIKI), package BSD-3-Clause; bills package NCSA, {RIGHTS_UNSTATED}",
                retrieved_at=self.version,
                transforms=("100·exp of ln(Adj Close/Close), splits left out, less the bill's accrued return", STAMPED),
            ),
        )

    def _bill_growth(self, days: pd.DatetimeIndex) -> np.ndarray:
        """What a one-month bill has returned since the first day, in logs."""
        table = _csv(self.bills.path("frenchdata/frenchdata.csv.gz"))
        months = pd.PeriodIndex(pd.to_datetime(table["Date"].astype(str), format="%Y%m"), freq="M")
        daily = pd.Series(np.log1p(table["RF"].to_numpy(np.float64) / 100.0) / months.days_in_month, index=months)
        every_day = pd.date_range(days[0], days[-1])
        grown = pd.Series(daily.reindex(every_day.to_period("M")).to_numpy(), index=every_day).cumsum()
        return grown.reindex(days).to_numpy() - grown.iloc[0]


@dataclass(frozen=True)
class ArchSeries(Samples):
    """Two US indices with full bars 1999 to 2018, and the closes of VIX from 2014 and of WTI crude oil from 1986, from `arch`."""

    source: str = "arch"
    files: PackageFiles = PackageFiles("arch", "arch", "data")
    names: tuple[str, ...] = ("NASDAQ", "SP500", "VIX", "WTI")
    closes: Mapping[str, str] = field(default_factory=lambda: {"VIX": "vix", "WTI": "DCOILWTICO"})
    providers: Mapping[str, str] = field(default_factory=lambda: {"VIX": "CBOE, in arch", "WTI": "FRED, in arch"})

    def whole(self, instrument: str) -> Delivery:
        """The bars as the package has them; days on which it has no price are left out."""
        name = instrument.lower()
        table = _csv(self.files.path(f"{name}/{name}.csv.gz"))
        column = self.closes.get(instrument, "Close")
        priced = table[table[column].notna()]
        columns = {"close": column} if instrument in self.closes else {name: name.capitalize() for name in COLUMNS}
        left_out = (f"{len(table) - len(priced)} days without a price left out",) if len(priced) < len(table) else ()
        return Delivery(
            bars=_stamped(priced["Date"], "%m/%d/%Y", {name: priced[own].to_numpy(np.float64) for name, own in columns.items()}),
            provenance=Provenance(
                provider=self.providers.get(instrument, "arch"),
                venue_class="index" if instrument != "WTI" else "spot",
                calendar=CALENDAR,
                fidelity=FidelityTier.CLOSE_ONLY if instrument in self.closes else FidelityTier.BAR,
                licence=f"package NCSA; {RIGHTS_UNSTATED}",
                retrieved_at=self.version,
                transforms=(*left_out, STAMPED),
            ),
        )


@dataclass(frozen=True)
class SkfolioCloses(Samples):
    """Closes 1990 to 2022 of twenty S&P 500 stocks and of the index, and from 2014 of five factor funds, from `skfolio`."""

    source: str = "skfolio"
    files: PackageFiles = PackageFiles("skfolio", "skfolio", "datasets/data")
    names: tuple[str, ...] = (
        *("AAPL", "AMD", "BAC", "BBY", "CVX", "GE", "HD", "JNJ", "JPM", "KO"),
        *("LLY", "MRK", "MSFT", "PEP", "PFE", "PG", "RRC", "UNH", "WMT", "XOM"),
        *("MTUM", "QUAL", "SIZE", "SP500", "USMV", "VLUE"),
    )

    def whole(self, instrument: str) -> Delivery:
        """The closes as the package has them: adjusted for splits and dividends, the index as quoted."""
        index = instrument == "SP500"
        tables = (_csv(self.files.path(f"{name}.csv.gz")) for name in ("sp500_dataset", "sp500_index", "factors_dataset"))
        table = next(table for table in tables if instrument in table.columns)
        return Delivery(
            bars=_stamped(table["Date"], "%Y-%m-%d", {"close": table[instrument].to_numpy(np.float64)}),
            provenance=Provenance(
                provider="skfolio",
                venue_class="index" if index else "exchange",
                calendar=CALENDAR,
                adjustment=Adjustment.RAW if index else Adjustment.TOTAL_RETURN,
                fidelity=FidelityTier.CLOSE_ONLY,
                licence=f"package BSD-3-Clause; {RIGHTS_UNSTATED}",
                retrieved_at=self.version,
                transforms=(STAMPED,),
            ),
        )


@lru_cache(maxsize=8)
def _csv(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, na_values=".")


def _stamped(dates: pd.Series, pattern: str, columns: Mapping[str, np.ndarray]) -> pd.DataFrame:
    index = session_closes(CALENDAR, pd.DatetimeIndex(pd.to_datetime(dates, format=pattern)))
    bars = pd.DataFrame(columns, index=index.rename("time"))
    return bars.reindex(columns=list(COLUMNS))
