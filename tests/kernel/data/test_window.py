from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest

from aurelius_kernel.data.window import slice_of, window
from aurelius_kernel.errors import ImpossibleRequest, InvalidField

DAY = 86_400 * 10**9
NOON = pd.Timestamp("2024-07-01T12:00Z").value
MIDNIGHT = pd.Timestamp("2024-07-01T00:00Z").value


@pytest.mark.parametrize(
    "day", ["2024-07-01", "20240701", date(2024, 7, 1), datetime.fromisoformat("2024-07-01"), pd.Timestamp("2024-07-01")]
)
def test_a_date_means_the_whole_day_in_utc(day):
    assert window(day, day) == (MIDNIGHT, MIDNIGHT + DAY - 1)


@pytest.mark.parametrize(
    "instant",
    ["2024-07-01T12:00", "2024-07-01T08:00-04:00", datetime(2024, 7, 1, 12, tzinfo=UTC), pd.Timestamp("2024-07-01T14:00+02:00")],
)
def test_a_time_of_day_means_that_instant(instant):
    assert window(instant, instant) == (NOON, NOON)


def test_an_open_side_takes_everything():
    assert slice_of(np.array([MIDNIGHT, NOON]), *window(None, None)) == slice(0, 2)


def test_both_ends_are_included():
    stamps = MIDNIGHT + DAY * np.arange(5)
    assert slice_of(stamps, *window("2024-07-02", "2024-07-04")) == slice(1, 4)


@pytest.mark.parametrize("moment", ["yesterday", "2024-13-01", "2024-02-30", "", 2024, 1.5, pd.NaT, float("nan"), ["2024-01-01"]])
def test_what_is_no_date_is_refused_by_name(moment):
    with pytest.raises(InvalidField, match="end must be a date like 2010-01-31, not"):
        window(None, moment)


@pytest.mark.parametrize(
    ("start", "end"), [("0001-01-01", "9999-12-31"), (date.min, date.max), ("1600-01-01T12:00", "2300-01-01T12:00")]
)
def test_dates_beyond_all_bars_take_everything(start, end):
    assert window(start, end) == window(None, None)


def test_reversed_dates_are_named():
    with pytest.raises(ImpossibleRequest, match=r"start \(2013-01-01\) is after end \(2012-01-01\); the start comes first\."):
        window("2013-01-01", "2012-01-01")
