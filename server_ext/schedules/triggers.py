"""When a schedule is due: by cron lines in a time zone, at intervals, or at the sessions of an exchange.

APScheduler reads cron lines and counts intervals. It is asked in wall-clock time, and the clock changes are settled here: a
time that the clocks skip is due when they have skipped it, one that they repeat is due once; a line that names no hour goes
by the time that really passes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

import lazy_loader
import pandas as pd
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from aurelius_kernel.data.calendars import check_calendar
from aurelius_kernel.errors import InvalidField

__all__ = ["Cron", "Interval", "Sessions", "Trigger", "trigger_of", "upcoming"]

xc = lazy_loader.load("exchange_calendars")

DAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""The days of the week as cron counts them: 0 and 7 are Sunday."""
TICK: Final = timedelta(microseconds=1)
FARTHEST: Final = 20
"""How many candidates are looked at, at most: the clocks do not change more often than that between two of them."""


class Trigger(Protocol):
    """Says when a schedule is due next."""

    def next_after(self, instant: datetime) -> datetime | None:
        """The first time after `instant`, in UTC; None when there is none."""


@dataclass(frozen=True, kw_only=True)
class Cron:
    """A line of cron: minute, hour, day of the month, month, day of the week; all that are restricted must fit."""

    line: str
    timezone: str

    def next_after(self, instant: datetime) -> datetime | None:
        """The next time that the wall clock of the time zone fits the line."""
        zone = ZoneInfo(self.timezone)
        if "*" in self.line.split()[1]:
            offset = timezone(zone.utcoffset(instant) or timedelta())
            return self._asked(offset, instant)
        wall = instant.astimezone(zone).replace(tzinfo=UTC)
        for _ in range(FARTHEST):
            found = self._asked(UTC, wall)
            if found is None:
                return None
            due = found.replace(tzinfo=zone, fold=0).astimezone(UTC)
            if due > instant:
                return due
            wall = found
        return None

    def _asked(self, zone: tzinfo, after: datetime) -> datetime | None:
        minute, hour, day, month, weekday = self.line.split()
        cron = CronTrigger(minute=minute, hour=hour, day=day, month=month, day_of_week=_weekdays(weekday), timezone=zone)
        found = cron.get_next_fire_time(None, (after + TICK).astimezone(zone))
        return None if found is None else found.astimezone(UTC)


@dataclass(frozen=True, kw_only=True)
class Interval:
    """Every so many seconds from a beginning on, however long a run takes."""

    seconds: float
    since: datetime

    def next_after(self, instant: datetime) -> datetime | None:
        """The next multiple of the interval."""
        every = IntervalTrigger(seconds=self.seconds, start_date=self.since, timezone=UTC)
        found: datetime = every.get_next_fire_time(None, instant + TICK)
        return found if found > instant else found + timedelta(seconds=self.seconds)


@dataclass(frozen=True, kw_only=True)
class Sessions:
    """At the open or the close of each session of an exchange, so many minutes later, or earlier where that is negative."""

    calendar: str
    at: str
    offset_minutes: int

    def next_after(self, instant: datetime) -> datetime | None:
        """The next open or close, early closes and holidays as the exchange has them; None beyond what its calendar knows."""
        calendar, offset = xc.get_calendar(self.calendar), timedelta(minutes=self.offset_minutes)
        following = calendar.next_open if self.at == "open" else calendar.next_close
        asked = pd.Timestamp(instant - offset).floor("min")
        try:
            found: datetime = following(asked).to_pydatetime() + offset
        except ValueError:
            return None
        return found.astimezone(UTC)


def trigger_of(document: Mapping[str, Any]) -> Trigger:
    """The trigger that a document describes; raises InvalidField, or UnknownName for a calendar there is not."""
    if document.get("cron") is not None:
        return _cron(str(document["cron"]), str(document["timezone"]))
    if document.get("interval_seconds") is not None:
        return Interval(seconds=float(document["interval_seconds"]), since=datetime.fromisoformat(document["since"]))
    calendar = check_calendar(document["calendar"])
    return Sessions(calendar=calendar, at=document["at"], offset_minutes=document["offset_minutes"])


def upcoming(trigger: Trigger, after: datetime, count: int = 5) -> list[datetime]:
    """The next times that it is due, at most `count`."""
    found: list[datetime] = []
    while len(found) < count and (due := trigger.next_after(found[-1] if found else after)) is not None:
        found.append(due)
    return found


def _cron(line: str, zone: str) -> Cron:
    cron = Cron(line=" ".join(line.split()), timezone=zone)
    if len(cron.line.split()) != 5:
        raise InvalidField.of("cron", "must have five fields: minute, hour, day of the month, month, day of the week")
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise InvalidField.of("timezone", f"must be the name of a time zone, as America/New_York, not {zone!r:.60}") from None
    try:
        due = cron.next_after(datetime.now(UTC))
    except (ValueError, IndexError) as error:
        raise InvalidField.of("cron", f"cannot be read: {error}") from None
    if due is None:
        raise InvalidField.of("cron", "names a day that never comes")
    return cron


def _weekdays(field: str) -> str:
    """The field in names: APScheduler counts from Monday, cron from Sunday."""
    return ",".join(name for part in field.split(",") for name in _named(part))


def _named(part: str) -> list[str]:
    span, _, step = part.partition("/")
    if span == "*" and not step:
        return ["*"]
    first, dash, last = ("0", "-", "6") if span == "*" else span.partition("-")
    start = _day(first)
    end = _day(last) if dash else start
    days = range(start, (end if end >= start else end + 7) + 1, int(step or 1))
    return [DAYS[day % 7] for day in days]


def _day(name: str) -> int:
    if name.isdigit() and int(name) <= 7:
        return int(name)
    if name.casefold() in DAYS:
        return DAYS.index(name.casefold())
    raise ValueError(f"{name!r} is no day of the week")
