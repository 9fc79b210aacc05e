"""When windows were trained and tested, as a picture: places by hand."""

import re

from aurelius_kernel.views.window_timeline import window_timeline


def window(train_start, train_end, test_start, test_end, sharpe):
    days = {"train_start": train_start, "train_end": train_end, "test_start": test_start, "test_end": test_end}
    return {**days, "train_sharpe": 1.0, "test_sharpe": sharpe}


HUNDRED_DAYS = [
    window("2020-01-01", "2020-01-25", "2020-01-31", "2020-02-19", 0.5),
    window("2020-02-20", "2020-03-15", "2020-03-21", "2020-04-09", -0.5),
]


def bars(drawn):
    found = re.findall(r"<rect x='([\d.]+)%' width='([\d.]+)%' y='(\d+)'.*?fill:var\(--([\w-]+)", drawn)
    return [(float(left), float(width), int(top), colour) for left, width, top, colour in found]


def test_bars_lie_where_their_days_are():
    assert bars(window_timeline(HUNDRED_DAYS)) == [
        (0.0, 25.0, 0, "grey"),
        (30.0, 20.0, 0, "line-1"),
        (50.0, 25.0, 14, "grey"),
        (80.0, 20.0, 14, "line-2"),
    ]


def test_a_test_without_a_trade_is_pale():
    assert bars(window_timeline([{**HUNDRED_DAYS[0], "test_sharpe": None}]))[1][3] == "line"


def test_years_are_named_where_they_begin():
    long = [window("2019-12-31", "2020-12-29", "2021-01-01", "2021-12-31", 1.0)]
    assert re.findall(r"text-anchor='middle'[^>]*>(\d+)<", window_timeline(long)) == ["2020", "2021"]


def test_the_picture_says_what_it_shows():
    assert "aria-label='2 windows from 2020-01-01 to 2020-04-09'" in window_timeline(HUNDRED_DAYS)


def test_of_very_many_windows_an_even_sample_is_drawn():
    many = [HUNDRED_DAYS[0]] * 150
    assert len(bars(window_timeline(many))) == 2 * 50
