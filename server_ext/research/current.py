"""The backtest that speaks of a strategy as it is now."""

from __future__ import annotations

from sqlalchemy import Connection

from server_ext.access.actor import Actor
from server_ext.errors import Conflict
from server_ext.jobs.states import State
from server_ext.research import backtests
from server_ext.research.schemas import Backtest, BacktestFilter
from server_ext.strategies.schemas import Strategy

__all__ = ["current_backtest"]


def current_backtest(connection: Connection, actor: Actor, strategy: Strategy, backtest_id: str | None) -> Backtest:
    """The latest completed backtest, or the one that is named; raises Conflict unless it is one of the strategy as it is now."""
    if backtest_id is not None:
        found = backtests.find(connection, actor, backtest_id)
        if found.strategy_id != strategy.id or found.result is None or not _is_current(found, strategy):
            raise Conflict("What is judged is a completed backtest of this strategy with the parameters that it has now.")
        return found
    asked = BacktestFilter(strategy_id=strategy.id, status=State.COMPLETED, limit=200)
    done = backtests.list_(connection, actor, asked).backtests
    current = next((one for one in done if one.result is not None and _is_current(one, strategy)), None)
    if current is None:
        raise Conflict("There is no completed backtest of this strategy with the parameters that it has now: run one first.")
    return current


def _is_current(backtest: Backtest, strategy: Strategy) -> bool:
    ran = backtest.spec["strategy"]
    return bool(ran["type"] == strategy.strategy_type and ran["parameters"] == strategy.parameters)
