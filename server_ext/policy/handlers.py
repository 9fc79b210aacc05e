"""The calls of the policy and of waivers."""

from __future__ import annotations

from server_ext.jobs.intake import store_of
from server_ext.policy import policies, waivers
from server_ext.policy.schemas import NewPolicy, NewWaiver, Policy, PolicyList, Waiver, WaiverFilter, WaiverList
from server_ext.research.current import current_backtest
from server_ext.strategies import service as strategies
from server_ext.web.call import Call
from server_ext.web.schema import Paging

__all__ = ["get_policy", "grant_waiver", "list_policies", "list_waivers", "set_policy", "withdraw_waiver"]


async def get_policy(call: Call) -> Policy:
    """Give the policy in force: what rules and gates hold results to."""
    return await call.read(policies.now)


async def list_policies(call: Call, query: Paging) -> PolicyList:
    """List every policy that was ever set."""
    return await call.read(policies.list_, query)


async def set_policy(call: Call, body: NewPolicy) -> Policy:
    """Put other limits in force, as the policy's next version, with a reason."""
    store = store_of(call.platform.settings)
    made = await call.once(policies.set_, call.platform.log, call.origin, call.actor, store, body)
    call.headers["Location"] = "/api/v1/policy"
    return made


async def list_waivers(call: Call, query: WaiverFilter) -> WaiverList:
    """List waivers, those that hold no longer too."""
    return await call.read(waivers.list_, call.actor, query)


async def grant_waiver(call: Call, body: NewWaiver) -> Waiver:
    """Let a check of the product gate pass for one run of a strategy, with a reason, until it expires."""
    strategy = await call.read(strategies.find, call.actor, body.strategy_id)
    backtest = await call.read(current_backtest, call.actor, strategy, body.backtest_id)
    store = store_of(call.platform.settings)
    made = await call.once(waivers.grant, call.platform.log, call.origin, call.actor, backtest, body, store)
    call.headers["Location"] = f"/api/v1/waivers/?strategy_id={made.strategy_id}"
    return made


async def withdraw_waiver(call: Call, waiver_id: str) -> None:
    """Take a waiver back; it stays on record."""
    await call.write(waivers.withdraw, call.origin, call.actor, waiver_id)
