"""Walk-forward validation: every window fitted by a sweep, judged, and the evidence, kept in a store."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from unittest.mock import patch

import aurelius_kernel as ak
from aurelius_kernel.data import install_samples
from benchmarks.measure import Measured, seconds

GRID = {"fast": range(5, 25, 2), "slow": range(30, 130, 5)}


def bench_google() -> Iterator[Measured]:
    with tempfile.TemporaryDirectory() as home, patch.dict(os.environ, {"AURELIUS_HOME": home}):
        install_samples()
        took = seconds(lambda: ak.walk_forward("trend_following", grid=GRID, instruments=["GOOG"]), repeats=3)
    yield Measured(what="GOOG, 21 windows, 200 sets each, evidence, stored", value=took, unit="s", at_most=2.0)
