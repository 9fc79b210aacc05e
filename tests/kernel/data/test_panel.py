import numpy as np
import pandas as pd
import pytest

from aurelius_kernel import data
from aurelius_kernel.data.panel import panel, panel_hash
from aurelius_kernel.errors import ImpossibleRequest, InvalidField, UnknownName
from aurelius_kernel.hashing import content_hash


def frame(days, **columns):
    index = pd.DatetimeIndex(days, tz="UTC").as_unit("ns")
    return pd.DataFrame({name: np.asarray(values, dtype=np.float64) for name, values in columns.items()}, index=index)


ALPHA = frame(["2024-01-02", "2024-01-03"], open=[1, 2], high=[3, 4], low=[1, 2], close=[2, 3], volume=[10, 20])
BETA = frame(["2024-01-03", "2024-01-04"], close=[7, 8])


def test_the_index_is_the_union_of_all_stamps():
    assert list(panel({"A": ALPHA, "B": BETA}).index.strftime("%Y-%m-%d")) == ["2024-01-02", "2024-01-03", "2024-01-04"]


def test_a_bar_that_an_instrument_lacks_is_not_a_number():
    result = panel({"A": ALPHA, "B": BETA})
    np.testing.assert_array_equal(result.close, [[2, np.nan], [3, 7], [np.nan, 8]])
    np.testing.assert_array_equal(result.volume, [[10, np.nan], [20, np.nan], [np.nan, np.nan]])


def test_closes_alone_stand_for_every_price_and_are_marked():
    result = panel({"A": ALPHA, "B": BETA})
    assert result.close_only.tolist() == [False, True]
    for price in (result.open, result.high, result.low):
        np.testing.assert_array_equal(price[:, 1], [np.nan, 7, 8])


def test_the_arrays_are_contiguous_rows_of_bars():
    result = panel({"A": ALPHA, "B": BETA})
    assert result.close.shape == result.shape == (3, 2)
    assert all(array.flags.c_contiguous for array in (result.open, result.high, result.low, result.close, result.volume))


def test_start_and_end_are_included():
    assert len(panel({"A": ALPHA, "B": BETA}, start="2024-01-03", end="2024-01-03").index) == 1


def test_the_hash_does_not_depend_on_the_order_of_instruments():
    assert panel({"A": ALPHA, "B": BETA}).data_hash == panel({"B": BETA, "A": ALPHA}).data_hash


def test_the_hash_is_of_the_slice_used():
    whole, part = panel({"A": ALPHA}), panel({"A": ALPHA}, start="2024-01-03")
    assert part.data_hash == panel({"A": ALPHA.iloc[1:]}).data_hash != whole.data_hash


def test_the_hash_can_be_made_from_the_hashes_of_the_catalogue(samples):
    known = data.instruments().set_index(["instrument", "source"])["data_hash"]
    hashes = {"GOOG": known["GOOG", "bokeh"], "SP500": known["SP500", "arch"]}
    bars, _ = data.load(["GOOG", "SP500"])
    assert panel(bars).data_hash == panel_hash(hashes, "XNYS") == content_hash({"bars": hashes, "calendar": "XNYS"})


@pytest.mark.parametrize(
    ("calendar", "frequency", "bars_a_year"),
    [
        ("XNYS", "1d", 252.0),
        ("XNAS", "1d", 252.0),
        ("24/7", "1d", 365.0),
        ("24/7", "1h", 8_760.0),
        ("XNYS", "1min", 98_280.0),
        ("XNYS", "1h", 1_638.0),
        ("XNYS", "1w", 52.0),
        ("XNYS", "2d", 126.0),
    ],
)
def test_a_year_has_the_bars_of_its_calendar(calendar, frequency, bars_a_year):
    assert panel({"A": ALPHA}, calendar=calendar, frequency=frequency).periods_per_year == bars_a_year


def test_an_unknown_calendar_is_named_with_the_nearest():
    with pytest.raises(UnknownName, match="XNYS"):
        panel({"A": ALPHA}, calendar="XNYZ")


def test_a_window_without_bars_of_an_instrument_says_what_it_has():
    with pytest.raises(ImpossibleRequest, match=r"No bars of A in the window: it has 2024-01-02 to 2024-01-03\."):
        panel({"A": ALPHA, "B": BETA}, start="2024-01-04")


@pytest.mark.parametrize("bad", [ALPHA.tz_localize(None), ALPHA.iloc[::-1], ALPHA.drop(columns="close")])
def test_a_frame_that_is_no_bars_is_refused_by_name(bad):
    with pytest.raises(InvalidField, match=r"bars\.A must have"):
        panel({"A": bad})
