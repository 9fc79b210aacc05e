"""The calls of promotions."""

from __future__ import annotations

from aurelius_kernel.gates.policy import Policy
from server_ext.errors import Conflict
from server_ext.evidence import gates
from server_ext.evidence.gates import Scored
from server_ext.jobs.intake import store_of
from server_ext.policy import policies
from server_ext.promotion import promotions
from server_ext.promotion.schemas import Decision, NewPromotion, Promotion, PromotionFilter, PromotionList
from server_ext.strategies import service as strategies
from server_ext.web.call import Call

__all__ = ["ask", "decide", "get_promotion", "list_promotions", "withdraw"]


async def ask(call: Call, body: NewPromotion) -> Promotion:
    """Ask for the promotion of a strategy, on its newest verdict of the product gate; it is blocked unless all of it holds now."""
    if (before := await call.answered(Promotion)) is not None:
        return before
    strategy = await call.read(strategies.find, call.actor, body.strategy_id)
    given = await call.read(gates.newest_row, call.actor, strategy.id, "product")
    if given is None:
        raise Conflict("The promotion is blocked: there is no verdict of the product gate.")
    scored = await _scored(call, given.owner_id, given.record["subject"]["result"])
    store = store_of(call.platform.settings)
    made = await call.once(promotions.ask, call.platform.log, call.origin, call.actor, store, body.reason, given, scored)
    call.headers["Location"] = f"/api/v1/promotions/{made.id}"
    return made


async def list_promotions(call: Call, query: PromotionFilter) -> PromotionList:
    """List promotions."""
    return await call.read(promotions.list_, call.actor, query)


async def get_promotion(call: Call, promotion_id: str) -> Promotion:
    """Give one promotion."""
    return await call.read(promotions.find, call.actor, promotion_id)


async def decide(call: Call, promotion_id: str, body: Decision) -> Promotion:
    """Approve or reject a promotion that somebody else asked for."""
    found = await call.read(promotions.find, call.actor, promotion_id)
    stale: tuple[str, ...] = ()
    if body.decision == "approve":
        stale = (await _scored(call, found.owner_id, found.result)).stale
    store = store_of(call.platform.settings)
    return await call.write(promotions.decide, call.platform.log, call.origin, call.actor, store, promotion_id, body, stale)


async def withdraw(call: Call, promotion_id: str) -> Promotion:
    """Take back a promotion that one asked for oneself."""
    store = store_of(call.platform.settings)
    return await call.write(promotions.withdraw, call.platform.log, call.origin, call.actor, store, promotion_id)


async def _scored(call: Call, owner_id: str, result: str) -> Scored:
    policy: Policy = await call.read(policies.in_force)
    return await call.apart(gates.readiness, call.platform.settings, owner_id, result, policy.document())
