from __future__ import annotations

from aurelius_kernel.reporting.sheet_tables import instruments


def rows(number: int) -> list[dict]:
    profits = [(place * 7) % number for place in range(number)]
    return [{"instrument": f"S{profit}", "trades": 1, "won": 1, "profit": profit, "commission": 0.0} for profit in profits]


def test_one_instrument_needs_no_table():
    assert instruments(rows(1)) == {"rows": [], "note": ""}


def test_a_few_instruments_stand_in_the_order_of_the_run():
    table = instruments(rows(5))
    assert [row[0] for row in table["rows"]] == ["S0", "S2", "S4", "S1", "S3"]
    assert table["note"] == ""


def test_of_many_instruments_the_most_and_the_least_profitable_are_shown():
    table = instruments(rows(200))
    names = [row[0] for row in table["rows"]]
    assert names == [f"S{profit}" for profit in [*range(199, 169, -1), *range(29, -1, -1)]]
    assert table["note"] == "The 30 most and the 30 least profitable of 200; the JSON has all."
