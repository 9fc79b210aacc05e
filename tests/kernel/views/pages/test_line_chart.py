"""The line that can be read off: what is drawn of it, and where."""

import numpy as np
import pandas as pd
import pytest

from aurelius_kernel.views.pages.line_chart import legend, line_chart, round_ticks


def prices(bars):
    index = pd.date_range("2001-01-01", periods=bars, freq="D", tz="UTC", name="time")
    walk = 100 * np.exp(np.cumsum(np.random.default_rng(3).normal(0, 0.01, bars)))
    return pd.DataFrame({"close": walk}, index=index)


def test_a_short_line_is_drawn_whole():
    frame = prices(700)
    line = line_chart(frame, unit="Close").marks[0]
    np.testing.assert_array_equal(np.ravel(line.y), frame["close"])


def test_a_long_line_keeps_its_ends_its_peak_and_its_low():
    frame = prices(60_000)
    drawn = np.ravel(line_chart(frame, unit="Close").marks[0].y)
    assert len(drawn) <= 1_500
    close = frame["close"].to_numpy()
    assert (drawn[0], drawn[-1], drawn.max(), drawn.min()) == (close[0], close[-1], close.max(), close.min())


def test_places_that_are_pointed_out_lie_on_the_line():
    frame = prices(50)
    marked = pd.DatetimeIndex(frame.index[[7, 31]])
    dots = line_chart(frame, unit="Close", marked=marked).marks[1]
    np.testing.assert_array_equal(dots.y, frame["close"].iloc[[7, 31]])


def test_gaps_in_a_line_do_not_hide_its_peak():
    frame = prices(20_000)
    frame.iloc[100:4_000] = np.nan
    drawn = np.ravel(line_chart(frame, unit="Close").marks[0].y)
    assert np.nanmax(drawn) == frame["close"].max()


def test_of_several_lines_each_keeps_its_peak():
    frame = prices(20_000).assign(other=lambda table: -table["close"].sample(frac=1, random_state=2).to_numpy())
    drawn = np.asarray(line_chart(frame, unit="Close").marks[0].y)
    assert drawn.shape[1] <= 1_500
    np.testing.assert_array_equal(drawn.min(axis=1), frame.min())
    np.testing.assert_array_equal(drawn.max(axis=1), frame.max())


def test_a_legend_names_each_line_once_beside_its_colour():
    said = legend(["Strategy", "<Held>"])
    assert said.count("<i style='background:var(--line-") == 2
    assert "&lt;Held&gt;" in said


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0.0, 10.0, [0, 2.5, 5, 7.5, 10]),
        (-0.55, -0.01, [-0.5, -0.4, -0.3, -0.2, -0.1]),
        (-4.5, 4.9, [-4, -2, 0, 2, 4]),
        (120.0, 127.0, [120, 122, 124, 126]),
        (3.0, 3.0, [3.0]),
        (0.0, 0.0, [0.0]),
    ],
)
def test_an_axis_has_round_numbers(low, high, ticks):
    assert round_ticks(np.array([low, np.nan, high]), 4) == pytest.approx(ticks)


def test_a_logarithmic_axis_has_round_steps():
    assert round_ticks(np.array([0.4, 30.0]), 4, logarithmic=True) == pytest.approx([0.5, 1, 2, 5, 10, 20])
    assert round_ticks(np.array([1.0, 2.0]), 4, logarithmic=True) == pytest.approx([1.0, 1.25, 1.5, 1.75, 2.0])


def test_an_axis_of_nothing_has_no_numbers():
    assert round_ticks(np.array([np.nan]), 4) == []
