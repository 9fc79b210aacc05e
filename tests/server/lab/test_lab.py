"""JupyterLab's page as the server sends it, and the tutorials as they are laid out."""

import json
import re

import pytest

from aurelius_kernel.assets import asset
from server_ext.lab.tutorials import lay_out, tutorials


@pytest.fixture(scope="module")
def told(house):
    """What Lab's page tells our extension, by who opens it."""

    def of(who):
        page = house[who].browser().http.get("/lab").raise_for_status().text
        found = re.search(r'<script id="jupyter-config-data" type="application/json">(.*?)</script>', page, re.DOTALL)
        return json.loads(found[1])

    return of


def test_the_page_tells_who_looks_and_what_they_may_do(told, house):
    quant, admin = told("quant-a")["aurelius"], told("admin")["aurelius"]
    assert quant["user"] == {"id": house["quant-a"].id, "name": "Some quant-a", "is_admin": False}
    assert admin["user"]["is_admin"]
    assert "jobs:run-notebook" in quant["may"]
    assert set(admin["may"]) - set(quant["may"]) >= {"users:manage"}


def test_the_page_lists_the_dashboards_and_the_tutorials(told):
    page = told("quant-a")["aurelius"]
    assert [one["path"] for one in page["dashboards"]] == ["voila/render/dashboards/overview.ipynb"]
    assert page["tutorials"][0] == {"file": "01-first-backtest.ipynb", "title": "Your first backtest"}


def test_jupyterlab_asks_nobody_outside_for_news_or_extensions(told, house):
    assert told("quant-a")["news"] == {"disabled": True}
    browser = house["quant-a"].browser().http
    assert browser.get("/lab/api/news").json()["news"] == []
    assert browser.get("/lab/api/update").json()["notification"] is None


def test_the_tutorials_are_laid_out_for_quants_and_for_nobody_less(house, server):
    browser = house["quant-a"].browser()
    assert browser.http.post("/tutorials", headers=browser.xsrf).json() == {"folder": "tutorials"}
    laid = {path.name for path in (server.folder / "notebooks/tutorials").iterdir()}
    assert laid == {tutorial.file for tutorial in tutorials()}
    for who in ("analyst-a", "viewer-a"):
        other = house[who].browser()
        assert other.http.post("/tutorials", headers=other.xsrf).status_code == 403
    assert browser.http.post("/tutorials").status_code == 403


def test_a_tutorial_that_somebody_has_worked_in_stays_as_it_is(tmp_path):
    first = tutorials()[0].file
    (tmp_path / first).write_text("my work")
    lay_out(tmp_path)
    assert (tmp_path / first).read_text() == "my work"
    others = sorted(path.name for path in asset("notebooks").joinpath("tutorials").glob("*.ipynb"))
    assert sorted(path.name for path in tmp_path.iterdir()) == others
