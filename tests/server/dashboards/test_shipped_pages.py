"""The pages that ship, against a real server: each shows what the API says to whoever looks, and nothing of anybody else."""

import json

import pytest

from aurelius_kernel.views import pages
from aurelius_kernel.views.pages.desk import desk
from server_ext.dashboards import pages_in
from tests.support.running import NOTEBOOK, free_port


@pytest.fixture(scope="module")
def strategy(house):
    """A strategy of quant-a."""
    asked = {"name": "Seen by its <owner> alone", "strategy_type": "trend_following", "parameters": {"fast": 7, "slow": 41}}
    answer = house["quant-a"].post("/api/v1/strategies/", asked)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_the_page_of_strategies_shows_ones_own(house, looking, strategy):
    looking(house["quant-a"])
    shown = pages.strategies.everything().value
    assert "Seen by its &lt;owner&gt; alone" in shown
    assert "fast 7" in shown
    assert "slow 41" in shown


def test_the_page_of_strategies_shows_nothing_of_others(house, looking, strategy):
    looking(house["viewer-a"])
    assert "Seen by" not in pages.strategies.everything().value


def test_the_overview_counts_what_the_api_counts(house, looking, strategy):
    person = house["quant-a"]
    looking(person)
    total = person.get("/api/v1/strategies/").json()["total"]
    assert f"<span>Strategies</span><b>{total}</b>" in pages.overview.numbers().value


def test_pages_without_anything_say_how_it_gets_there(house, looking):
    looking(house["viewer-b"])
    for shown in (pages.overview.latest(), pages.backtests.everything(), pages.jobs.queue()):
        assert "class='state'" in shown.value


@pytest.mark.parametrize("backtest_id", ["", "nope", "../../etc/passwd", "<script>"])
def test_a_backtest_that_is_not_there_is_said_to_be_missing(house, looking, backtest_id):
    looking(house["viewer-a"], backtest_id=backtest_id)
    shown = pages.backtest.head().value
    assert "There is no such backtest" in shown
    assert "<script>" not in shown
    assert pages.backtest.months().value == pages.backtest.trades().value == ""
    assert pages.backtest.account().children == pages.backtest.prices().children == pages.backtest.behaviour().children == ()


def test_health_names_every_component(house, looking):
    looking(house["viewer-a"])
    shown = pages.system_health.components().value
    for component in house["viewer-a"].get("/health").json()["components"]:
        assert component["name"] in shown


def test_a_platform_that_is_away_is_said_to_be_away(house, looking, monkeypatch):
    looking(house["viewer-a"])
    monkeypatch.setenv("AURELIUS_URL", f"http://127.0.0.1:{free_port()}")
    desk.cache_clear()
    assert "This part cannot be shown now" in pages.system_health.components().value


def test_an_event_draws_a_part_again(house, looking):
    person = house["quant-b"]
    looking(person)
    part = pages.strategies.everything()
    person.post("/api/v1/strategies/", {"name": "Made just now", "strategy_type": "breakout", "parameters": {}})
    assert "Made just now" not in part.value
    part.ears.heard += 1
    assert "Made just now" in part.value


def test_the_kernel_of_a_page_asks_the_platform_as_whoever_opened_it(house, server):
    source = "import aurelius_kernel as ak\nprint(ak.Client().verify().email)"
    path = server.folder / "notebooks/dashboards/who.ipynb"
    path.write_text(json.dumps({**NOTEBOOK, "cells": [{**NOTEBOOK["cells"][0], "source": source}]}))
    try:
        page = house["viewer-a"].browser().http.get("/voila/render/dashboards/who.ipynb").text
    finally:
        path.unlink()
    assert "viewer-a@example.com" in page.split('id="rendered_cells"')[1]


def test_what_ships_calls_views_in_a_few_cells_and_keeps_no_output(checkout):
    for page in pages_in(checkout / "dashboards"):
        cells = json.loads((checkout / "dashboards" / page.file).read_text())["cells"]
        assert 1 <= len(cells) <= 6
        assert all(cell["outputs"] == [] and "aurelius_kernel.views.pages" in "".join(cells[0]["source"]) for cell in cells)
