"""The calls of validations and gates."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from server_ext.access.actor import Actor
from server_ext.errors import Conflict
from server_ext.evidence import gates, validations
from server_ext.evidence.asked import asked_validation
from server_ext.evidence.schemas import (
    GateFilter,
    GateList,
    GateRequest,
    GateResult,
    GateStatus,
    NewValidation,
    ProductGateRequest,
    Validation,
    ValidationDetail,
    ValidationFilter,
    ValidationList,
    ValidationQueued,
    ValidationStatus,
)
from server_ext.jobs.intake import store_of
from server_ext.policy import policies, waivers
from server_ext.research.current import current_backtest
from server_ext.research.schemas import Backtest
from server_ext.strategies import service as strategies
from server_ext.strategies.schemas import Strategy
from server_ext.web.call import Call

__all__ = [
    "crv_gate",
    "dev_gate",
    "gate_status",
    "get_validation",
    "list_gates",
    "list_validations",
    "product_gate",
    "run_validation",
    "status_of_validation",
]


async def run_validation(call: Call, body: NewValidation) -> ValidationQueued:
    """Validate a strategy's family walk-forward, as a job."""
    strategy = await call.read(strategies.find, call.actor, body.strategy_id)
    new = await call.work(asked_validation, call.platform, call.actor, strategy, body)
    made = await call.once(validations.run, call.platform, call.actor, strategy.id, new)
    call.headers["Location"] = f"/api/v1/validation/{made.validation_id}"
    return made


async def list_validations(call: Call, query: ValidationFilter) -> ValidationList:
    """List validations."""
    return await call.read(validations.list_, call.actor, query)


async def get_validation(call: Call, validation_id: str) -> ValidationDetail:
    """Give one validation with its windows, its stitched account, and how much of it may be luck."""
    found = await call.read(validations.find, call.actor, validation_id)
    return await call.work(validations.detail, store_of(call.platform.settings), found)


async def status_of_validation(call: Call, validation_id: str) -> ValidationStatus:
    """Say how far a validation is."""
    return await call.read(validations.status, call.actor, validation_id)


async def dev_gate(call: Call, body: GateRequest) -> GateResult:
    """Bring a strategy before the dev gate: it can be run, and gives the same again."""
    return await _judged(call, "dev", body)


async def crv_gate(call: Call, body: GateRequest) -> GateResult:
    """Bring a strategy before the crv gate: the policy's limits, and every rule of verification."""
    return await _judged(call, "crv", body)


async def product_gate(call: Call, body: ProductGateRequest) -> GateResult:
    """Bring a strategy before the product gate: both others, a passed validation, and more than luck."""
    return await _judged(call, "product", body, body.validation_id)


async def list_gates(call: Call, query: GateFilter) -> GateList:
    """List the verdicts of the gates."""
    return await call.read(gates.list_, call.actor, query)


async def gate_status(call: Call, strategy_id: str) -> GateStatus:
    """Give the latest verdict of each gate, how ready the strategy is, and what keeps it from promotion."""
    strategy = await call.read(strategies.find, call.actor, strategy_id)
    found = await call.read(gates.latest, call.actor, strategy.id)
    newest = max((one for one in found.values() if one), key=lambda one: one[0].created_at, default=None)
    scored: gates.Scored | None = None
    if newest is not None:
        policy = await call.read(policies.in_force)
        scored = await call.apart(gates.readiness, call.platform.settings, call.actor.id, newest[1], policy.document())
    reasons = _reasons(found, scored, newest[1] if newest else None)
    return GateStatus.model_validate(
        {
            "strategy_id": strategy.id,
            "gates": {gate: one[0] if one else None for gate, one in found.items()},
            "production_ready": not reasons,
            "readiness": {**scored.record, "hash": scored.hash} if scored else None,
            "promotion_block_reasons": reasons,
        }
    )


def _reasons(found: dict[str, tuple[GateResult, str] | None], scored: gates.Scored | None, result: str | None) -> list[str]:
    """What keeps a strategy from promotion; nothing is true by default."""
    reasons = []
    for gate, one in found.items():
        if one is None:
            reasons.append(f"The {gate} gate has given no verdict.")
        elif one[1] != result:
            reasons.append(f"The verdict of the {gate} gate is about another result.")
        elif not one[0].passed:
            failed = ", ".join(check.check_name for check in one[0].checks if not check.passed)
            reasons.append(f"The {gate} gate is not passed: {failed}.")
    if scored is not None and scored.record["band"] != "Green":
        band, score = scored.record["band"], scored.record["score"]
        reasons.append(f"Its readiness is {band}, with a score of {score:.1f}; only Green may be promoted.")
    reasons += [f"The verdict is stale: {reason}." for reason in (scored.stale if scored else ())]
    return reasons


async def _judged(call: Call, gate: str, body: GateRequest, validation_id: str | None = None) -> GateResult:
    if (before := await call.answered(GateResult)) is not None:
        return before
    strategy = await call.read(strategies.find, call.actor, body.strategy_id)
    backtest = await call.read(current_backtest, call.actor, strategy, body.backtest_id)
    validation = await call.read(_validation, call.actor, strategy, validation_id) if gate == "product" else None
    terms = await call.read(_terms, gate, backtest, validation)
    judged = await call.apart(gates.judge, call.platform.settings, call.actor.id, gate, backtest.result or "", terms)
    about = {"strategy_id": strategy.id, "backtest_id": backtest.id, "validation_id": validation.id if validation else None}
    return await call.once(gates.keep, call.platform.log, call.actor, judged, about)


def _terms(connection: Connection, gate: str, backtest: Backtest, validation: Validation | None) -> dict[str, Any]:
    """What a gate holds a result to: the policy in force, and for the product gate the validation and the waivers that hold."""
    limits = {"policy": policies.in_force(connection).document()}
    if gate != "product":
        return limits
    shown = {"validation": validation.result} if validation else {}
    return {**limits, **shown, "waivers": waivers.holding(connection, backtest)}


def _validation(connection: Connection, actor: Actor, strategy: Strategy, validation_id: str | None) -> Validation | None:
    """The validation that is looked at; None where there is none yet, which the gate does not pass."""
    if validation_id is None:
        return validations.latest(connection, actor, strategy.id)
    found = validations.find(connection, actor, validation_id)
    if found.strategy_id != strategy.id or found.result is None:
        raise Conflict("The product gate looks at a completed validation of this strategy.")
    return found
