"""A whole orchestration, from a goal in words to a stored verdict, in a process that has just begun."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pandas as pd

import aurelius_kernel as ak
from aurelius_kernel import data
from benchmarks.measure import Measured

BASKET = ("AAPL", "BAC", "CVX", "GE", "HD", "JNJ", "JPM", "KO", "LLY", "MRK", "MSFT", "PEP", "PFE", "PG", "WMT", "XOM")
ASKED: dict[str, dict[str, Any]] = {
    "GOOG, 2,148 bars": {"goal": "trend following on GOOG"},
    "16 American shares, 8,313 bars each": {"goal": "cross-sectional momentum", "instruments": BASKET, "source": "skfolio"},
}


def bench_orchestrations() -> Iterator[Measured]:
    """Each in a store of its own, with the windows and the tries that are usual; compiled code is found where it was kept."""
    with tempfile.TemporaryDirectory() as home, patch.dict(os.environ, {"AURELIUS_HOME": home}):
        data.install_samples()
        for what, asked in ASKED.items():
            began = time.perf_counter()
            found = ak.orchestrate(**asked)
            taken = time.perf_counter() - began
            yield Measured(what=f"ak.orchestrate, {what}: {found.status}", value=taken, unit="s", at_most=60.0)
            for stage, row in found.table.iterrows():
                if pd.notna(row["seconds"]):
                    yield Measured(what=f"  of that, {stage}", value=float(row["seconds"]), unit="s")
