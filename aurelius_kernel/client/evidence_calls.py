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

    def dashboard_stats(self) -> records.Stats:
        """The numbers of the overview: how much there is, what runs, and the best of the latest."""
        return self._ask(records.Stats, "GET", "/api/v1/dashboard/stats")

    def reflect(self, strategy_id: str, feedback: str = "", **asked: Any) -> records.ReflexionQueued:
        """Change one thing about a strategy that failed: `failed`, `backtest_id`, `train_size_days`, `window_size_days`."""
        body = {"feedback": feedback, **asked}
        return self._ask(records.ReflexionQueued, "POST", f"/api/v1/reflexion/{strategy_id}/run", json=body)

    def reflexions(self, strategy_id: str, *, skip: int = 0, limit: int = 50) -> records.Reflexions:
        """What was made of a strategy by reflexion, and of what was made of it in turn, newest first."""
        query = {"skip": skip, "limit": limit}
        return self._ask(records.Reflexions, "GET", f"/api/v1/reflexion/{strategy_id}/history", params=query)

    def orchestrate(self, goal: str | None = None, *, strategy_id: str | None = None, **asked: Any) -> records.RunQueued:
        """Take a goal, or a strategy, through all stages: `instruments`, `start_date`, `end_date`, `seed`, `options` and so on."""
        body = given(goal=goal, strategy_id=strategy_id, **asked)
        return self._ask(records.RunQueued, "POST", "/api/v1/orchestrator/runs", json=body)

    def runs(self, *, strategy_id: str | None = None, status: str | None = None, skip: int = 0, limit: int = 50) -> records.Runs:
        """Runs through all stages, newest first."""
        query = given(strategy_id=strategy_id, status=status, skip=skip, limit=limit)
        return self._ask(records.Runs, "GET", "/api/v1/orchestrator/runs", params=query)

    def run(self, run_id: str) -> records.Run:
        """One run with its six stages."""
        return self._ask(records.Run, "GET", f"/api/v1/orchestrator/runs/{run_id}")

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

    def policy(self) -> records.Policy:
        """The policy in force: what rules and gates hold results to."""
        return self._ask(records.Policy, "GET", "/api/v1/policy")

    def policies(self, *, skip: int = 0, limit: int = 50) -> records.Policies:
        """Every policy that was ever set, newest first."""
        return self._ask(records.Policies, "GET", "/api/v1/policy/versions", params={"skip": skip, "limit": limit})

    def set_policy(self, reason: str, **limits: float | bool) -> records.Policy:
        """Put other limits in force, with a reason: `set_policy("calmer", maximum_drawdown=0.2)`."""
        return self._ask(records.Policy, "POST", "/api/v1/policy", json={"reason": reason, "limits": limits})

    def waivers(self, *, strategy_id: str | None = None, skip: int = 0, limit: int = 50) -> records.Waivers:
        """Waivers, newest first, those that hold no longer too."""
        query = given(strategy_id=strategy_id, skip=skip, limit=limit)
        return self._ask(records.Waivers, "GET", "/api/v1/waivers/", params=query)

    def waive(self, strategy_id: str, reason: str, **asked: Any) -> records.Waiver:
        """Let a check of the product gate pass for one run: `check_name`, `backtest_id`, `expires_at`."""
        body = {"strategy_id": strategy_id, "reason": reason, **asked}
        return self._ask(records.Waiver, "POST", "/api/v1/waivers/", json=body)

    def withdraw_waiver(self, waiver_id: str) -> None:
        """Take a waiver back; it stays on record."""
        self._transport.send("DELETE", f"/api/v1/waivers/{waiver_id}")

    def promotions(
        self, *, strategy_id: str | None = None, state: str | None = None, skip: int = 0, limit: int = 50
    ) -> records.Promotions:
        """Promotions, newest first."""
        query = given(strategy_id=strategy_id, state=state, skip=skip, limit=limit)
        return self._ask(records.Promotions, "GET", "/api/v1/promotions/", params=query)

    def promotion(self, promotion_id: str) -> records.Promotion:
        """One promotion."""
        return self._ask(records.Promotion, "GET", f"/api/v1/promotions/{promotion_id}")

    def promote(self, strategy_id: str, reason: str) -> records.Promotion:
        """Ask for the promotion of a strategy on its newest verdict of the product gate."""
        return self._ask(records.Promotion, "POST", "/api/v1/promotions/", json={"strategy_id": strategy_id, "reason": reason})

    def decide_promotion(self, promotion_id: str, decision: str, note: str = "") -> records.Promotion:
        """Approve or reject (`approve`, `reject`) a promotion that somebody else asked for."""
        body = {"decision": decision, "note": note}
        return self._ask(records.Promotion, "POST", f"/api/v1/promotions/{promotion_id}/decide", json=body)

    def withdraw_promotion(self, promotion_id: str) -> records.Promotion:
        """Take back a promotion that one asked for oneself."""
        return self._ask(records.Promotion, "POST", f"/api/v1/promotions/{promotion_id}/withdraw")
