"""One market before the product gate, the way a researcher goes: import, sweep, backtest of the best, walk-forward, gates."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any
from unittest.mock import patch

import aurelius_kernel as ak
from benchmarks.power.market import BARS, DRIFT, market

__all__ = ["GRID", "Trial", "tried"]

FAMILY = "ts_momentum"
GRID = {"lookback": [40, 60, 80]}
FIXED = {"vol_target": 0.08, "rebalance": "week"}
TRAIN, TEST = 378, 126
"""A year and a half to fit, half a year to judge."""
PROBES = 100
"""So many futures are cut off in search of a look ahead: the family is the same in every market."""
NAME = "MARKET"


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What came of one market; `failed` names the checks of the product gate, or those before it that already decided."""

    seed: int
    edge: bool
    passed: bool
    failed: tuple[str, ...]
    sharpe_ratio: float | None
    max_drawdown: float | None
    total_return: float | None
    stability: float
    unseen_sharpe: float | None
    deflated_sharpe: float | None
    judged: bool

    def document(self) -> dict[str, Any]:
        """The trial as JSON has it."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}


def tried(seed: int, *, edge: bool, every_gate: bool = False, bars: int = BARS) -> Trial:
    """Take one market to the product gate, in a home of its own.

    The gate asks for all of its checks. Where a number that it asks for is already missed, it is not run, unless `every_gate`.
    """
    with _home():
        ak.import_bars(market(seed, drift=DRIFT if edge else 0.0, bars=bars), NAME, calendar="24/5", adjustment="total-return")
        run: dict[str, Any] = {"instruments": [NAME], "direction": "both"}
        best = ak.sweep(FAMILY, grid=GRID, fixed=FIXED, **run).best("sharpe_ratio").strategy
        result = ak.backtest(best, **run)
        validation = ak.walk_forward(FAMILY, grid=GRID, fixed=FIXED, train_days=TRAIN, test_days=TEST, **run)
        failed = tuple(_missed(result, validation, ak.gates.policy_in_force()))
        if judged := every_gate or not failed:
            ak.gates.crv(result, report=ak.verify(result, probes=PROBES))
            verdict = ak.gates.product(result, validation=validation)
            failed = tuple(check.check_name for check in verdict.failed_checks)
        return Trial(
            seed=seed,
            edge=edge,
            passed=judged and verdict.passed,
            failed=failed,
            **{name: result.metrics[name] for name in ("sharpe_ratio", "max_drawdown", "total_return")},
            stability=validation.stability,
            unseen_sharpe=validation.metrics["sharpe_ratio"],
            deflated_sharpe=validation.deflated_sharpe(),
            judged=judged,
        )


def _missed(result: ak.BacktestResult, validation: ak.WalkForwardResult, policy: Any) -> Iterator[str]:
    """The numbers of the crv and the product gate that are not reached: with any of them the product gate fails."""
    limits = {
        "sharpe_ratio": policy.minimum_sharpe,
        "max_drawdown": -policy.maximum_drawdown,
        "total_return": policy.minimum_return,
    }
    for name, limit in limits.items():
        value = result.metrics[name]
        if value is None or value < limit:
            yield name
    if not validation.passed:
        yield "validation_passed"
    if (validation.deflated_sharpe() or 0.0) < policy.minimum_deflated_sharpe:
        yield "deflated_sharpe"


@contextmanager
def _home() -> Iterator[None]:
    """A catalogue, a store and a ledger of its own, thrown away afterwards."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("AURELIUS_")}
    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ, {**own, "AURELIUS_HOME": folder}, clear=True):
        yield
