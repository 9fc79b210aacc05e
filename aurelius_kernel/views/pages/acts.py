"""What a click can do: cancel a run, bring a strategy before a gate, pause a schedule, or start it now."""

from __future__ import annotations

from aurelius_kernel.views.pages.desk import desk
from aurelius_kernel.views.pages.outcome import Act, Outcome

__all__ = [
    "GATES",
    "NAMES",
    "PROMOTIONS",
    "RUN_GATES",
    "SCHEDULES",
    "approve_promotion",
    "cancel_backtest",
    "cancel_job",
    "discard_strategy",
    "pause_schedule",
    "reject_promotion",
    "resume_schedule",
    "retry_job",
    "run_schedule",
    "withdraw_promotion",
]


def cancel_backtest(backtest_id: str) -> Outcome:
    """Cancel a backtest."""
    return _cancelled("backtest", desk().cancel_backtest(backtest_id).status)


def cancel_job(job_id: str) -> Outcome:
    """Cancel a job."""
    return _cancelled("job", desk().cancel_job(job_id).status)


def retry_job(job_id: str) -> Outcome:
    """Queue a job again that failed or was cancelled."""
    desk().retry_job(job_id)
    return Outcome(text="The job is queued again, as it was asked.")


def _strategy_gate(gate: str) -> Act:
    """The act that brings a strategy before a gate, with its latest backtest."""
    return lambda strategy_id: _judged(gate, strategy_id)


def _run_gate(gate: str) -> Act:
    """The act that brings one backtest before a gate."""
    return lambda backtest_id: _judged(gate, desk().backtest(backtest_id).backtest.strategy_id, backtest_id)


NAMES = ("dev", "crv", "product")
GATES: dict[str, Act] = {f"{gate}_gate": _strategy_gate(gate) for gate in NAMES}
"""Of a strategy, by the names of the buttons."""
RUN_GATES: dict[str, Act] = {f"judge_{gate}": _run_gate(gate) for gate in NAMES}
"""Of one backtest."""


def run_schedule(schedule_id: str) -> Outcome:
    """Start a schedule's notebook now, beside its own times."""
    run = desk().run_schedule(schedule_id)
    if run.outcome == "queued":
        return Outcome(text="It waits to be run; its own times stay as they are.")
    return Outcome(text=f"It was {run.outcome}: {run.reason}", kind="bad")


def pause_schedule(schedule_id: str) -> Outcome:
    """Let a schedule rest."""
    return Outcome(text=f"“{desk().change_schedule(schedule_id, is_paused=True).name}” rests until it is resumed.")


def resume_schedule(schedule_id: str) -> Outcome:
    """Let a schedule go on."""
    changed = desk().change_schedule(schedule_id, is_paused=False)
    due = f", next at {changed.next_runs[0]:%Y-%m-%d %H:%M} UTC" if changed.next_runs else ""
    return Outcome(text=f"“{changed.name}” goes on{due}.")


SCHEDULES = {"pause_schedule": pause_schedule, "resume_schedule": resume_schedule, "run_schedule": run_schedule}


def approve_promotion(promotion_id: str) -> Outcome:
    """Approve a promotion that somebody else asked for."""
    return Outcome(text=f"The promotion is {desk().decide_promotion(promotion_id, 'approve').state}.")


def reject_promotion(promotion_id: str) -> Outcome:
    """Reject a promotion."""
    return Outcome(text=f"The promotion is {desk().decide_promotion(promotion_id, 'reject').state}.")


def withdraw_promotion(promotion_id: str) -> Outcome:
    """Take back a promotion that one asked for."""
    return Outcome(text=f"The promotion is {desk().withdraw_promotion(promotion_id).state}.")


PROMOTIONS = {
    "approve_promotion": approve_promotion,
    "reject_promotion": reject_promotion,
    "withdraw_promotion": withdraw_promotion,
}


def discard_strategy(strategy_id: str) -> Outcome:
    """Delete a strategy that is not wanted; one that has runs is archived."""
    desk().delete_strategy(strategy_id)
    return Outcome(text="The strategy is discarded.")


def _cancelled(noun: str, status: str) -> Outcome:
    if status == "cancelled":
        return Outcome(text=f"The {noun} is cancelled.")
    return Outcome(text=f"The {noun} ends as soon as its worker hears of it.", kind="soft")


def _judged(gate: str, strategy_id: str, backtest_id: str | None = None) -> Outcome:
    platform = desk()
    judges = {"dev": platform.dev_gate, "crv": platform.crv_gate, "product": platform.product_gate}
    verdict = judges[gate](strategy_id, backtest_id=backtest_id)
    way = f"gates.ipynb?strategy_id={strategy_id}"
    if verdict.passed:
        told = f"The {gate} gate is passed with grade {verdict.grade}; readiness is {verdict.band}."
        return Outcome(text=told, href=way, label="See the verdict")
    failed = ", ".join(check.check_name.replace("_", " ") for check in verdict.checks if not check.passed)
    return Outcome(text=f"The {gate} gate is not passed: {failed}.", kind="bad", href=way, label="See the verdict")
