"""What a viewer is not offered, and is refused when asked for all the same."""

from __future__ import annotations

import re

import pytest

CRAFTED = """
async ([path, body]) => (await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-XSRFToken": /_xsrf=([^;]*)/.exec(document.cookie)?.[1] ?? "" },
    body: JSON.stringify(body),
})).status
"""


@pytest.mark.parametrize("name", ["backtests", "backtest", "strategies", "jobs"])
def test_a_viewer_sees_no_action(visit, work, name):
    shown = visit("viewer-a").open(name, backtest_id=work["backtest_id"])
    offered = shown.page.locator("main button:not(.sort), main form").all_inner_texts()
    assert [text for text in offered if text.strip()] == []


def test_a_viewer_who_crafts_a_call_is_refused(visit, work):
    shown = visit("viewer-a").open("backtest", backtest_id=work["backtest_id"])
    calls = {
        "/api/v1/backtests/run": {"strategy_id": work["strategy_id"], "instruments": ["GOOG"]},
        f"/api/v1/backtests/{work['backtest_id']}/cancel": {},
        "/api/v1/jobs/": {"notebook": "backtest.ipynb"},
        "/api/v1/gates/dev-gate": {"strategy_id": work["strategy_id"]},
    }
    answers = {path: shown.page.evaluate(CRAFTED, [path, body]) for path, body in calls.items()}
    shown.errors.clear()  # the browser itself writes each refusal to its console
    assert answers == dict.fromkeys(calls, 403)


def test_a_page_shows_the_numbers_of_the_api(visit, staff, work):
    shown = visit("analyst-a").open("backtest", backtest_id=work["backtest_id"]).text()
    own = staff["analyst-a"].get(f"/api/v1/backtests/{work['backtest_id']}").json()["backtest"]["metrics"]
    tiles = shown.replace("−", "-").replace(",", "")
    for name, digits in {"total_return": 2, "sharpe_ratio": 2, "max_drawdown": 2, "volatility": 2, "total_trades": 0}.items():
        assert f"{own[name]:.{digits}f}" in tiles, name


def test_the_overview_counts_what_the_api_counts(visit, staff, work):
    shown = visit("analyst-a").open("overview")
    tile = shown.page.locator(".tile", has_text="Strategies").first.inner_text()
    assert str(staff["analyst-a"].get("/api/v1/strategies/").json()["total"]) in tile


def test_whoever_is_given_the_kernel_that_waits_is_told_their_own_numbers(staff, work):
    shown = {}
    for name in ("analyst-a", "viewer-b", "analyst-a"):
        page = staff[name].browser().http.get("/voila/render/dashboards/overview.ipynb").text
        shown[name] = re.search(r"<span>Strategies</span><b>(\d+)</b>", page)[1]
    assert shown == {name: str(staff[name].get("/api/v1/strategies/?limit=1").json()["total"]) for name in shown}
    assert shown["viewer-b"] == "0"
