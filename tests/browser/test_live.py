"""Pages that are watched: what happens on the platform shows on them by itself, through breaks and restarts, to who may see it."""

from __future__ import annotations

import pytest

from tests.support.running import Person, people
from tests.support.visits import ROOT, Gallery, Visit, enter
from tests.support.waiting import until_the_end

STATE = "document.querySelector('#connection').dataset.state"
STAYS = "window.stays = true"
STOPWATCH = """
() => {
    const told = window.told = {};
    addEventListener("aurelius:event", ({ detail }) => { if (detail.type === "strategy_created") told.event = performance.now(); });
    new MutationObserver(() => { if (told.event && !told.shown) told.shown = performance.now(); })
        .observe(document.querySelector("#rendered_cells"), { childList: true, subtree: true, characterData: true });
}
"""


@pytest.fixture
def strategies(staff):
    """Make strategies as somebody, and take them away again."""
    made = []

    def make(who: str, name: str) -> str:
        asked = {"name": name, "strategy_type": "breakout", "parameters": {}}
        made.append((staff[who], staff[who].post("/api/v1/strategies/", asked).raise_for_status().json()["id"]))
        return made[-1][1]

    yield make
    for person, strategy_id in made:
        person.call("DELETE", f"/api/v1/strategies/{strategy_id}")


def is_live(visit: Visit, seconds: float = 40) -> Visit:
    visit.page.wait_for_function(f"{STATE} === 'live'", timeout=1000 * seconds)
    return visit


def run(person: Person, strategy_id: str, instrument: str = "GOOG", **more) -> str:
    asked = {"strategy_id": strategy_id, "instruments": [instrument], **more}
    return person.post("/api/v1/backtests/run", asked).raise_for_status().json()["backtest_id"]


def test_a_backtest_is_run_and_watched_until_it_is_complete(visit, staff, work):
    shown = is_live(visit("analyst-a").open("backtests"))
    shown.page.evaluate(STAYS)
    backtest_id = run(staff["analyst-a"], work["strategy_id"], start_date="2009-01-05")
    row = f"tr:has(a[href*='{backtest_id}'])"
    shown.page.wait_for_selector(row, timeout=60_000)
    shown.page.wait_for_selector(f"{row} >> text=completed", timeout=120_000)
    assert shown.page.evaluate("window.stays")


def test_a_run_that_is_cancelled_is_shown_as_cancelled(visit, staff, work):
    analyst = staff["analyst-a"]
    shown = is_live(visit("analyst-a").open("backtests"))
    backtest_id = run(analyst, work["strategy_id"], start_date="2009-02-02")
    analyst.post(f"/api/v1/backtests/{backtest_id}/cancel")
    ended = until_the_end(analyst, f"/api/v1/backtests/{backtest_id}/status")
    shown.page.wait_for_selector(f"tr:has(a[href*='{backtest_id}']) >> text={ended['status']}", timeout=60_000)


def test_a_number_changes_soon_after_its_event(visit, strategies):
    shown = is_live(visit("analyst-b").open("overview"))
    shown.page.evaluate(STOPWATCH)
    strategies("analyst-b", "Heard of at once")
    shown.page.wait_for_function("window.told.shown", timeout=20_000)
    taken = shown.page.evaluate("window.told.shown - window.told.event")
    assert taken < 1_500  # 300 ms on a machine that does nothing else


def test_two_viewers_never_see_each_others_objects(visit, strategies):
    mine, theirs = is_live(visit("analyst-a").open("strategies")), is_live(visit("analyst-b").open("strategies"))
    strategies("analyst-a", "Only of the first")
    strategies("analyst-b", "Only of the second")
    mine.shows("Only of the first")
    theirs.shows("Only of the second")
    for _ in range(2):
        assert "Only of the second" not in mine.text()
        assert "Only of the first" not in theirs.text()
        mine.open("strategies")
        theirs.open("strategies")


def test_somebody_elses_backtest_is_not_there(visit, work):
    shown = visit("analyst-b").open("backtest", backtest_id=work["backtest_id"])
    assert "There is no such backtest" in shown.text()


def test_a_backtest_that_was_shared_is_seen_by_who_it_was_shared_with(visit, work):
    shown = visit("viewer-a").open("backtest", backtest_id=work["backtest_id"])
    assert "Sharpe ratio" in shown.text()
    assert "There is no such backtest" not in shown.text()


def test_a_page_offline_says_so_and_catches_up_without_being_loaded_again(visit, contexts, strategies):
    shown = is_live(visit("analyst-b").open("strategies"))
    shown.page.evaluate(STAYS)
    shown.page.evaluate("window.aurelius.interrupt()")
    shown.page.wait_for_function(f"{STATE} === 'reconnecting'")
    strategies("analyst-b", "Made meanwhile")
    is_live(shown).shows("Made meanwhile")
    assert shown.page.evaluate("window.stays")


@pytest.fixture
def other_server(tmp_path):
    """A small server of its own, that may be stopped and started again."""
    server = Gallery(tmp_path, {"AURELIUS_WARM_KERNELS": "off", "AURELIUS_JOBS_AT_START": "false"})
    server.environment["PYTHONPATH"] = str(ROOT)
    yield server.start()
    server.stop()


def test_a_page_outlives_a_restart_of_the_server_and_misses_nothing(browser, other_server):
    admin = people(other_server)["admin"]
    context = enter(browser.new_context(), admin)
    shown = is_live(Visit.of(context, other_server.url).open("strategies"))
    shown.page.evaluate(STAYS)
    other_server.stop()
    shown.page.wait_for_function(f"{STATE} !== 'live'")
    other_server.start()
    admin.tokens = admin.login().json()
    admin.post("/api/v1/strategies/", {"name": "After the restart", "strategy_type": "breakout", "parameters": {}})
    is_live(shown).shows("After the restart", seconds=60)
    admin.post("/api/v1/strategies/", {"name": "And live again", "strategy_type": "breakout", "parameters": {}})
    shown.shows("And live again", seconds=60)
    assert shown.page.evaluate("window.stays")
    context.close()
