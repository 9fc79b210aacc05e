"""The page of goals: what comes of one, as the API measured it, kept as strategies until they are discarded."""

import pytest

from aurelius_kernel.views.numerals import ratio
from aurelius_kernel.views.pages.form import Form
from aurelius_kernel.views.pages.generate import Generate


@pytest.fixture(scope="module")
def asked():
    """A goal that is soon answered."""
    return {"goal": "momentum on GOOG, drawdown below 40%", "max_strategies": 2, "tries": 3, "instruments": []}


@pytest.fixture
def page(staff, looking, asked):
    """The page after a goal was stated."""
    looking(staff["analyst-a"])
    page = Generate()
    page.form.submit(asked)
    assert page.form.outcome["kind"] == "good", page.form.outcome
    return page


def test_before_a_goal_is_stated_the_page_says_what_to_do(staff, looking):
    looking(staff["analyst-a"])
    page = Generate()
    assert "No goal has been stated yet" in page.candidates.value
    assert page.form.is_open


def test_candidates_stand_with_what_was_measured_and_are_strategies(staff, page):
    analyst, shown = staff["analyst-a"], page.candidates.value
    ids = [part.partition("'")[0] for part in shown.split("data-act='discard_strategy' data-id='")[1:]]
    assert 1 <= len(ids) <= 2
    assert f"{len(ids)} kept of" in page.form.outcome["text"]
    for strategy_id in ids:
        assert analyst.get(f"/api/v1/strategies/{strategy_id}").status_code == 200
        assert f"new=backtest&strategy_id={strategy_id}" in shown
    dots = page.chart.children[1].marks[0]
    assert len(dots.x) == len(ids)
    assert all(ratio(float(sharpe)) in shown for sharpe in dots.x)
    assert page.candidates.hands.do("discard_strategy", ids[0]).kind == "good"
    assert ids[0] not in page.candidates.value
    assert analyst.get(f"/api/v1/strategies/{ids[0]}").status_code == 404


def test_what_is_no_goal_is_refused_at_its_field(staff, looking):
    looking(staff["analyst-a"])
    page = Generate()
    page.form.submit({"goal": "momentum on GOOG", "max_strategies": 900})
    assert (page.form.outcome["kind"], list(page.form.outcome["fields"])) == ("bad", ["max_strategies"])
    page.form.submit({"goal": ""})
    assert list(page.form.outcome["fields"]) == ["goal"]


def test_a_viewer_is_offered_no_form(staff, looking):
    looking(staff["viewer-a"])
    assert not isinstance(Generate().form, Form)
