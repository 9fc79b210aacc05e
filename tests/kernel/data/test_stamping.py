import pandas as pd
import pytest

from aurelius_kernel.data.moments import read_moments
from aurelius_kernel.data.stamping import Clock, Stamped, stamp
from aurelius_kernel.errors import BarsRefused


def stamped(*texts, frequency="1d", calendar="XNYS", timezone=None, ends=Stamped.CLOSE):
    moments = read_moments(pd.DataFrame({"time": list(texts)}))
    return stamp(moments, Clock(frequency=frequency, calendar=calendar, timezone=timezone, stamped=ends))


def closes(*texts, **more):
    return [f"{close:%Y-%m-%dT%H:%MZ}" for close in stamped(*texts, **more).closes]


@pytest.mark.parametrize(
    ("text", "calendar", "close"),
    [
        ("2024-07-02", "XNYS", "2024-07-02T20:00Z"),
        ("2024-07-03", "XNYS", "2024-07-03T17:00Z"),
        ("2024-07-04", "XNYS", "2024-07-04T20:00Z"),
        ("2024-07-02 00:00:00-04:00", "XNYS", "2024-07-02T20:00Z"),
        ("2024-07-02T00:00:00Z", "XNYS", "2024-07-02T20:00Z"),
        ("2024-07-02T20:15:00Z", "XNYS", "2024-07-02T20:15Z"),
        ("2024-07-02", "XTKS", "2024-07-02T06:00Z"),
        ("2024-07-02", "24/7", "2024-07-03T00:00Z"),
        ("2024-07-02T00:00:00Z", "24/7", "2024-07-02T00:00Z"),
    ],
)
def test_a_daily_bar_is_stamped_with_the_close_of_the_session_it_names(text, calendar, close):
    assert closes(text, calendar=calendar) == [close]


@pytest.mark.parametrize(
    ("text", "frequency", "calendar", "close"),
    [
        ("2024-07-02T13:30:00Z", "5min", "XNYS", "2024-07-02T13:35Z"),
        ("2024-07-02T00:00:00Z", "1d", "24/7", "2024-07-03T00:00Z"),
        ("2024-07-02T13:30:00Z", "1d", "XNYS", "2024-07-02T20:00Z"),
        ("2024-07-01", "1w", "24/7", "2024-07-08T00:00Z"),
    ],
)
def test_times_of_the_open_are_moved_to_the_close(text, frequency, calendar, close):
    assert closes(text, frequency=frequency, calendar=calendar, ends=Stamped.OPEN) == [close]


def test_times_without_a_zone_are_read_in_the_declared_one():
    assert closes("2024-01-02 09:31", "2024-07-02 09:31", frequency="1min", timezone="America/New_York") == [
        "2024-01-02T14:31Z",
        "2024-07-02T13:31Z",
    ]


def test_times_without_a_zone_and_without_a_declared_one_are_refused():
    with pytest.raises(BarsRefused, match="The times carry no zone"):
        stamped("2024-01-02 09:31", frequency="1min")


def test_a_single_time_without_a_zone_is_a_fault_of_its_row():
    assert stamped("2024-01-02T14:31Z", "2024-01-02 09:32", frequency="1min").faults == {
        1: "has a time without a zone; timezone= says which"
    }


def test_hours_that_the_clocks_skip_or_repeat_are_faults():
    result = stamped("2024-03-10 02:30", "2024-11-03 01:30", "2024-11-03 03:30", frequency="1h", timezone="America/New_York")
    assert result.faults == {
        0: "never happened in America/New_York, where the clocks went forward",
        1: "happened twice in America/New_York, where the clocks went back",
    }
    assert result.closes.isna().tolist() == [True, True, False]


def test_a_bar_within_the_day_needs_a_time_of_day():
    assert stamped("2024-01-02", "2024-01-03 09:31", frequency="1min", timezone="UTC").faults == {
        0: "has no time of day, which bars of 1min need"
    }
