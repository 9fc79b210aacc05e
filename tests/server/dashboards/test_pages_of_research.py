"""The pages on one backtest, sweeps, comparisons, risk and one strategy: they show what the API says, to whom it says it."""

import numpy as np
import pytest

from aurelius_kernel.metrics import value_at_risk
from aurelius_kernel.views import pages
from aurelius_kernel.views.numerals import percent, ratio
from aurelius_kernel.views.pages.desk import desk
from tests.support.waiting import until_the_end


@pytest.fixture(scope="module")
def swept(staff):
    """A sweep of analyst-a's that ran to its end."""
    grid = {"fast": [5, 10, 20], "slow": [40, 80]}
    asked = {"strategy_type": "trend_following", "grid": grid, "start_date": "2010-01-01"}
    queued = staff["analyst-a"].post("/api/v1/sweeps/run", asked).json()
    until_the_end(staff["analyst-a"], f"/api/v1/jobs/{queued['job_id']}")
    return queued["sweep_id"]


@pytest.fixture(scope="module")
def shorter(staff, studied):
    """Another backtest of the studied strategy, of one year."""
    asked = {"strategy_id": studied["strategy"], "start_date": "2011-01-01", "end_date": "2011-12-31"}
    queued = staff["analyst-a"].post("/api/v1/backtests/run", asked).json()["backtest_id"]
    until_the_end(staff["analyst-a"], f"/api/v1/backtests/{queued}/status")
    return queued


@pytest.fixture
def detail(staff, studied):
    """The studied backtest, as the API tells it."""
    return staff["analyst-a"].get(f"/api/v1/backtests/{studied['backtest']}").json()


def test_a_backtest_is_read_once_for_all_parts_of_its_page(staff, looking, studied, monkeypatch):
    looking(staff["analyst-a"], backtest_id=studied["backtest"])
    read = []
    ask = type(desk()).backtest
    monkeypatch.setattr(type(desk()), "backtest", lambda client, which: read.append(which) or ask(client, which))
    for part in (
        pages.backtest.head,
        pages.backtest.account,
        pages.backtest.months,
        pages.backtest.behaviour,
        pages.backtest.trades,
    ):
        part()
    assert read == [studied["backtest"]]


def test_the_account_is_drawn_beside_buy_and_hold(staff, looking, studied, detail):
    looking(staff["analyst-a"], backtest_id=studied["backtest"])
    lines = pages.backtest.account().children[1].marks[0]
    ends = [[point[name] for point in (detail["equity_curve"][0], detail["equity_curve"][-1])] for name in ("equity", "benchmark")]
    np.testing.assert_array_equal(np.array(lines.y)[:, [0, -1]], ends)


def test_every_trade_that_began_is_on_the_prices(staff, looking, studied, detail):
    looking(staff["analyst-a"], backtest_id=studied["backtest"])
    (chart,) = pages.backtest.prices().children[-1].children
    assert list(chart.marks[1].y) == [trade["entry_price"] for trade in detail["trades"]]
    assert len(chart.marks[2].y) == sum(trade["status"] == "closed" for trade in detail["trades"])


def test_what_was_paid_is_what_the_api_says(staff, looking, studied, detail):
    looking(staff["analyst-a"], backtest_id=studied["backtest"])
    said = "".join(getattr(part, "value", "") for part in pages.backtest.behaviour().children)
    assert f"<span>Commission</span><b>{detail['costs']['commission']:,.2f}</b>" in said


def test_a_sweep_shows_its_best_and_is_narrowed_by_brushes(staff, looking, swept):
    looking(staff["analyst-a"], sweep_id=swept)
    best = staff["analyst-a"].get(f"/api/v1/sweeps/{swept}").json()["best"]
    seen = pages.sweep_explorer.explorer()
    assert f"<b>{ratio(best['sharpe_ratio'])}</b>" in seen.facts.value
    assert "6 chosen" in seen.facts.value
    assert seen.map.children[2].marks[0].color.shape == (2, 3)
    seen.lines.brushes = {"0": [0.0, 0.1]}
    assert "2 chosen" in seen.facts.value
    seen.metric.value = "max_drawdown"
    assert "6 chosen" in seen.facts.value
    assert "Best Maximum drawdown" in seen.facts.value


def test_runs_are_compared_over_the_days_they_share(staff, looking, studied, shorter):
    looking(staff["analyst-a"], backtest_ids=f"{studied['backtest']},{shorter}")
    seen = pages.compare.side_by_side()
    assert "2011-01-03 to 2011-12-30" in seen.accounts.children[0].value
    whole = staff["analyst-a"].get(f"/api/v1/backtests/{shorter}").json()["backtest"]["metrics"]
    assert ratio(whole["sharpe_ratio"]) in seen.numbers.children[0].value
    assert "class='best'" in seen.numbers.children[0].value


def test_the_risk_of_a_run_is_that_of_its_returns(staff, looking, studied, detail):
    looking(staff["analyst-a"], backtest_id=studied["backtest"])
    equity = np.array([detail["backtest"]["initial_capital"], *(point["equity"] for point in detail["equity_curve"])])
    returns = equity[1:] / equity[:-1] - 1
    said = pages.risk.risk().at_risk().children[-1].value
    for method in ("historical", "gaussian", "cornish_fisher", "filtered"):
        assert percent(value_at_risk(returns, 0.99, method)) in said
    assert percent(detail["backtest"]["metrics"]["var_95"] / 100) in said


def test_the_falls_with_a_name_that_lie_within_a_run_are_told(staff, looking, studied):
    looking(staff["analyst-a"], backtest_id=studied["backtest"])
    said = pages.risk.risk().episodes().children[0].value
    assert "Euro crisis and downgrade of the US" in said
    assert "in part" in said
    assert "Covid" not in said


def test_the_page_of_a_strategy_shows_versions_runs_and_sweeps(staff, looking, studied, swept):
    looking(staff["analyst-a"], strategy_id=studied["strategy"])
    assert "Bars of the fast average" in pages.strategy.versions().value
    assert f"backtest_id={studied['backtest']}" in pages.strategy.backtests().value
    assert f"validation_id={studied['validation']}" in pages.strategy.validations().value
    assert f"sweep_id={swept}" in pages.strategy.sweeps().value


def test_a_parameter_that_changed_between_versions_is_marked(staff, looking):
    analyst = staff["analyst-a"]
    asked = {"name": "Changed", "strategy_type": "trend_following", "parameters": {"fast": 7, "slow": 41}}
    strategy = analyst.post("/api/v1/strategies/", asked).json()["id"]
    analyst.call("PATCH", f"/api/v1/strategies/{strategy}", {"parameters": {"fast": 8}})
    looking(analyst, strategy_id=strategy)
    said = pages.strategy.versions().value
    assert "<b class='warn' title='changed'>8</b>" in said
    assert said.count("title='changed'") == 1


def test_nothing_of_somebody_else_is_shown(staff, looking, studied, swept, shorter):
    looking(
        staff["quant-b"], strategy_id=studied["strategy"], sweep_id=swept, backtest_id=studied["backtest"], backtest_ids=shorter
    )
    assert "There is no such strategy" in pages.strategy.head().value
    assert pages.strategy.versions().value == pages.strategy.sweeps().value == ""
    assert swept not in [one for _, one in pages.sweep_explorer.explorer().sweep.options]
    for shown in (pages.compare.side_by_side().choice, pages.risk.risk().choice):
        assert {studied["backtest"], shorter}.isdisjoint(one for _, one in shown.options)


def test_pages_without_a_run_say_how_one_gets_there(staff, looking):
    looking(staff["viewer-a"])
    for shown in (pages.sweep_explorer.explorer().head(), pages.compare.side_by_side().head(), pages.risk.risk().head()):
        assert "class='state'" in shown.children[0].value
