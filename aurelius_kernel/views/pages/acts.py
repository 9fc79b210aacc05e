"""What a click can do: cancel a run, bring a strategy before a gate, pause a schedule, or start it now."""

from __future__ import annotations

from collections.abc import Callable

from aurelius_kernel.client import records
from aurelius_kernel.views.pages.desk import desk
from aurelius_kernel.views.pages.outcome import Outcome

__all__ = ["GATES", "cancel_backtest", "cancel_job", "crv_gate", "dev_gate", "product_gate"]


def cancel_backtest(backtest_id: str) -> Outcome:
    """Cancel a backtest."""
    return _cancelled("backtest", desk().cancel_backtest(backtest_id).status)


def cancel_job(job_id: str) -> Outcome:
    """Cancel a job."""
    return _cancelled("job", desk().cancel_job(job_id).status)


def dev_gate(strategy_id: str) -> Outcome:
    """Bring a strategy before the dev gate."""
    return _judged("dev", desk().dev_gate, strategy_id)


def crv_gate(strategy_id: str) -> Outcome:
    """Bring a strategy before the crv gate."""
    return _judged("crv", desk().crv_gate, strategy_id)


def product_gate(strategy_id: str) -> Outcome:
    """Bring a strategy before the product gate."""
    return _judged("product", desk().product_gate, strategy_id)


GATES = {"dev_gate": dev_gate, "crv_gate": crv_gate, "product_gate": product_gate}


def _cancelled(noun: str, status: str) -> Outcome:
    if status == "cancelled":
        return Outcome(text=f"The {noun} is cancelled.")
    return Outcome(text=f"The {noun} ends as soon as its worker hears of it.", kind="soft")


def _judged(gate: str, judge: Callable[[str], records.GateResult], strategy_id: str) -> Outcome:
    verdict = judge(strategy_id)
    way = f"gates.ipynb?strategy_id={strategy_id}"
    if verdict.passed:
        return Outcome(
            text=f"The {gate} gate is passed with grade {verdict.grade}; readiness is {verdict.band}.",
            href=way,
            label="See the verdict",
        )
    failed = ", ".join(check.check_name.replace("_", " ") for check in verdict.checks if not check.passed)
    return Outcome(text=f"The {gate} gate is not passed: {failed}.", kind="bad", href=way, label="See the verdict")
