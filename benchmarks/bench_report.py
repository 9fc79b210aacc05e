"""What it costs to turn a stored result into a PDF."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from backtesting.test import GOOG

import aurelius_kernel as ak
from benchmarks.measure import Measured, fresh_process, seconds

READ = "import json; from aurelius_kernel.model import BacktestResult; from aurelius_kernel.reporting import write_pdf"


def bench_report() -> Iterator[Measured]:
    result = ak.backtest(ak.Strategy.create("trend_following", fast=10, slow=30), bars={"GOOG": goog()}, keep=False)
    with TemporaryDirectory() as folder:
        stored, written = Path(folder, "result.json"), Path(folder, "report.pdf")
        stored.write_bytes(result.canonical_bytes)
        make = f"write_pdf(BacktestResult.from_document(json.load(open({str(stored)!r}))), {str(written)!r})"
        fresh = fresh_process(f"{READ}; {make}")
        yield Measured(what="PDF of a stored result in a fresh process", value=fresh, unit="s", at_most=3.0)
        again = seconds(lambda: result.report(written))
        yield Measured(what="PDF of a result at hand, warm", value=again, unit="s")
        yield Measured(what="size of the PDF", value=written.stat().st_size / 1e3, unit="kB")


def goog() -> pd.DataFrame:
    index = pd.DatetimeIndex(GOOG.index).tz_localize("UTC")
    return GOOG.rename(columns=str.lower).set_axis(index)
