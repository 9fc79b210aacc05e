"""The calls that make strategies: of goals, and of strategies that failed."""

from __future__ import annotations

from server_ext.generation import reflexions, service
from server_ext.generation.schemas import Generation, NewGeneration, NewReflexion, ReflexionList, ReflexionQueued
from server_ext.jobs.intake import store_of
from server_ext.research.current import current_backtest
from server_ext.strategies import service as strategies
from server_ext.web.call import Call
from server_ext.web.schema import Paging

__all__ = ["generate", "reflect", "reflexion_history"]


async def generate(call: Call, body: NewGeneration) -> Generation:
    """Turn a goal in words into measured strategies; each says how likely it is that it is more than luck."""
    made = await call.answered(Generation)
    if made is None:
        found = await call.apart(service.find, call.platform.settings, call.actor.id, body)
        made = await call.once(service.keep, call.platform.log, call.actor, found)
    if made.strategies:
        call.headers["Location"] = f"/api/v1/strategies/{made.strategies[0].id}"
    return made


async def reflect(call: Call, strategy_id: str, body: NewReflexion) -> ReflexionQueued:
    """Change one thing about a strategy that failed, as a job: its child is run, and the change is measured out of sample."""
    strategy = await call.read(strategies.find, call.actor, strategy_id)
    backtest = await call.read(current_backtest, call.actor, strategy, body.backtest_id)
    new = await call.work(reflexions.asked, call.platform, call.actor, backtest, body)
    made = await call.once(reflexions.run, call.platform, call.actor, strategy.id, backtest.id, body.feedback, new)
    call.headers["Location"] = f"/api/v1/reflexion/{strategy.id}/history"
    return made


async def reflexion_history(call: Call, strategy_id: str, query: Paging) -> ReflexionList:
    """List what was made of a strategy by reflexion, and of what was made of it in turn."""
    strategy = await call.read(strategies.find, call.actor, strategy_id)
    return await call.work(_told, call, strategy.id, query)


def _told(call: Call, strategy_id: str, query: Paging) -> ReflexionList:
    with call.platform.database.reading() as connection:
        total, rows = reflexions.history(connection, call.actor, strategy_id, query)
        return reflexions.told(connection, store_of(call.platform.settings), call.actor, total, rows)
