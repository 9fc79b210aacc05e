"""Sweeps over HTTP: every combination counted, the best named, and nobody else's business."""

import csv
import io

import pytest

RUN = "/api/v1/sweeps/run"
ASKED = {
    "strategy_type": "trend_following",
    "grid": {"fast": [5, 10, 20], "slow": [40, 80]},
    "start_date": "2010-01-01",
    "objective": "total_return",
}


@pytest.fixture(scope="module")
def swept(staff, wait):
    """A sweep of analyst-a's that ran to its end."""
    queued = staff["analyst-a"].post(RUN, ASKED)
    assert queued.status_code == 202, queued.text
    wait(staff["analyst-a"], f"/api/v1/jobs/{queued.json()['job_id']}")
    return staff["analyst-a"].get(f"/api/v1/sweeps/{queued.json()['sweep_id']}").json()


def test_a_sweep_counts_every_trial_and_names_the_best(swept):
    assert (swept["status"], swept["trials"], swept["failed"], len(swept["surface"])) == ("completed", 6, 0, 6)
    pairs = {(row["fast"], row["slow"]) for row in swept["surface"]}
    assert pairs == {(fast, slow) for fast in (5, 10, 20) for slow in (40, 80)}
    returns = [row["total_return"] for row in swept["surface"]]
    assert returns == sorted(returns, reverse=True)
    assert swept["best"]["total_return"] == returns[0]


def test_a_row_of_a_sweep_is_the_backtest_of_it_in_percent(swept, staff, wait):
    analyst, best = staff["analyst-a"], swept["best"]
    parameters = {"fast": best["fast"], "slow": best["slow"]}
    made = analyst.post("/api/v1/strategies/", {"name": "Best", "strategy_type": "trend_following", "parameters": parameters})
    queued = analyst.post("/api/v1/backtests/run", {"strategy_id": made.json()["id"], "start_date": "2010-01-01"}).json()
    wait(analyst, f"/api/v1/backtests/{queued['backtest_id']}/status")
    backtest = analyst.get(f"/api/v1/backtests/{queued['backtest_id']}").json()["backtest"]
    assert backtest["metrics"]["total_return"] == pytest.approx(best["total_return"])


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"strategy_type": "trend_folowing"}, 400, "strategy_type"),
        ({"grid": {"fst": [1]}}, 400, "grid.fst"),
        ({"grid": {}}, 400, "grid"),
        ({"grid": {"fast": "5"}}, 422, "grid.fast"),
        ({"instruments": ["GOOGL"]}, 400, "instruments"),
        ({"objective": "sharp"}, 400, "objective"),
        ({"options": {"x; import os": 1}}, 400, "parameter"),
    ],
)
def test_a_sweep_that_makes_no_sense_is_refused_by_field(staff, change, status, field):
    answer = staff["analyst-a"].post(RUN, {**ASKED, **change})
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (status, [field])


def test_a_sweep_for_what_should_be_small_names_the_smallest_first(staff, wait):
    queued = staff["analyst-a"].post(RUN, {**ASKED, "objective": "volatility"}).json()
    wait(staff["analyst-a"], f"/api/v1/jobs/{queued['job_id']}")
    surface = staff["analyst-a"].get(f"/api/v1/sweeps/{queued['sweep_id']}").json()["surface"]
    assert [row["volatility"] for row in surface] == sorted(row["volatility"] for row in surface)


def test_b2_another_users_sweep_is_not_there(swept, staff):
    assert staff["quant-b"].get(f"/api/v1/sweeps/{swept['id']}").status_code == 404
    assert staff["viewer-a"].post(RUN, ASKED).status_code == 403
    assert staff["admin"].get(f"/api/v1/sweeps/{swept['id']}").status_code == 200


def test_sweeps_are_listed_with_what_was_asked_by_family_and_state(swept, staff):
    analyst = staff["analyst-a"]
    found = analyst.get("/api/v1/sweeps/", params={"strategy_type": "trend_following", "status": "completed"}).json()
    own = next(one for one in found["sweeps"] if one["id"] == swept["id"])
    assert (own["trials"], own["objective"], own["asked"]["grid"]) == (6, "total_return", ASKED["grid"])
    assert "surface" not in own
    assert analyst.get("/api/v1/sweeps/", params={"strategy_type": "breakout"}).json()["total"] == 0
    assert swept["id"] not in staff["quant-b"].get("/api/v1/sweeps/").text


def test_the_table_of_a_sweep_has_every_metric_in_percent_the_best_first(swept, staff):
    answer = staff["analyst-a"].get(f"/api/v1/sweeps/{swept['id']}/table.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert [float(row["total_return"]) for row in rows] == pytest.approx([row["total_return"] for row in swept["surface"]])
    best = {name: float(value) for name, value in rows[0].items() if value and swept["best"].get(name) is not None}
    assert {"fast", "slow", "sharpe_ratio", "max_drawdown", "total_trades"} <= set(best)
    assert best == pytest.approx({name: swept["best"][name] for name in best})
    shorter = staff["analyst-a"].get(f"/api/v1/sweeps/{swept['id']}/table.csv", params={"limit": 2})
    assert list(csv.DictReader(io.StringIO(shorter.text))) == rows[:2]
    assert staff["quant-b"].get(f"/api/v1/sweeps/{swept['id']}/table.csv").status_code == 404
