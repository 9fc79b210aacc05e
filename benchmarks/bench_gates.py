"""Verification and gates: what they take on a warm process, and where the time goes."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from unittest.mock import patch

import aurelius_kernel as ak
from aurelius_kernel import data
from aurelius_kernel.artifacts import Store
from aurelius_kernel.gates import RULES
from aurelius_kernel.research.case import case_of
from benchmarks.measure import Measured, seconds

SHOWN = 0.02


def bench_verification() -> Iterator[Measured]:
    """Moving averages on GOOG, 2,148 bars, in a home of its own: every bar is cut off once."""
    with tempfile.TemporaryDirectory() as home, patch.dict(os.environ, {"AURELIUS_HOME": home}):
        data.install_samples()
        result = ak.backtest("trend_following", instruments=["GOOG"])
        ak.verify(result)
        yield Measured(
            what="ak.verify, trend following on GOOG", value=seconds(lambda: ak.verify(result), 3), unit="s", at_most=3.0
        )
        for name, rule in RULES.items():
            taken = seconds(lambda rule=rule: rule.check(case_of(result, Store())), 3)
            if taken >= SHOWN:
                yield Measured(what=f"  of that, {name}", value=taken, unit="s")
        yield Measured(what="ak.gates.dev, run again and both paths", value=seconds(lambda: ak.gates.dev(result), 3), unit="s")
