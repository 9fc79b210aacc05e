"""Aurelius: `ak.sweep`, and its table."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import numpy as np
import pandas as pd
from protocol import Run, serve
from work import CAPITAL, FEE, METRICS, Work

import aurelius_kernel as ak
from aurelius_kernel.research.sweep.scale_out import ADDRESS, on_this_machine


def prepare(work: Work) -> Run:
    index = pd.date_range("2001-01-01 21:00", periods=len(work.close), freq="B" if work.is_daily else "min", tz="UTC")
    prices = {"open": work.open, "high": work.high, "low": work.low, "close": work.close}
    bars = {
        f"I{i}": pd.DataFrame({name: price[:, i] for name, price in prices.items()}, index=index).assign(volume=1e6)
        for i in range(work.close.shape[1])
    }
    asked = json.loads(os.environ.get("ASKED", "{}"))

    def run() -> dict[str, np.ndarray]:
        table = ak.sweep(
            "trend_following",
            grid={"fast": work.fast_values, "slow": work.slow_values},
            where="fast < slow",
            bars=bars,
            frequency="1d" if work.is_daily else "1min",
            capital=CAPITAL,
            costs={"commission_bps": FEE * 1e4, "slippage_bps": 0.0},
            accounts="separate" if len(bars) > 1 else "shared",
            metrics=METRICS,
            keep=False,
            **asked,
        ).table
        return {name: table[name].to_numpy(np.float64) for name in METRICS}

    return run


@contextmanager
def cluster() -> Iterator[None]:
    """A worker for each core, there before the first run."""
    with on_this_machine() as started:
        os.environ[ADDRESS] = started.scheduler_address
        yield


if __name__ == "__main__":
    if "ONE_CORE" in os.environ:
        os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])
    with tempfile.TemporaryDirectory() as home, cluster() if "CLUSTER" in os.environ else nullcontext():
        os.environ["AURELIUS_HOME"] = home
        serve(prepare)
