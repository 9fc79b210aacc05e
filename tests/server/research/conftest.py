"""A server with bars, on which backtests run for real."""

import os
import subprocess
import sys
import time

import pytest

from tests.support.running import Server, people

ENDS = {"completed", "failed", "cancelled"}


@pytest.fixture(scope="session")
def bench(tmp_path_factory):
    """A running server whose catalogue has the bundled bars."""
    server = Server(tmp_path_factory.mktemp("bench"))
    environment = {**os.environ, "AURELIUS_HOME": str(server.folder / "home")}
    subprocess.run([sys.executable, "-m", "server_ext.cli", "data", "samples"], env=environment, capture_output=True, check=True)
    yield server.start()
    server.stop()


@pytest.fixture(scope="session")
def desk(bench):
    """Its people."""
    return people(bench, "quant-a", "quant-b", "analyst-a", "viewer-a")


@pytest.fixture(scope="session")
def strategy(desk):
    """A strategy of quant-a's."""
    asked = {"name": "Trend", "strategy_type": "trend_following", "parameters": {"fast": 10, "slow": 30}}
    return desk["quant-a"].post("/api/v1/strategies/", asked).json()["id"]


@pytest.fixture(scope="session")
def wait():
    """Wait for the end of a backtest or a job, and give its last state."""

    def until_the_end(person, path, seconds=120):
        deadline = time.monotonic() + seconds
        while (state := person.get(path).json())["status"] not in ENDS:
            assert time.monotonic() < deadline, state
            time.sleep(0.05)
        return state

    return until_the_end


@pytest.fixture(scope="session")
def finished(desk, strategy, wait):
    """A backtest of quant-a's that ran to its end: what was answered, and the backtest."""
    asked = {"strategy_id": strategy, "start_date": "2010-01-01", "end_date": "2012-12-31", "initial_capital": 50_000}
    queued = desk["quant-a"].post("/api/v1/backtests/run", asked)
    wait(desk["quant-a"], f"/api/v1/backtests/{queued.json()['backtest_id']}/status")
    return queued, desk["quant-a"].get(f"/api/v1/backtests/{queued.json()['backtest_id']}").json()
