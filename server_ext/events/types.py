"""Every type of event in one table: what it tells, with which data, to whom."""

from __future__ import annotations

from dataclasses import dataclass

from server_ext.access.visibility import Audience

__all__ = ["CONTROL", "DEFAULTS", "EVENT_TYPES", "EventType"]


@dataclass(frozen=True, kw_only=True)
class EventType:
    """A type of event: the names of its data, a sentence, and whom it may be for; an admin sees all."""

    name: str
    fields: tuple[str, ...]
    sentence: str
    audiences: tuple[Audience, ...] = (Audience.OWNER, Audience.SHARED)


_BACKTEST = "backtest_id strategy_id job_id"
_VALIDATION = "validation_id strategy_id job_id"
_DESK = "portfolio_id strategy_id"

_TABLE = (
    ("strategy_created", "request_id strategy_count strategies", "One strategy was made, or several by one request."),
    ("strategy_updated", "strategy_count strategies", "A strategy was changed, archived or deleted."),
    ("backtest_queued", _BACKTEST, "A backtest waits to be run."),
    ("backtest_started", _BACKTEST, "A backtest runs."),
    ("backtest_progress", f"{_BACKTEST} fraction stage bar_time equity trades", "How far a backtest is; at most five a second."),
    ("backtest_completed", f"{_BACKTEST} metrics duration report_urls", "A backtest has its result; `duration` is in seconds."),
    ("backtest_failed", f"{_BACKTEST} error", "A backtest could not finish; `error` is a sentence."),
    ("backtest_cancelled", f"{_BACKTEST} error", "A backtest was cancelled on request."),
    ("validation_started", _VALIDATION, "A walk-forward validation runs."),
    ("validation_progress", f"{_VALIDATION} fraction stage", "How far a validation is; at most five a second."),
    ("validation_completed", f"{_VALIDATION} passed metrics duration", "A validation has its result."),
    ("validation_failed", f"{_VALIDATION} error", "A validation could not finish; `error` is a sentence."),
    ("gate_verified", "strategy_id gate passed band", "A gate gave its verdict; `band` is that of the readiness."),
    ("policy_changed", "version set_by reason", "Other limits are in force for rules and gates."),
    ("waiver_granted", "waiver_id strategy_id check_name by", "A check of the product gate may be passed without its number."),
    ("promotion_updated", "promotion_id strategy_id status by", "A promotion was asked for, decided or taken back."),
    ("job_queued", "job_id notebook", "A notebook waits to be run; jobs with an event of their own for it send that instead."),
    ("job_started", "job_id notebook", "A notebook runs."),
    ("job_progress", "job_id notebook fraction stage", "How far a notebook is; at most five a second."),
    ("job_completed", "job_id notebook duration", "A notebook ran to its end."),
    ("job_failed", "job_id notebook error", "A notebook could not finish; `error` is a sentence."),
    ("job_cancelled", "job_id notebook error", "A notebook was cancelled on request."),
    ("schedule_fired", "schedule_id job_id due_at", "A schedule started its job."),
    ("reflexion_iteration_created", "strategy_id parent_id improvement", "A child of a strategy was made and measured."),
    ("orchestrator_run_created", "run_id strategy_id status", "A run through all stages began."),
    ("orchestrator_stage_updated", "run_id strategy_id stage status", "A stage of a run began, passed or failed."),
    ("signal_created", f"signal_id {_DESK}", "A strategy gave a signal to the desk."),
    ("approval_requested", f"approval_id signal_id order_id {_DESK}", "An order waits for somebody's approval."),
    ("approval_decided", f"approval_id signal_id order_id {_DESK} decision", "An order was approved or refused."),
    ("order_updated", f"order_id {_DESK} status", "An order was accepted, filled, cancelled or refused."),
    ("position_updated", f"instrument {_DESK} quantity", "A position changed."),
    ("guard_triggered", f"guard_id {_DESK} action", "A guard stepped in."),
    ("reconciliation_completed", "portfolio_id matched", "Cash and positions were rebuilt from fills and compared."),
    ("dashboard_update", "user_id stats", "The numbers of an account's overview that changed, by their names."),
    ("notification", "message level link", "A message for people."),
)
_ADDRESSED = {"notification": tuple(Audience), "policy_changed": (Audience.EVERYONE,)}

EVENT_TYPES = {
    name: EventType(name=name, fields=tuple(fields.split()), sentence=sentence, audiences=_ADDRESSED.get(name, EventType.audiences))
    for name, fields, sentence in _TABLE
}
"""Every type that can be subscribed to, by name."""

DEFAULTS = frozenset(
    {
        "backtest_completed",
        "backtest_failed",
        "backtest_started",
        "dashboard_update",
        "notification",
        "strategy_created",
        "validation_completed",
    }
)
"""What a connection is subscribed to that has not said otherwise."""

CONTROL = {
    "connected": ("message user_id supported_events seq epoch", "The first frame; the `seq` in its data is the newest."),
    "subscribed": ("events subscriptions", "What was asked for, and all that is subscribed to now."),
    "unsubscribed": ("events subscriptions", "What was given up, and all that is subscribed to now."),
    "pong": ("timestamp", "The answer to a `ping`."),
    "error": ("code message", "A command that was not understood; the socket stays open."),
    "resync": ("oldest epoch", "Events were missed that are no longer kept: read the state anew. What is kept follows."),
}
"""What the server says for itself, outside the log: the names of the data, and a sentence."""
