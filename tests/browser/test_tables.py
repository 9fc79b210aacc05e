"""Tables are sorted by their heads and filtered by a word."""

from __future__ import annotations

import pytest

SHOWN = "main table.data tbody tr:not([hidden]) td:nth-child({})"


@pytest.fixture
def listing(visit, staff):
    """A page with a table of twelve strategies."""
    person = staff["quant-a"]
    if person.get("/api/v1/strategies/").json()["total"] < 12:
        for number in range(12):
            asked = {
                "name": f"Number {number}",
                "strategy_type": "trend_following",
                "parameters": {"fast": 5 + number, "slow": 60 - number},
            }
            person.post("/api/v1/strategies/", asked).raise_for_status()
    return visit("quant-a").open("strategies").page


def column(page, number):
    return page.eval_on_selector_all(SHOWN.format(number), "found => found.map(one => one.innerText.trim())")


def test_a_click_on_a_head_sorts_by_it_and_another_turns_it_round(listing):
    head = listing.locator("main table.data thead th").first
    head.locator("button").click()
    names = column(listing, 1)
    assert head.get_attribute("aria-sort") == "ascending"
    assert [name for name in names if name.startswith("Number")] == [f"Number {number}" for number in range(12)]
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    assert column(listing, 1) == names[::-1]


def test_a_word_leaves_the_rows_that_have_it_and_its_absence_all(listing):
    every = len(column(listing, 1))
    listing.fill("main .filter input", "number 1")
    assert sorted(column(listing, 1)) == ["Number 1", "Number 10", "Number 11"]
    assert "3 of" in listing.inner_text("main .filter")
    listing.fill("main .filter input", "")
    assert len(column(listing, 1)) == every


def test_what_was_chosen_stays_when_the_table_is_drawn_again(listing, staff):
    listing.locator("main table.data thead th button").first.click()
    listing.fill("main .filter input", "number")
    asked = {"name": "Number 100", "strategy_type": "breakout", "parameters": {}}
    made = staff["quant-a"].post("/api/v1/strategies/", asked).raise_for_status().json()
    listing.wait_for_selector("text=Number 100", timeout=30_000)
    assert column(listing, 1) == [f"Number {number}" for number in (*range(12), 100)]
    assert listing.input_value("main .filter input") == "number"
    staff["quant-a"].call("DELETE", f"/api/v1/strategies/{made['id']}")
