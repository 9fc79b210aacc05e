"""Sessions against what the New York Stock Exchange has announced."""

import pandas as pd
import pytest

from aurelius_kernel.data.calendars import check_calendar, is_session, periods_per_year, session_closes, sessions_between
from aurelius_kernel.errors import ImpossibleRequest, UnknownName


def days(*names):
    return pd.DatetimeIndex(names)


@pytest.mark.parametrize(("year", "sessions"), [(2023, 250), (2024, 252)])
def test_new_york_has_its_known_number_of_sessions(year, sessions):
    assert len(sessions_between("XNYS", pd.Timestamp(year, 1, 1), pd.Timestamp(year, 12, 31))) == sessions


def test_early_closes_are_at_one_in_the_afternoon():
    closes = session_closes("XNYS", days("2024-07-03", "2024-11-29", "2024-12-24")).tz_convert("America/New_York")
    assert [f"{close:%m-%d %H:%M}" for close in closes] == ["07-03 13:00", "11-29 13:00", "12-24 13:00"]


def test_other_closes_are_at_four_in_summer_and_in_winter():
    closes = session_closes("XNYS", days("2024-01-02", "2024-07-02"))
    assert [f"{close:%H:%M}" for close in closes] == ["21:00", "20:00"]


def test_a_day_without_a_session_gets_the_regular_close():
    assert session_closes("XNYS", days("2024-07-04"))[0] == pd.Timestamp("2024-07-04 16:00", tz="America/New_York")


def test_days_long_ago_and_far_ahead_get_a_close_too():
    closes = session_closes("XNYS", days("1960-01-04", "2049-01-04")).tz_convert("America/New_York")
    assert [f"{close:%H:%M}" for close in closes] == ["16:00", "16:00"]


def test_a_day_of_a_market_that_never_closes_ends_at_midnight():
    assert session_closes("24/7", days("2024-07-04"))[0] == pd.Timestamp("2024-07-05", tz="UTC")


def test_holidays_and_weekends_have_no_session():
    assert is_session("XNYS", days("2024-07-03", "2024-07-04", "2024-07-06")).tolist() == [True, False, False]


def test_tokyo_counts_its_own_sessions_and_minutes():
    # 245 sessions a year on average, of 5 hours without the lunch break (until November 2024).
    assert periods_per_year("XTKS", "1d") == 245.0
    assert periods_per_year("XTKS", "5min") == 245.0 * 60


def test_an_unknown_calendar_is_named_with_the_nearest():
    with pytest.raises(UnknownName, match=r"did you mean .*XNYS"):
        check_calendar("XNYZ")


def test_a_calendar_that_the_library_cannot_build_is_said_to_be_so():
    with pytest.raises(ImpossibleRequest, match="XTAE cannot be built by exchange_calendars"):
        session_closes("XTAE", days("2015-01-05"))
