from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest

from aurelius_kernel.views import numerals


@pytest.mark.parametrize(
    ("write", "value", "text"),
    [
        (numerals.percent, 0.12345, "12.35%"),
        (numerals.percent, -0.5, "−50.00%"),
        (numerals.percent, -0.00001, "0.00%"),
        (numerals.percent, 12.3, "1,230.00%"),
        (numerals.ratio, 0.844, "0.84"),
        (numerals.ratio, -1234.5, "−1,234.50"),
        (numerals.ratio, math.inf, "∞"),
        (numerals.ratio, -math.inf, "−∞"),
        (numerals.count, 1225.0, "1,225"),
        (numerals.money, 9784.5, "9,784.50"),
        (numerals.money, -0.001, "0.00"),
        (numerals.money, 2.5e9, "2.50 bn"),
        (numerals.money, -1e15, "−1.00 qn"),
        (numerals.short_percent, 0.1234, "12.3%"),
        (numerals.short_percent, -37.26, "−3,726%"),
        (numerals.short_percent, 4_331_625.0, "4e8%"),
        (numerals.short_money, 1_500.0, "1.5k"),
        (numerals.short_money, -2e6, "−2m"),
        (numerals.short_money, 0.5, "0.5"),
    ],
)
def test_a_number_is_written_for_a_reader(write, value, text):
    assert write(value) == text


@pytest.mark.parametrize("write", [numerals.percent, numerals.ratio, numerals.count, numerals.money, numerals.short_percent])
@pytest.mark.parametrize("value", [None, math.nan])
def test_what_is_undefined_is_a_dash(write, value):
    assert write(value) == "–"


@pytest.mark.parametrize(
    ("prices", "digits"),
    [([612.3, 98.0], 2), ([10.0], 2), ([1.0845, 1.2], 4), ([0.5], 5), ([0.0000123], 8), ([], 2), ([0.0, math.nan], 2)],
)
def test_prices_have_the_digits_that_the_smallest_needs(prices, digits):
    assert numerals.price_digits(prices) == digits


def test_times_are_written_so_that_they_sort():
    instant = datetime(2004, 8, 19, 13, 5, tzinfo=UTC)
    assert (numerals.day(instant), numerals.minute(instant)) == ("2004-08-19", "2004-08-19 13:05")


def test_one_is_singular():
    assert [numerals.plural(number, "trade") for number in (0, 1, 1_234)] == ["0 trades", "1 trade", "1,234 trades"]
