"""What holds for every indicator, over the list of them all."""

import inspect
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aurelius_kernel import indicators as ind
from aurelius_kernel.errors import InvalidField


class Case(NamedTuple):
    """How to call an indicator, the first bar of each of its outputs, and the power of the price each is in (None: not one)."""

    call: object
    first: tuple
    power: tuple | None


CASES = {
    "adx": Case(lambda b: ind.adx(b.high, b.low, b.close, 5), (9, 5, 5), (0, 0, 0)),
    "atr": Case(lambda b: ind.atr(b.high, b.low, b.close, 5), (5,), (1,)),
    "bollinger": Case(lambda b: ind.bollinger(b.close, 7), (6, 6, 6), (1, 1, 1)),
    "cci": Case(lambda b: ind.cci(b.high, b.low, b.close, 7), (6,), (0,)),
    "donchian": Case(lambda b: ind.donchian(b.high, b.low, 7), (6, 6, 6), (1, 1, 1)),
    "ema": Case(lambda b: ind.ema(b.close, 7), (6,), (1,)),
    "ewma_volatility": Case(lambda b: ind.ewma_volatility(b.close, window=5), (5,), (0,)),
    "fibonacci_levels": Case(lambda b: tuple(ind.fibonacci_levels(b.open, b.close, [0.382, 0.618])), (0, 0), (1, 1)),
    "garman_klass_volatility": Case(lambda b: ind.garman_klass_volatility(b.open, b.high, b.low, b.close, 7), (6,), (0,)),
    "kalman_hedge_ratio": Case(lambda b: ind.kalman_hedge_ratio(b.close, b.open), (1, 1, 2, 2), None),
    "keltner": Case(lambda b: ind.keltner(b.high, b.low, b.close, 5, 9), (4, 9, 9), (1, 1, 1)),
    "macd": Case(lambda b: ind.macd(b.close, 3, 6, 4), (5, 8, 8), (1, 1, 1)),
    "momentum": Case(lambda b: ind.momentum(b.close, 7), (7,), (1,)),
    "obv": Case(lambda b: ind.obv(b.close, b.volume), (0,), (0,)),
    "parkinson_volatility": Case(lambda b: ind.parkinson_volatility(b.high, b.low, 7), (6,), (0,)),
    "realised_volatility": Case(lambda b: ind.realised_volatility(b.close, 7), (7,), (0,)),
    "roc": Case(lambda b: ind.roc(b.close, 7), (7,), (0,)),
    "rolling_beta": Case(lambda b: ind.rolling_beta(b.close, b.open, 7), (6,), (0,)),
    "rolling_hedge_ratio": Case(lambda b: ind.rolling_hedge_ratio(b.close, b.open, 7), (6, 6), (0, 1)),
    "rsi": Case(lambda b: ind.rsi(b.close, 7), (7,), (0,)),
    "session_vwap": Case(lambda b: ind.session_vwap(b.high, b.low, b.close, b.volume, b.session), (0,), (1,)),
    "sma": Case(lambda b: ind.sma(b.close, 7), (6,), (1,)),
    "stochastic": Case(lambda b: ind.stochastic(b.high, b.low, b.close, 5, 3, 4), (6, 9), (0, 0)),
    "swing_leg": Case(lambda b: ind.swing_leg(b.high, b.low, 2), (None, None), (1, 1)),
    "swings": Case(lambda b: ind.swings(b.high, b.low, 2), (None, None, None, None), (1, 1, 0, 0)),
    "true_range": Case(lambda b: ind.true_range(b.high, b.low, b.close), (1,), (1,)),
    "vwap": Case(lambda b: ind.vwap(b.high, b.low, b.close, b.volume, 7), (6,), (1,)),
    "wma": Case(lambda b: ind.wma(b.close, 7), (6,), (1,)),
    "zscore": Case(lambda b: ind.zscore(b.close, 7), (6,), (0,)),
}
COLUMNS = ("open", "high", "low", "close", "volume")

every_indicator = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())


def outputs(case, bars):
    found = case.call(bars)
    return found if isinstance(found, tuple) else (found,)


class Watched:
    """Bars that remember which of their columns were asked for."""

    def __init__(self, bars):
        self.bars, self.read = bars, set()

    def __getattr__(self, name):
        self.read.add(name)
        return getattr(self.bars, name)


def columns_read(case):
    watched = Watched(made_bars(1, 3))
    case.call(watched)
    return watched.read


def part(bars, *span):
    return SimpleNamespace(**{name: column[slice(*span)] for name, column in vars(bars).items()})


def made_bars(seed, count, digits=2, flat_from=None):
    """Bars of a random walk, rounded to `digits` so that prices tie; from `flat_from` on the price stands still."""
    rng = np.random.default_rng(seed)
    close = 50.0 * np.exp(np.cumsum(rng.normal(0.0, 0.02, count)))
    if flat_from is not None and count:
        close[flat_from:] = close[min(flat_from, count - 1)]
    open_ = np.concatenate([close[:1], close[:-1]]) * np.exp(
        rng.normal(0.0, 0.005, count) * (np.arange(count) < (flat_from or count))
    )
    reach = np.exp(np.abs(rng.normal(0.0, 0.01, (2, count))))
    high, low = np.maximum(open_, close) * reach[0], np.minimum(open_, close) / reach[1]
    volume = rng.integers(0, 1_000, count).astype(np.float64)
    volume[:1] = 1.0
    prices = {name: np.round(column, digits) for name, column in zip(COLUMNS, (open_, high, low, close), strict=False)}
    return SimpleNamespace(**prices, volume=volume, session=np.arange(count) // 6)


anything = st.builds(
    made_bars,
    seed=st.integers(0, 10_000),
    count=st.integers(0, 80),
    digits=st.sampled_from([0, 1, 2, 12]),
    flat_from=st.none() | st.integers(0, 80),
)


def test_every_exported_indicator_is_under_the_law():
    assert sorted(CASES) == sorted(name for name in ind.__all__ if inspect.isfunction(getattr(ind, name)))


@every_indicator
@given(bars=anything, cut=st.integers(0, 80))
@settings(max_examples=15, deadline=None)
def test_cutting_the_future_off_changes_no_bit(case, bars, cut):
    for whole, cut_off in zip(outputs(case, bars), outputs(case, part(bars, cut)), strict=True):
        np.testing.assert_array_equal(whole[:cut], cut_off)


@every_indicator
def test_cutting_the_future_off_a_long_series_changes_no_bit(case):
    bars = made_bars(5, 20_000, digits=12)
    found = outputs(case, bars)
    for cut in (1, 9, 4_097, 9_363, 9_370, 19_999):
        for whole, cut_off in zip(found, outputs(case, part(bars, cut)), strict=True):
            np.testing.assert_array_equal(whole[:cut], cut_off)


@every_indicator
def test_it_is_as_long_as_the_bars_and_begins_where_it_says(case):
    found = outputs(case, made_bars(1, 60, digits=12))
    assert [len(output) for output in found] == [60] * len(found)
    for output, first in zip(found, case.first, strict=True):
        known = np.flatnonzero(~np.isnan(output))
        assert known[0] == first if first is not None else known[0] >= 4
        assert not np.isnan(output[known[0] :]).any() or first is None


@every_indicator
def test_no_bars_are_no_values_and_too_few_are_nan(case):
    bars = made_bars(1, 40)
    assert [output.tolist() for output in outputs(case, part(bars, 0))] == [[]] * len(case.first)
    for output, first in zip(outputs(case, part(bars, 3)), case.first, strict=True):
        assert np.isnan(output).tolist() == [first is None or bar < first for bar in range(3)]


@every_indicator
@given(bars=anything, gap=st.integers(0, 79), hole=st.sampled_from([np.nan, np.inf, -np.inf]), data=st.data())
@settings(max_examples=15, deadline=None)
def test_it_starts_afresh_after_a_bar_that_is_not_finite_in_any_column(case, bars, gap, hole, data):
    column = data.draw(st.sampled_from(sorted(columns_read(case) - {"session"})))
    if case is CASES["session_vwap"] or gap >= len(bars.close):
        return
    values = getattr(bars, column)
    holed = SimpleNamespace(**{**vars(bars), column: np.where(np.arange(len(values)) == gap, hole, values)})
    before, after = outputs(case, part(bars, gap)), outputs(case, part(bars, gap + 1, None))
    for left, right, found in zip(before, after, outputs(case, holed), strict=True):
        np.testing.assert_array_equal(found, np.concatenate([left, [np.nan], right]))


@every_indicator
@given(bars=anything, exponent=st.integers(-20, 20))
@settings(max_examples=8, deadline=None)
def test_prices_in_another_unit_change_the_unit_of_the_result_only(case, bars, exponent):
    if case.power is None:
        return
    factor = 2.0**exponent
    scaled = SimpleNamespace(
        **{name: getattr(bars, name) * factor for name in COLUMNS[:4]}, volume=bars.volume, session=bars.session
    )
    for one, other, power in zip(outputs(case, bars), outputs(case, scaled), case.power, strict=True):
        np.testing.assert_allclose(other, one * factor**power, rtol=1e-9, atol=1e-9 * factor**power)


@every_indicator
def test_frames_and_whole_numbers_are_taken_as_floats_and_left_as_they_were(case):
    bars = made_bars(2, 40, digits=0)
    frame = pd.DataFrame({name: getattr(bars, name) for name in COLUMNS}).astype(np.int64)
    before = frame.copy()
    found = outputs(case, SimpleNamespace(**{name: frame[name] for name in COLUMNS}, session=bars.session))
    for ours, theirs in zip(found, outputs(case, bars), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    pd.testing.assert_frame_equal(frame, before)


@every_indicator
@pytest.mark.parametrize("malformed", [np.ones((3, 2)), ["a", "b", "c"], [None, 1.0, 2.0], [True, False, True]])
def test_what_is_not_one_dimensional_numbers_is_refused_by_name(case, malformed):
    bars = SimpleNamespace(**dict.fromkeys(COLUMNS, malformed), session=[1, 1, 1])
    with pytest.raises(InvalidField, match=r"must hold numbers|must be one-dimensional"):
        case.call(bars)


@pytest.mark.parametrize("name", [name for name in CASES if "window" in inspect.signature(getattr(ind, name)).parameters])
@pytest.mark.parametrize("window", [0, -1, 2.0, np.nan, True, "7", None, 10**9, 10**400])
def test_a_window_that_is_not_a_whole_number_in_range_is_refused(name, window):
    indicator = getattr(ind, name)
    columns = [parameter for parameter, how in inspect.signature(indicator).parameters.items() if how.annotation == "ArrayLike"]
    with pytest.raises(InvalidField) as refusal:
        indicator(**dict.fromkeys(columns, np.arange(1.0, 31.0)), window=window)
    assert list(refusal.value.fields) == ["window"]


def test_columns_of_different_lengths_are_refused_by_name():
    with pytest.raises(InvalidField, match=r"close has 2 values where high has 3\."):
        ind.atr([1.0, 2.0, 3.0], [1.0, 2.0, 3.0], [1.0, 2.0])
