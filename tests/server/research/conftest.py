"""Backtests that run for real."""

import pytest

from tests.support.waiting import until_the_end


@pytest.fixture(scope="session")
def strategy(staff):
    """A strategy of quant-a's."""
    asked = {"name": "Trend", "strategy_type": "trend_following", "parameters": {"fast": 10, "slow": 30}}
    return staff["quant-a"].post("/api/v1/strategies/", asked).json()["id"]


@pytest.fixture(scope="session")
def wait():
    """Wait for the end of a backtest or a job, and give its last state."""
    return until_the_end


@pytest.fixture(scope="session")
def finished(staff, strategy, wait):
    """A backtest of quant-a's that ran to its end: what was answered, and the backtest."""
    asked = {"strategy_id": strategy, "start_date": "2010-01-01", "end_date": "2012-12-31", "initial_capital": 50_000}
    queued = staff["quant-a"].post("/api/v1/backtests/run", asked)
    wait(staff["quant-a"], f"/api/v1/backtests/{queued.json()['backtest_id']}/status")
    return queued, staff["quant-a"].get(f"/api/v1/backtests/{queued.json()['backtest_id']}").json()
