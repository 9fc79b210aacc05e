import numpy as np
import pandas as pd
import pytest

from aurelius_kernel.data.moments import read_moments
from aurelius_kernel.errors import BarsRefused


def walls(*texts, **more):
    return read_moments(pd.DataFrame({"time": list(texts)}), **more).walls


def instants(*texts):
    return read_moments(pd.DataFrame({"time": list(texts)})).instants


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2024-01-30", "2024-02-01"),
        ("20240130", "20240201"),
        ("2024/01/30", "2024/02/01"),
        ("2024.01.30", "2024.02.01"),
        ("01/30/2024", "02/01/2024"),
        ("1/30/2024", "2/1/2024"),
        ("01/30/24", "02/01/24"),
        ("30/01/2024", "01/02/2024"),
        ("30-01-2024", "01-02-2024"),
        ("30.01.2024", "01.02.2024"),
        ("30-Jan-2024", "01-Feb-2024"),
        ("30 Jan 2024", "1 Feb 2024"),
        ("Jan 30, 2024", "Feb 1, 2024"),
        ("January 30, 2024", "February 1, 2024"),
    ],
)
def test_the_usual_ways_of_writing_a_date_are_understood(first, second):
    assert walls(first, second).tolist() == [pd.Timestamp("2024-01-30"), pd.Timestamp("2024-02-01")]


@pytest.mark.parametrize(
    "time", ["09:30", "9:30", "09:30:00", "09:30:00.000", "9:30 AM", "9:30am", "09:30:00 AM", "09:30:00.000000000"]
)
@pytest.mark.parametrize("date", ["2024-01-30", "01/30/2024"])
def test_the_usual_ways_of_writing_a_time_are_understood(date, time):
    assert walls(f"{date} {time}").tolist() == [pd.Timestamp("2024-01-30T09:30")]


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-30T14:30:00Z",
        "2024-01-30 14:30:00+00:00",
        "2024-01-30 09:30:00-0500",
        "2024-01-30 20:00:00+05:30",
        "01/30/2024 14:30 UTC",
    ],
)
def test_a_time_with_a_zone_is_an_instant(text):
    assert instants(text).tolist() == [pd.Timestamp("2024-01-30T14:30Z")]


@pytest.mark.parametrize("count", ["1706625000", "1706625000000", "1706625000000000", "1706625000000000000"])
def test_seconds_to_nanoseconds_since_1970_are_instants(count):
    assert instants(count).tolist() == [pd.Timestamp("2024-01-30T14:30Z")]


def test_nanoseconds_are_kept_to_the_last():
    assert instants("1706625000123456789")[0].value == 1_706_625_000_123_456_789
    assert walls("2024-01-30 14:30:00.123456789")[0].nanosecond == 789


def test_a_date_and_a_time_in_two_columns_are_one_time():
    table = pd.DataFrame({"date": ["01/30/2024", "01/31/2024"], "time": ["0930", "16:00"]})
    assert read_moments(table).walls.tolist() == [pd.Timestamp("2024-01-30T09:30"), pd.Timestamp("2024-01-31T16:00")]


def test_typed_columns_are_taken_as_they_are():
    naive = pd.Series(pd.DatetimeIndex(["2024-01-30T09:30"]))
    aware = naive.dt.tz_localize("America/New_York")
    assert read_moments(pd.DataFrame({"time": naive})).walls[0] == pd.Timestamp("2024-01-30T09:30")
    both = read_moments(pd.DataFrame({"time": aware}))
    assert (both.walls[0], both.instants[0]) == (pd.Timestamp("2024-01-30T09:30"), pd.Timestamp("2024-01-30T14:30Z"))


def test_what_is_not_understood_is_no_time():
    read = walls("2024-01-30", "soon", "", "2024-02-30", "2024", "2024-01-31 25:00", "1066-10-14", "9999-12-31")
    assert np.flatnonzero(read.notna()).tolist() == [0]


def test_dates_that_may_be_either_are_refused():
    with pytest.raises(BarsRefused, match="Dates like 01/02/2024 may be day first or month first"):
        walls("01/02/2024", "01/03/2024")


def test_a_single_day_beyond_the_twelfth_settles_it():
    assert walls("01/02/2024", "13/02/2024")[0] == pd.Timestamp("2024-02-01")


def test_a_format_settles_it():
    assert walls("01/02/2024", date_format="%d/%m/%Y")[0] == pd.Timestamp("2024-02-01")
