"""The calls from a goal in words to a promoted strategy: generation, validations, gates."""

from __future__ import annotations

from typing import Any

from aurelius_kernel.client import records
from aurelius_kernel.client.asking import Asking, given

__all__ = ["EvidenceCalls"]

PATIENCE = 900.0
"""Seconds that an answer is waited for that has to be reckoned first."""


class EvidenceCalls(Asking):
    """What the platform can be asked about evidence."""

    def generate(self, goal: str, **asked: Any) -> records.Generation:
        """Turn a goal in words into strategies, each measured; this takes seconds.

        `risk_preference`, `max_strategies`, `instruments`, `seed`, `tries`, `start_date`, `end_date`, `data_source`.
        """
        return self._ask(records.Generation, "POST", "/api/v1/strategies/generate", json={"goal": goal, **asked}, timeout=PATIENCE)

    def run_validation(self, strategy_id: str, **asked: Any) -> records.ValidationQueued:
        """Validate a strategy walk-forward: `train_size_days`, `window_size_days`, `grid`, `instruments` and so on."""
        return self._ask(records.ValidationQueued, "POST", "/api/v1/validation/run", json={"strategy_id": strategy_id, **asked})

    def validations(
        self, *, strategy_id: str | None = None, status: str | None = None, skip: int = 0, limit: int = 50
    ) -> records.Validations:
        """Validations, newest first."""
        query = given(strategy_id=strategy_id, status=status, skip=skip, limit=limit)
        return self._ask(records.Validations, "GET", "/api/v1/validation/", params=query)

    def validation(self, validation_id: str) -> records.ValidationDetail:
        """One validation with its windows, its stitched account, and how much of it may be luck."""
        return self._ask(records.ValidationDetail, "GET", f"/api/v1/validation/{validation_id}")

    def validation_status(self, validation_id: str) -> records.ValidationStatus:
        """How far a validation is."""
        return self._ask(records.ValidationStatus, "GET", f"/api/v1/validation/{validation_id}/status")

    def dev_gate(self, strategy_id: str, *, backtest_id: str | None = None) -> records.GateResult:
        """Bring a strategy before the dev gate."""
        body = given(strategy_id=strategy_id, backtest_id=backtest_id)
        return self._ask(records.GateResult, "POST", "/api/v1/gates/dev-gate", json=body, timeout=PATIENCE)

    def crv_gate(self, strategy_id: str, *, backtest_id: str | None = None) -> records.GateResult:
        """Bring a strategy before the crv gate."""
        body = given(strategy_id=strategy_id, backtest_id=backtest_id)
        return self._ask(records.GateResult, "POST", "/api/v1/gates/crv-gate", json=body, timeout=PATIENCE)

    def product_gate(
        self, strategy_id: str, *, backtest_id: str | None = None, validation_id: str | None = None
    ) -> records.GateResult:
        """Bring a strategy before the product gate."""
        body = given(strategy_id=strategy_id, backtest_id=backtest_id, validation_id=validation_id)
        return self._ask(records.GateResult, "POST", "/api/v1/gates/product-gate", json=body, timeout=PATIENCE)

    def gates(self, *, strategy_id: str | None = None, gate: str | None = None, skip: int = 0, limit: int = 50) -> records.Gates:
        """The verdicts of the gates, newest first."""
        query = given(strategy_id=strategy_id, gate=gate, skip=skip, limit=limit)
        return self._ask(records.Gates, "GET", "/api/v1/gates/", params=query)

    def gate_status(self, strategy_id: str) -> records.GateStatus:
        """The latest verdict of each gate, how ready a strategy is, and what keeps it from promotion."""
        return self._ask(records.GateStatus, "GET", f"/api/v1/gates/{strategy_id}/status")
