import numpy as np
import pytest
import talib

from aurelius_kernel.errors import InvalidField
from aurelius_kernel.indicators import obv, session_vwap, vwap


def test_volume_is_added_on_a_rise_and_taken_on_a_fall():
    assert obv([10.0, 11.0, 11.0, 9.0, 10.0], [5.0, 1.0, 2.0, 3.0, 4.0]).tolist() == [0.0, 1.0, 1.0, -2.0, 2.0]


def test_on_balance_volume_is_ta_libs_less_the_first_bars_volume(goog):
    np.testing.assert_array_equal(obv(goog.close, goog.volume), talib.OBV(goog.close, goog.volume) - goog.volume[0])


def test_the_average_price_weighs_each_bar_by_its_volume():
    price, volume = [10.0, 20.0, 40.0], [1.0, 3.0, 1.0]
    assert vwap(price, price, price, volume, 2).tolist()[1:] == [17.5, 25.0]


def test_nothing_traded_has_no_average_price():
    assert np.isnan(vwap([1.0, 2.0], [1.0, 2.0], [1.0, 2.0], [0.0, 0.0], 2)[-1])


def test_a_session_begins_with_its_own_first_bar():
    price, volume = [10.0, 20.0, 40.0, 10.0], [1.0, 3.0, 1.0, 1.0]
    session = ["Mon", "Mon", "Tue", "Tue"]
    assert session_vwap(price, price, price, volume, session).tolist() == [10.0, 17.5, 40.0, 25.0]


def test_a_gap_lasts_to_the_end_of_its_session():
    price, volume = [10.0, np.nan, 20.0, 40.0], [1.0, 1.0, 1.0, 1.0]
    found = session_vwap(price, price, price, volume, [1, 1, 1, 2])
    assert np.isnan(found).tolist() == [False, True, True, False]


def test_a_session_for_each_bar_is_required():
    with pytest.raises(InvalidField, match=r"session has the shape \(1,\) where high has \(2,\)"):
        session_vwap([1.0, 2.0], [1.0, 2.0], [1.0, 2.0], [1.0, 2.0], [1])
