"""Exchange calendars: which days have a session, when it closes, and how many bars make a year."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import lazy_loader
import numpy as np
import pandas as pd

from aurelius_kernel.data.names import DAY, WEEK, bar_minutes
from aurelius_kernel.errors import ImpossibleRequest, UnknownName
from aurelius_kernel.typing import BoolArray

__all__ = [
    "calendar_names",
    "check_calendar",
    "is_session",
    "periods_per_year",
    "session_closes",
    "session_days",
    "sessions_between",
    "time_zone",
]

xc = lazy_loader.load("exchange_calendars")

CONVENTIONS = {"XNYS": (252.0, 390.0), "XNAS": (252.0, 390.0), "24/7": (365.0, 1_440.0)}
"""Sessions a year and minutes a session where the profession has agreed on numbers."""
MEASURED = slice("2005-01-01", "2024-12-31")
"""The years over which sessions are counted for every other calendar."""
START = 1980
TEN_DAYS = 10
WEEKS_A_YEAR = 52.0


@lru_cache(maxsize=1)
def calendar_names() -> list[str]:
    """Every calendar that may be named: ISO 10383 codes such as XNYS, some other names of theirs, and `24/7`."""
    return sorted(xc.get_calendar_names(include_aliases=True))


def check_calendar(name: object) -> str:
    """The name of a calendar; raises UnknownName, offering the nearest ones."""
    if not isinstance(name, str) or (name not in CONVENTIONS and name not in calendar_names()):
        raise UnknownName("calendar", name, calendar_names())
    return name


def time_zone(calendar: str) -> str:
    """The time zone of the exchange, by its IANA name."""
    return str(_calendar(calendar, START, None).tz)


def session_closes(calendar: str, days: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """The close of each day's session in UTC; a day without a session gets the time at which a regular one would close.

    `days` are dates without a time zone.
    """
    if days.empty:
        return pd.DatetimeIndex([], tz="UTC").as_unit("ns")
    exchange = _covering(calendar, days)
    session = exchange.sessions.get_indexer(days)
    closes = np.where(session >= 0, exchange.closes_nanos[session], _regular_closes(exchange, days).asi8)
    return pd.DatetimeIndex(closes, tz="UTC")


def sessions_between(calendar: str, first: pd.Timestamp, last: pd.Timestamp) -> pd.DatetimeIndex:
    """The days from `first` to `last`, both included, that have a session; days that the calendar does not cover have none."""
    exchange = _covering(calendar, pd.DatetimeIndex([first, last]))
    sessions = exchange.sessions
    return pd.DatetimeIndex(sessions[sessions.slice_indexer(first, last)])


def session_days(calendar: str, closes: pd.DatetimeIndex, *, daily: bool) -> pd.DatetimeIndex:
    """The day of the session to which each bar belongs, by the UTC time of the bar's close.

    A daily bar belongs to its day at the exchange. A shorter one belongs to the session in which it ends, and to its day at the
    exchange when it ends outside of all of them.
    """
    local = pd.DatetimeIndex((closes - pd.Timedelta(1, "ns")).tz_convert(time_zone(calendar)).tz_localize(None)).normalize()
    if daily or local.empty:
        return local
    exchange = _covering(calendar, local)
    session = np.minimum(np.searchsorted(exchange.closes_nanos, closes.asi8), len(exchange.sessions) - 1)
    inside = (exchange.opens_nanos[session] < closes.asi8) & (closes.asi8 <= exchange.closes_nanos[session])
    return pd.DatetimeIndex(np.where(inside, exchange.sessions[session], local))


def is_session(calendar: str, days: pd.DatetimeIndex) -> BoolArray:
    """Which of the days have a session; days that the calendar does not cover count as such."""
    exchange = _covering(calendar, days)
    outside = (days < exchange.first_session) | (days > exchange.last_session)
    return np.asarray(days.isin(exchange.sessions) | outside, dtype=np.bool_)


def periods_per_year(calendar: str, frequency: str) -> float:
    """The number of bars a year, by which means and deviations are annualised.

    Daily bars: 252 for XNYS and XNAS, 365 for 24/7, else the sessions a year of 2005 to 2024, rounded. Bars within the day: that
    times the minutes of a session over the minutes of a bar. Weekly bars: 52.
    """
    minutes = bar_minutes(frequency)
    if minutes % WEEK == 0:
        return WEEKS_A_YEAR * WEEK / minutes
    sessions, session_minutes = CONVENTIONS.get(calendar) or _measured_year(calendar)
    return sessions * DAY / minutes if minutes % DAY == 0 else sessions * session_minutes / minutes


@lru_cache(maxsize=64)
def _measured_year(calendar: str) -> tuple[float, float]:
    schedule = _calendar(calendar, START, None).schedule.loc[MEASURED]
    whole_years = schedule.index.year > schedule.index[0].year if schedule.index[0].day_of_year > TEN_DAYS else slice(None)
    schedule = schedule.loc[whole_years]
    breaks = (schedule["break_end"] - schedule["break_start"]).fillna(pd.Timedelta(0))
    length = (schedule["close"] - schedule["open"] - breaks).median()
    return float(round(len(schedule) / schedule.index.year.nunique())), float(length / pd.Timedelta(minutes=1))


def _regular_closes(exchange: Any, days: pd.DatetimeIndex) -> pd.DatetimeIndex:
    time = exchange.close_times[-1][1]
    after_midnight = pd.Timedelta(days=exchange.close_offset, hours=time.hour, minutes=time.minute)
    return (days + after_midnight).tz_localize(exchange.tz, ambiguous=False, nonexistent="shift_forward").as_unit("ns")


def _covering(calendar: str, days: pd.DatetimeIndex) -> Any:
    start = min(days.min().year, START)
    exchange = _calendar(calendar, start, None)
    if days.max() > exchange.last_session:
        return _calendar(calendar, start, days.max().year)
    return exchange


@lru_cache(maxsize=64)
def _calendar(calendar: str, start: int, end: int | None) -> Any:
    first, last = f"{start}-01-01", f"{end}-12-31" if end else None
    try:
        return xc.get_calendar(check_calendar(calendar), start=first, end=last)
    except ValueError:  # the calendar does not reach back that far, or forward
        return _bounded_calendar(calendar, first, last)
    except NotImplementedError as error:
        raise _unusable(calendar, error) from error


def _bounded_calendar(calendar: str, first: str, last: str | None) -> Any:
    try:
        bounds = xc.get_calendar(calendar)
        start = max(pd.Timestamp(first), bounds.bound_min() or pd.Timestamp(first))
        end = min(pd.Timestamp(last), bounds.bound_max() or pd.Timestamp(last)) if last else None
        return xc.get_calendar(calendar, start=start, end=end)
    except ValueError as error:
        raise _unusable(calendar, error) from error


def _unusable(calendar: str, error: Exception) -> ImpossibleRequest:
    return ImpossibleRequest.of("calendar", f"{calendar} cannot be built by exchange_calendars: {str(error)[:120]}")
