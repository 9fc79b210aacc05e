import warnings

import numpy as np
import pandas as pd
import pytest

from aurelius_kernel import data
from aurelius_kernel.errors import BarsRefused, InvalidField

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from backtesting.test import EURUSD, GOOG

DAYS = pd.DatetimeIndex(["2024-01-02", "2024-01-03", "2024-01-04"])


def frame(index=DAYS, **changed):
    columns = {
        "Open": [1.0, 2.0, 3.0],
        "High": [2.0, 3.0, 4.0],
        "Low": [0.5, 1.5, 2.5],
        "Close": [1.5, 2.5, 3.5],
        "Volume": [1, 2, 3],
    }
    return pd.DataFrame(columns | changed, index=index)


def normalised(own):
    return data.normalise_bars({"OWN": own})["OWN"]


def test_a_frame_of_backtesting_py_becomes_bars_with_the_same_numbers():
    ours = normalised(GOOG)
    assert list(ours.columns) == ["open", "high", "low", "close", "volume"]
    assert str(ours.index.dtype) == "datetime64[ns, UTC]"
    assert list(ours.index.strftime("%Y-%m-%d")) == list(GOOG.index.strftime("%Y-%m-%d"))
    np.testing.assert_array_equal(ours.to_numpy(), GOOG.to_numpy(np.float64))


def test_dates_without_a_zone_are_taken_as_days_in_utc():
    assert normalised(frame()).index[0] == pd.Timestamp("2024-01-02T00:00Z")


def test_times_with_a_zone_are_taken_as_instants():
    assert normalised(frame(DAYS.tz_localize("America/New_York"))).index[0] == pd.Timestamp("2024-01-02T05:00Z")


def test_times_of_day_without_a_zone_are_refused():
    with pytest.raises(InvalidField, match=r"bars\.OWN has times without a zone; say which"):
        normalised(EURUSD)


def test_closes_alone_leave_the_other_prices_unknown():
    ours = normalised(frame()[["Close"]])
    assert ours["close"].tolist() == [1.5, 2.5, 3.5]
    assert ours[["open", "high", "low", "volume"]].isna().all(axis=None)


def test_what_is_bars_already_stays_as_it_is():
    once = normalised(frame())
    pd.testing.assert_frame_equal(normalised(once), once)


@pytest.mark.parametrize(
    ("own", "reason"),
    [
        (frame(Low=[0.5, 3.1, 2.5]), "row 2 (2024-01-03) high 3 is below low 3.1"),
        (frame(Open=[1.0, np.nan, 3.0]), "row 2 (2024-01-03) open is not a number"),
        (frame(Close=[1.5, 2.5, np.inf]), "row 3 (2024-01-04) close is infinite"),
        (frame(Close=[1.5, 2.5, 5.0]), "row 3 (2024-01-04) close 5 is outside low 2.5 to high 4"),
        (frame(Open=[2.5, 2.0, 3.0]), "row 1 (2024-01-02) open 2.5 is outside low 0.5 to high 2"),
        (frame(Low=[0.0, 1.5, 2.5]), "row 1 (2024-01-02) low is 0, not above 0"),
        (frame(Volume=[1, -2, 3]), "row 2 (2024-01-03) volume is -2, below 0"),
        (frame(DAYS[[0, 0, 1]]), "row 2 (2024-01-02) repeats the time of a row before"),
        (frame(DAYS[[1, 0, 2]]), "row 2 (2024-01-02) is earlier than a row before; rows go from the oldest to the newest"),
    ],
)
def test_impossible_bars_are_refused_row_by_row(own, reason):
    with pytest.raises(BarsRefused) as refused:
        normalised(own)
    assert refused.value.reasons == [reason]
    assert refused.value.message == f"1 of 3 rows breaks the rules for bars, so nothing was taken: {reason}."


def test_a_price_that_single_precision_pushed_out_of_its_range_is_taken():
    single = float(np.float32(2.7))
    assert 2.7 < single == pytest.approx(2.7, rel=1e-7)
    assert normalised(frame(High=[2.7, 3.0, 4.0], Close=[single, 2.5, 3.5]))["close"].iloc[0] == single


@pytest.mark.parametrize(
    ("own", "problem"),
    [
        (frame().iloc[:0], "must be a DataFrame with at least one row"),
        ([1, 2], "must be a DataFrame with at least one row"),
        (frame().drop(columns="High"), "lacks the column high"),
        (frame().drop(columns="Close"), "lacks the column close"),
        (frame().reset_index(drop=True), "must have an index of times"),
        (frame(Close=["a", "b", "c"]), "must hold numbers only"),
        (frame(pd.DatetimeIndex(["1066-10-14", "1066-10-15", "1066-10-16"]).as_unit("s")), "outside the years 1678 to 2261"),
    ],
)
def test_what_is_no_frame_of_bars_is_refused_by_name(own, problem):
    with pytest.raises(InvalidField, match=rf"bars\.OWN {problem}|bars\.OWN has times {problem}"):
        normalised(own)


def test_two_columns_for_one_thing_are_refused():
    with pytest.raises(BarsRefused, match="'Close' and 'close' both mean close"):
        normalised(frame(close=[1.0, 2.0, 3.0]))
