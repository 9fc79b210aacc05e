"""Findings against what happened in the markets and against hand-made oddities."""

import numpy as np
import pandas as pd
import pytest

from aurelius_kernel import data
from aurelius_kernel.data.calendars import session_closes, sessions_between
from aurelius_kernel.data.quality import inspect_bars
from aurelius_kernel.errors import UnknownName

SESSIONS = sessions_between("XNYS", pd.Timestamp("2024-01-02"), pd.Timestamp("2024-03-28"))


def daily(days=SESSIONS, **changed):
    close = 100.0 * np.cumprod(1.0 + 0.01 * np.resize([1, -1, 0.5, -0.8], len(days)))
    columns = dict.fromkeys(["open", "high", "low", "close"], close) | {"volume": 1000.0}
    return pd.DataFrame(columns, index=session_closes("XNYS", days).rename("time")).assign(**changed)


def found(bars, frequency="1d", calendar="XNYS"):
    return {finding.kind: finding for finding in inspect_bars(bars, calendar=calendar, frequency=frequency)}


def test_plain_bars_have_nothing_odd():
    assert found(daily()) == {}


def test_a_missing_session_is_named_by_its_day():
    finding = found(daily(SESSIONS.delete(10)))["missing_session"]
    assert (finding.count, finding.times) == (1, (f"{SESSIONS[10]:%Y-%m-%d}",))


def test_a_bar_on_a_holiday_is_named():
    finding = found(daily(SESSIONS.insert(9, pd.Timestamp("2024-01-15"))))["off_session"]
    assert finding.times == ("2024-01-15T21:00:00Z",)


def test_a_move_of_twelve_robust_deviations_is_named_and_one_of_eleven_is_not():
    moves = (
        np.resize([1.0, -1.0], len(SESSIONS) - 1) * 0.01 / 1.4826
    )  # the median move is 0 or ±0.01/1.4826: one robust deviation is 1 %
    moves[[20, 41]] = 0.0
    for size, named in ((0.11, False), (0.13, True)):
        moves[30] = size
        close = 100.0 * np.exp(np.concatenate([[0.0], np.cumsum(moves)]))
        finding = found(daily(close=close)).get("large_move")
        assert (finding is not None and finding.times == (f"{session_closes('XNYS', SESSIONS)[31]:%Y-%m-%dT%H:%M:%SZ}",)) is named


def test_five_equal_closes_in_a_row_are_stale_and_four_are_not():
    close = daily()["close"].to_numpy().copy()
    close[3:7] = 50.0
    close[20:25] = 60.0
    finding = found(daily(close=close))["stale_price"]
    assert (finding.count, finding.times) == (1, (f"{daily().index[20]:%Y-%m-%dT%H:%M:%SZ}",))


def test_bars_without_volume_and_with_an_unknown_one_are_told_apart():
    volume = np.full(len(SESSIONS), 1000.0)
    volume[4], volume[[6, 7]] = 0.0, np.nan
    findings = found(daily(volume=volume))
    assert (findings["zero_volume"].count, findings["missing_volume"].count) == (1, 2)
    assert "missing_volume" not in found(daily(volume=np.nan))


def test_bars_within_the_day_belong_to_the_session_they_end_in():
    index = pd.DatetimeIndex(["2024-01-02T14:31Z", "2024-01-02T21:00Z", "2024-01-04T14:31Z", "2024-01-06T15:00Z"]).as_unit("ns")
    bars = pd.DataFrame({"close": [1.0, 1.1, 1.0, 1.1], "volume": 1.0}, index=index)
    findings = found(bars, "1min")
    assert findings["missing_session"].times == ("2024-01-03", "2024-01-05")
    assert findings["off_session"].times == ("2024-01-06T15:00:00Z",)


def test_a_session_that_opens_on_the_evening_before_is_the_next_days():
    index = pd.DatetimeIndex(["2024-01-07T23:30Z", "2024-01-08T15:00Z"]).as_unit(
        "ns"
    )  # Sunday evening and Monday morning in Chicago
    bars = pd.DataFrame({"close": [1.0, 1.1], "volume": 1.0}, index=index)
    assert found(bars, "30min", "CMES") == {}


def test_a_single_bar_has_nothing_odd():
    assert found(daily(SESSIONS[:1])) == {}


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("AAPL", "2000-09-29"),  # a profit warning: −52 %
        ("GOOG", "2008-04-18"),  # quarterly results: +20 %
        ("IBM", "2000-10-18"),  # quarterly results: −16 %
        ("VIX", "2018-02-05"),  # the day the short-volatility notes collapsed: +116 %
        ("WTI", "1991-01-17"),  # the war in the Gulf began: −33 %
        ("NASDAQ", "2001-01-03"),  # an unscheduled cut by the Federal Reserve: +14 %
    ],
)
def test_the_days_that_everyone_remembers_are_found(samples, name, day):
    moves = {finding.kind: finding for finding in data.check(name).findings}["large_move"]
    assert day in {time[:10] for time in moves.times}


def test_oil_traded_on_days_on_which_the_exchange_was_closed(samples):
    findings = {finding.kind: finding.count for finding in data.check("WTI").findings}
    assert (findings["off_session"], findings["missing_session"]) == (30, 29)


def test_the_report_says_what_it_looked_at(samples):
    report = data.check("FB")
    assert (report.source, report.frequency, report.rows, report.findings) == ("bokeh", "1d", 196, ())
    assert report.data_hash == data.data_hash(data.load_bars("FB"))


def test_samples_carry_their_findings_as_flags(samples):
    _, provenance = data.load(["NASDAQ"])
    assert provenance["NASDAQ"].quality_flags == ("1 moves beyond 12 robust standard deviations", "2 bars without volume")


def test_an_unknown_instrument_is_named(samples):
    with pytest.raises(UnknownName, match="did you mean"):
        data.check("GOGL")
