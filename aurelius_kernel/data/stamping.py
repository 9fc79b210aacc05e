"""From the times that a table gives to the UTC time of each bar's close."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import available_timezones

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aurelius_kernel.data.calendars import session_closes, time_zone
from aurelius_kernel.data.moments import Moments
from aurelius_kernel.data.names import DAY, bar_minutes
from aurelius_kernel.data.rules import Faults
from aurelius_kernel.errors import BarsRefused, UnknownName
from aurelius_kernel.typing import BoolArray

__all__ = ["Clock", "Stamped", "Stamps", "check_timezone", "stamp"]

NO_ZONE = "has a time without a zone; timezone= says which"


class Stamped(StrEnum):
    """Which end of its bar a row's time is."""

    CLOSE = "close"
    OPEN = "open"


@dataclass(frozen=True, kw_only=True)
class Clock:
    """How the times of a table are meant."""

    frequency: str
    calendar: str
    timezone: str | None = None
    stamped: Stamped = Stamped.CLOSE

    @property
    def bar(self) -> pd.Timedelta:
        """The length of a bar."""
        return pd.Timedelta(minutes=bar_minutes(self.frequency))

    @property
    def by_day(self) -> bool:
        """Whether a bar covers a day or more."""
        return bar_minutes(self.frequency) >= DAY


@dataclass(frozen=True, kw_only=True)
class Stamps:
    """The close of each bar in UTC, NaT where its row has a fault; and what was done to get there."""

    closes: pd.DatetimeIndex
    faults: Faults
    transforms: tuple[str, ...]


def check_timezone(name: object) -> str:
    """The IANA name of a time zone; raises UnknownName, offering the nearest ones."""
    if not isinstance(name, str) or name not in available_timezones():
        raise UnknownName("timezone", name, available_timezones())
    return name


def stamp(moments: Moments, clock: Clock) -> Stamps:
    """The closes of the bars.

    A bar of a day or more whose row gives a date, or midnight, is stamped with the close of that day's session; midnight in a
    named zone that is itself the close of a session stays what it is. Any other time is the moment of the close, or of the open
    with `stamps="open"`. Raises BarsRefused when no row names a zone, none is declared, and one is needed.
    """
    faults = dict.fromkeys(
        _rows(moments.walls.isna()), "is not a date or time that is understood; date_format= may say how to read it"
    )
    days = _names_a_day(moments, clock) if clock.by_day else np.zeros(len(moments.walls), np.bool_)
    if not clock.by_day:
        faults |= dict.fromkeys(_rows(moments.dates_only), f"has no time of day, which bars of {clock.frequency} need")
    naive = ~days & moments.instants.isna() & moments.walls.notna()
    instants, zone_faults = _localised(moments, naive, clock)
    faults = zone_faults | faults
    instants = _opened(instants, clock) if clock.stamped is Stamped.OPEN else instants
    named = session_closes(clock.calendar, _last_day(moments.walls[days], clock))
    closes = _utc(instants)
    closes[days] = _utc(named)
    closes[list(faults)] = np.datetime64("NaT")
    done = {
        f"dates stamped with the close of their {clock.calendar} session": days.any(),
        f"times read in {clock.timezone}": naive.any(),
        "times of the bars' open moved to their close": clock.stamped is Stamped.OPEN and not days.all(),
    }
    return Stamps(
        closes=pd.DatetimeIndex(closes, tz="UTC"), faults=faults, transforms=tuple(text for text, so in done.items() if so)
    )


def _names_a_day(moments: Moments, clock: Clock) -> BoolArray:
    midnight = np.asarray(moments.walls == moments.walls.normalize(), dtype=np.bool_)
    zoned = midnight & moments.instants.notna()
    if clock.stamped is Stamped.CLOSE and zoned.any():
        midnight[zoned] = ~_is_close(moments.instants[zoned], clock.calendar)
    return midnight


def _is_close(instants: pd.DatetimeIndex, calendar: str) -> BoolArray:
    return np.asarray(session_closes(calendar, _exchange_days(instants - pd.Timedelta(1, "ns"), calendar)) == instants, np.bool_)


def _localised(moments: Moments, naive: BoolArray, clock: Clock) -> tuple[pd.DatetimeIndex, Faults]:
    """The instants, those of naive times read in the declared zone; NaT with a reason where that is impossible."""
    if not naive.any():
        return moments.instants, {}
    if clock.timezone is None:
        if (naive | moments.walls.isna()).all():
            raise BarsRefused("The times carry no zone; say which, for example timezone='America/New_York'.", field="timezone")
        return moments.instants, dict.fromkeys(_rows(naive), NO_ZONE)
    local = moments.walls[naive].tz_localize(clock.timezone, ambiguous="NaT", nonexistent="NaT")
    skipped = moments.walls[naive].tz_localize(clock.timezone, ambiguous=False, nonexistent="NaT").isna()
    rows = np.flatnonzero(naive)
    faults = dict.fromkeys(rows[local.isna()].tolist(), f"happened twice in {clock.timezone}, where the clocks went back")
    faults |= dict.fromkeys(rows[skipped].tolist(), f"never happened in {clock.timezone}, where the clocks went forward")
    instants = _utc(moments.instants)
    instants[naive] = _utc(local)
    return pd.DatetimeIndex(instants, tz="UTC"), faults


def _opened(instants: pd.DatetimeIndex, clock: Clock) -> pd.DatetimeIndex:
    if not clock.by_day:
        return instants + clock.bar
    known = instants.notna()
    closes = _utc(instants)
    closes[known] = _utc(session_closes(clock.calendar, _last_day(_exchange_days(instants[known], clock.calendar), clock)))
    return pd.DatetimeIndex(closes, tz="UTC")


def _last_day(days: pd.DatetimeIndex, clock: Clock) -> pd.DatetimeIndex:
    """The last day of the bars that are named by these days: the same, or for bars named by their open the end of the bar."""
    return days + (clock.bar - pd.Timedelta(days=1)) if clock.stamped is Stamped.OPEN else days


def _exchange_days(instants: pd.DatetimeIndex, calendar: str) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(instants.tz_convert(time_zone(calendar)).tz_localize(None)).normalize()


def _utc(instants: pd.DatetimeIndex) -> NDArray[np.datetime64]:
    return instants.tz_convert(None).to_numpy().copy()


def _rows(mask: BoolArray | pd.Index) -> list[int]:
    return [int(row) for row in np.flatnonzero(mask)]
