"""When schedules are due: cron lines in time zones, across clock changes, intervals, and the sessions of exchanges."""

from datetime import UTC, datetime

import pytest

from aurelius_kernel.errors import InvalidField, UnknownName
from server_ext.schedules.triggers import Cron, Interval, Sessions, trigger_of, upcoming

NEW_YORK = "America/New_York"


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def due(trigger, after, count=5):
    return [f"{found:%m-%d %H:%M}" for found in upcoming(trigger, moment(after), count)]


def test_a_cron_line_is_due_by_the_wall_clock_of_its_time_zone():
    afternoon = Cron(line="30 16 * * mon-fri", timezone=NEW_YORK)
    assert due(afternoon, "2026-11-20T12:00", 2) == ["11-20 21:30", "11-23 21:30"]
    assert due(afternoon, "2026-07-03T12:00", 2) == ["07-03 20:30", "07-06 20:30"]


def test_a_time_that_the_clocks_skip_is_due_once_they_have_skipped_it():
    # On 2026-03-08 clocks in New York go from 01:59 EST to 03:00 EDT, at 07:00 UTC.
    night = Cron(line="30 2 * * *", timezone=NEW_YORK)
    assert due(night, "2026-03-07T00:00", 3) == ["03-07 07:30", "03-08 07:30", "03-09 06:30"]


def test_a_time_that_the_clocks_repeat_is_due_once():
    # On 2026-11-01 clocks in New York go from 01:59 EDT to 01:00 EST, at 06:00 UTC.
    night = Cron(line="30 1 * * *", timezone=NEW_YORK)
    assert due(night, "2026-10-31T00:00", 3) == ["10-31 05:30", "11-01 05:30", "11-02 06:30"]


def test_two_times_that_the_clocks_make_one_are_due_once():
    assert due(Cron(line="0 2,3 * * *", timezone=NEW_YORK), "2026-03-08T00:00", 3) == ["03-08 07:00", "03-09 06:00", "03-09 07:00"]


def test_every_half_hour_is_every_half_hour_through_both_changes():
    half_hourly = Cron(line="*/30 * * * *", timezone=NEW_YORK)
    assert due(half_hourly, "2026-03-08T06:15", 4) == ["03-08 06:30", "03-08 07:00", "03-08 07:30", "03-08 08:00"]
    assert due(half_hourly, "2026-11-01T05:15", 4) == ["11-01 05:30", "11-01 06:00", "11-01 06:30", "11-01 07:00"]


@pytest.mark.parametrize(
    ("field", "days"),
    [
        ("0", ["Sun", "Sun"]),
        ("7", ["Sun", "Sun"]),
        ("1-5", ["Mon", "Tue"]),
        ("fri-sun", ["Sat", "Sun"]),
        ("sat,1", ["Sat", "Mon"]),
        ("*/2", ["Sat", "Sun"]),
    ],
)
def test_days_of_the_week_count_as_cron_counts_them(field, days):
    # 2026-11-20 is a Friday.
    found = upcoming(Cron(line=f"0 9 * * {field}", timezone="UTC"), moment("2026-11-20T10:00"), 2)
    assert [f"{one:%a}" for one in found] == days


def test_an_interval_keeps_its_beat_from_its_beginning():
    beat = Interval(seconds=90.0, since=moment("2026-11-21T00:00"))
    assert due(beat, "2026-11-21T00:00", 3) == ["11-21 00:01", "11-21 00:03", "11-21 00:04"]
    assert beat.next_after(moment("2026-11-21T00:01:30")) == moment("2026-11-21T00:03:00")


def test_the_close_of_an_exchange_knows_holidays_and_early_closes():
    # Thanksgiving 2026 is on 26 November; on the 27th the NYSE closes at 13:00 (NYSE, holidays and trading hours).
    close = Sessions(calendar="XNYS", at="close", offset_minutes=0)
    assert due(close, "2026-11-25T12:00", 3) == ["11-25 21:00", "11-27 18:00", "11-30 21:00"]


def test_the_open_of_an_exchange_goes_with_its_summer_time_and_takes_an_offset():
    before_open = Sessions(calendar="XNYS", at="open", offset_minutes=-30)
    assert due(before_open, "2026-03-06T12:00", 2) == ["03-06 14:00", "03-09 13:00"]


@pytest.mark.parametrize(
    ("trigger", "field"),
    [
        ({"cron": "0 0 30 2 *", "timezone": "UTC"}, "cron"),
        ({"cron": "60 * * * *", "timezone": "UTC"}, "cron"),
        ({"cron": "x * * * *", "timezone": "UTC"}, "cron"),
        ({"cron": "* * * * 8", "timezone": "UTC"}, "cron"),
        ({"cron": "* * * *", "timezone": "UTC"}, "cron"),
        ({"cron": "* * * * *", "timezone": "New York"}, "timezone"),
        ({"cron": "* * * * *", "timezone": "../../etc/passwd"}, "timezone"),
    ],
)
def test_what_cannot_be_read_or_never_comes_is_refused(trigger, field):
    with pytest.raises(InvalidField) as refused:
        trigger_of(trigger)
    assert list(refused.value.fields) == [field]


def test_an_unknown_exchange_is_refused_with_the_nearest_names():
    with pytest.raises(UnknownName, match="XNYS"):
        trigger_of({"calendar": "XNYZ", "at": "close", "offset_minutes": 0})
