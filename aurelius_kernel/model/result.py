"""What a backtest found: one frozen record of plain arrays and tables, and its canonical document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aurelius_kernel.hashing import canonical_json, sha256_hex
from aurelius_kernel.model.bars import Provenance
from aurelius_kernel.model.presentation import presenter
from aurelius_kernel.model.spec import BacktestSpec, RunIdentity
from aurelius_kernel.typing import FloatArray

__all__ = ["ORDER_COLUMNS", "TRADE_COLUMNS", "BacktestResult"]

ORDER_COLUMNS = (
    "time",  # the bar of the fill, or of the refusal
    "instrument",
    "side",  # buy or sell
    "kind",  # market, limit, stop, take_profit, trailing_stop, liquidation
    "requested",  # units asked for
    "size",  # units filled; less than requested when cut, 0 when refused
    "price",  # the fill price, slippage included; NaN when refused
    "market_price",  # the price before slippage
    "commission",
    "slippage",  # money lost to slippage
    "signal_time",  # the bar whose close decided it
    "status",  # filled, cut, refused
    "reason",  # why it was cut or refused, else ""
)
TRADE_COLUMNS = (
    "instrument",
    "side",  # long or short
    "size",
    "entry_time",
    "entry_price",
    "exit_time",  # the last bar when still open
    "exit_price",  # the last close when still open
    "pnl",  # money, commissions of both ends included
    "return",  # pnl over the entry's value
    "bars",  # from the entry's bar to the exit's
    "commission",
    "status",  # closed or open
    "exit_kind",  # the kind of the closing order; "" when open
)


@dataclass(frozen=True, kw_only=True, eq=False)
class BacktestResult:
    """A finished backtest.

    Arrays run over `index` (bars, UTC). `orders` and `trades` have the columns of ORDER_COLUMNS and TRADE_COLUMNS; `trades` are
    round trips: every reduction of a position closes a trade at the position's average entry price. `positions` is units held at
    each close, a column an instrument. `metrics` maps the names of the metrics page to fractions, or None where undefined.
    `flags` tell what a reader must know: `same_bar_fill`, `close_only`, `orders_cut`, `bankrupt`, `open_at_end`, and
    `mixed_calendars`, `mixed_adjustment`, `mixed_fidelity` where the instruments' data differ in that.
    """

    spec: BacktestSpec
    identity: RunIdentity
    index: pd.DatetimeIndex
    equity_values: FloatArray
    cash_values: FloatArray
    benchmark_values: FloatArray
    position_values: FloatArray
    borrow_fee_values: FloatArray
    orders: pd.DataFrame
    trades: pd.DataFrame
    metrics: Mapping[str, float | None]
    benchmark_metrics: Mapping[str, float | None]
    flags: tuple[str, ...]
    periods_per_year: float
    provenance: Mapping[str, Provenance] = field(default_factory=dict)

    @property
    def equity(self) -> pd.Series:
        """Account value at each bar's close."""
        return pd.Series(self.equity_values, index=self.index, name="equity")

    @property
    def returns(self) -> pd.Series:
        """Simple bar returns of equity, the first measured from the starting capital; NaN after equity of 0."""
        before = np.concatenate([[self.spec.capital], self.equity_values[:-1]])
        growth = np.divide(self.equity_values, before, out=np.full(len(before), np.nan), where=before != 0.0)
        return pd.Series(growth - 1.0, index=self.index, name="returns")

    @property
    def drawdown(self) -> pd.Series:
        """Equity below its running maximum, starting capital included; at most 0."""
        peak = np.maximum.accumulate(np.maximum(self.equity_values, self.spec.capital))
        return pd.Series(self.equity_values / peak - 1.0, index=self.index, name="drawdown")

    @property
    def benchmark(self) -> pd.Series:
        """Buy and hold of the same instruments, equal weights, bought at the first possible fill, without costs."""
        return pd.Series(self.benchmark_values, index=self.index, name="buy and hold")

    @property
    def positions(self) -> pd.DataFrame:
        """Units held at each bar's close, a column an instrument."""
        return pd.DataFrame(self.position_values, index=self.index, columns=list(self.spec.instruments))

    def document(self) -> dict[str, Any]:
        """Everything in JSON's own types; its canonical bytes are what is hashed and stored."""
        return {
            "kind": "backtest_result",
            "format": 1,
            "spec": self.spec.document(),
            "identity": self.identity.document(),
            "metrics": dict(self.metrics),
            "benchmark_metrics": dict(self.benchmark_metrics),
            "flags": list(self.flags),
            "periods_per_year": self.periods_per_year,
            "provenance": {name: source.essence() for name, source in self.provenance.items()},
            "time": _stamps(self.index),
            "equity": self.equity_values,
            "cash": self.cash_values,
            "benchmark": self.benchmark_values,
            "borrow_fees": self.borrow_fee_values,
            "positions": {name: self.position_values[:, i] for i, name in enumerate(self.spec.instruments)},
            "orders": _table(self.orders),
            "trades": _table(self.trades),
        }

    @cached_property
    def canonical_bytes(self) -> bytes:
        """The canonical JSON of the whole result."""
        return canonical_json(self.document())

    @cached_property
    def hash(self) -> str:
        """The content hash of the result: the sha256 of its canonical JSON."""
        return sha256_hex(self.canonical_bytes)

    def plot(self) -> Any:
        """Equity and drawdown against buy and hold, as a matplotlib figure that a notebook shows."""
        return presenter("backtest_result").plot(self)

    def report(self, path: str | Path, **options: Any) -> Path:
        """Write the tear sheet; the ending of the path names the format: .pdf, .html, .xlsx or, for its numbers, .json.

        Raises InvalidField for any other ending.

        Options: `paper`, "a4" or "letter", for the PDF; `trials`, how many parameter sets were tried before this one.
        """
        return presenter("backtest_result").report(self, path, **options)

    def _repr_mimebundle_(self, **_formats: Any) -> dict[str, str]:
        return presenter("backtest_result").mimebundle(self)

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> BacktestResult:
        """The result back from its JSON document."""
        spec = BacktestSpec.of(document["spec"])
        return cls(
            spec=spec,
            identity=RunIdentity.of(document["identity"]),
            index=_index(document["time"]),
            equity_values=_floats(document["equity"]),
            cash_values=_floats(document["cash"]),
            benchmark_values=_floats(document["benchmark"]),
            position_values=np.column_stack([_floats(document["positions"][name]) for name in spec.instruments]),
            borrow_fee_values=_floats(document["borrow_fees"]),
            orders=_frame(document["orders"], ORDER_COLUMNS),
            trades=_frame(document["trades"], TRADE_COLUMNS),
            metrics=_metrics(document["metrics"]),
            benchmark_metrics=_metrics(document["benchmark_metrics"]),
            flags=tuple(document["flags"]),
            periods_per_year=document["periods_per_year"],
            provenance={name: Provenance.of(source) for name, source in document["provenance"].items()},
        )


def _stamps(times: pd.DatetimeIndex) -> NDArray[np.str_]:
    unit = "s" if (times.as_unit("ns").asi8 % 1_000_000_000 == 0).all() else "ns"
    return np.char.add(np.datetime_as_string(times.tz_convert(None).to_numpy(f"datetime64[{unit}]")), "Z")


def _table(frame: pd.DataFrame) -> dict[str, Any]:
    return {str(name): _column(frame[name]) for name in frame.columns}


def _column(series: pd.Series) -> Any:
    if str(series.dtype).startswith("datetime64"):
        return _stamps(pd.DatetimeIndex(series.array))
    return series.to_numpy() if series.dtype.kind in "fi" else series.tolist()


def _index(stamps: list[str]) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(pd.to_datetime(stamps, utc=True, format="ISO8601")).as_unit("ns")


def _floats(values: list[Any]) -> FloatArray:
    return np.array([np.nan if value is None else float(value) for value in values], dtype=np.float64)


def _metrics(values: Mapping[str, Any]) -> dict[str, float | None]:
    return {name: None if value is None else float(value) for name, value in values.items()}


def _frame(columns: Mapping[str, list[Any]], names: tuple[str, ...]) -> pd.DataFrame:
    texts = {"instrument", "side", "kind", "status", "reason", "exit_kind"}
    frame = pd.DataFrame(index=range(len(columns[names[0]])))
    for name in names:
        if name.endswith("time"):
            frame[name] = _index(columns[name])
        elif name in texts:
            frame[name] = pd.array(columns[name], dtype="str")
        elif name == "bars":
            frame[name] = np.array(columns[name], dtype=np.int64)
        else:
            frame[name] = _floats(columns[name])
    return frame
