"""What the dashboards' tests share."""

from pathlib import Path

import pytest

from aurelius_kernel.views.pages.desk import desk
from tests.support.waiting import until_the_end


@pytest.fixture
def checkout():
    """The folder of the project."""
    return Path(__file__).parents[3]


@pytest.fixture
def looking(monkeypatch):
    """Look at the pages as somebody."""

    def look(person, **query):
        monkeypatch.setenv("AURELIUS_URL", person.server.url)
        monkeypatch.setenv("AURELIUS_TOKEN", person.bearer()["Authorization"].removeprefix("Bearer "))
        monkeypatch.setenv("QUERY_STRING", "&".join(f"{name}={value}" for name, value in query.items()))
        desk.cache_clear()

    yield look
    desk.cache_clear()


@pytest.fixture(scope="session")
def studied(staff):
    """A strategy of analyst-a, with the ids of its completed backtest and its completed validation."""
    analyst = staff["analyst-a"]
    asked = {"name": "Studied on pages", "strategy_type": "trend_following", "parameters": {"fast": 9, "slow": 33}}
    strategy = analyst.post("/api/v1/strategies/", asked).json()["id"]
    run = {"strategy_id": strategy, "start_date": "2009-01-01"}
    windows = {"train_size_days": 252, "window_size_days": 126, "grid": {"fast": [5, 9], "slow": [33, 66]}}
    backtest = analyst.post("/api/v1/backtests/run", run).json()["backtest_id"]
    validation = analyst.post("/api/v1/validation/run", {**run, **windows}).json()["validation_id"]
    until_the_end(analyst, f"/api/v1/backtests/{backtest}/status")
    until_the_end(analyst, f"/api/v1/validation/{validation}/status")
    return {"strategy": strategy, "backtest": backtest, "validation": validation}
