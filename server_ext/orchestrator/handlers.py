"""The calls of orchestrations."""

from __future__ import annotations

from server_ext.orchestrator import service
from server_ext.orchestrator.asked import asked_run
from server_ext.orchestrator.schemas import NewRun, Run, RunFilter, RunList, RunQueued
from server_ext.policy import policies
from server_ext.strategies import service as strategies
from server_ext.web.call import Call

__all__ = ["get_run", "list_runs", "start_run"]


async def start_run(call: Call, body: NewRun) -> RunQueued:
    """Take a goal, or a strategy, through generation, backtest, validation and the three gates, as a job."""
    strategy = await call.read(strategies.find, call.actor, body.strategy_id) if body.strategy_id else None
    limits = await call.read(policies.in_force)
    new = await call.work(asked_run, call.platform, call.actor, strategy, limits.document(), body)
    made = await call.once(service.run, call.platform, call.actor, body.strategy_id, body.goal, new)
    call.headers["Location"] = f"/api/v1/orchestrator/runs/{made.run_id}"
    return made


async def list_runs(call: Call, query: RunFilter) -> RunList:
    """List runs."""
    return await call.read(service.list_, call.actor, query)


async def get_run(call: Call, run_id: str) -> Run:
    """Give one run with its six stages, each with its state, its times and what it found."""
    return await call.read(service.find, call.actor, run_id)
