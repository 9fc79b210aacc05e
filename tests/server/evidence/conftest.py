"""A strategy with a backtest and a validation that ran for real."""

import pytest

from tests.support.waiting import until_the_end


@pytest.fixture(scope="module")
def judged(staff):
    """A strategy of analyst-a's, with the ids of its completed backtest and its completed validation."""
    analyst = staff["analyst-a"]
    asked = {"name": "To be judged", "strategy_type": "trend_following", "parameters": {"fast": 10, "slow": 40}}
    strategy = analyst.post("/api/v1/strategies/", asked).json()["id"]
    backtest = analyst.post("/api/v1/backtests/run", {"strategy_id": strategy, "start_date": "2009-01-01"}).json()
    validation = analyst.post("/api/v1/validation/run", asked_validation(strategy))
    assert validation.status_code == 202, validation.text
    until_the_end(analyst, f"/api/v1/backtests/{backtest['backtest_id']}/status")
    until_the_end(analyst, f"/api/v1/validation/{validation.json()['validation_id']}/status")
    return {"strategy": strategy, "backtest": backtest["backtest_id"], "validation": validation.json()["validation_id"]}


def asked_validation(strategy, **change):
    grid = {"fast": [5, 10, 20], "slow": [40, 80]}
    return {
        "strategy_id": strategy,
        "start_date": "2009-01-01",
        "train_size_days": 252,
        "window_size_days": 126,
        "grid": grid,
        **change,
    }
