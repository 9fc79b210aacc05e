"""Aurelius: `ak.sweep`, and its table.

`ASKED` holds more arguments as JSON; with `NEW_BARS` no two runs have the same bars.
"""

from __future__ import annotations

import itertools
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

VOLUME = 4


def bars_of(work: Work) -> dict[str, pd.DataFrame]:
    """The prices as frames."""
    index = pd.date_range("2001-01-01 21:00", periods=len(work.close), freq="B" if work.is_daily else "min", tz="UTC")
    columns = {"open": work.open, "high": work.high, "low": work.low, "close": work.close, "volume": np.full(work.close.shape, 1e6)}
    return {
        f"I{i}": pd.DataFrame({name: column[:, i] for name, column in columns.items()}, index=index)
        for i in range(work.close.shape[1])
    }


def prepare(work: Work) -> Run:
    bars = bars_of(work)
    asked, runs = json.loads(os.environ.get("ASKED", "{}")), itertools.count(1)

    def run() -> dict[str, np.ndarray]:
        if "NEW_BARS" in os.environ:
            volume = 1e6 + next(runs)
            for frame in bars.values():
                frame.iat[-1, VOLUME] = volume
        result = ak.sweep(
            "trend_following",
            grid={"fast": work.fast_values, "slow": work.slow_values},
            where="fast < slow",
            bars=bars,
            frequency=work.frequency,
            capital=CAPITAL,
            costs={"commission_bps": FEE * 1e4, "slippage_bps": 0.0},
            accounts="separate" if len(bars) > 1 else "shared",
            metrics=METRICS,
            keep=False,
            **asked,
        )
        if result.failed:
            raise RuntimeError(f"{len(result.failed):,} combinations were not run: {next(iter(result.failed.values()))}")
        table = result.table
        return {name: table[name].to_numpy(np.float64) for name in METRICS}

    return run


@contextmanager
def cluster() -> Iterator[None]:
    """As many workers as `CLUSTER` says, there before the first run."""
    with on_this_machine(int(os.environ["CLUSTER"])) as started:
        os.environ[ADDRESS] = started.scheduler_address
        yield


if __name__ == "__main__":
    if "ONE_CORE" in os.environ:
        os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])
    with tempfile.TemporaryDirectory() as home, cluster() if "CLUSTER" in os.environ else nullcontext():
        os.environ["AURELIUS_HOME"] = home
        serve(prepare)
