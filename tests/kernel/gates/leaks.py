"""A zoo of strategies that know what comes after, each in another way, and their honest cousins."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pandas as pd
from scipy.signal import argrelextrema, detrend, filtfilt, savgol_filter
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from aurelius_kernel.model import Signals
from aurelius_kernel.strategies import SingleInstrumentStrategy, Strategy
from aurelius_kernel.strategies.frames import union_index

WARM_UP = 30


class Rule(SingleInstrumentStrategy):
    """Long while `wanted`, a boolean series of the bars."""

    type: ClassVar[str] = "rule"
    summary: ClassVar[str] = "A rule under test."

    @property
    def warm_up(self):
        return WARM_UP

    def wanted(self, bars):
        raise NotImplementedError

    def decide_one(self, bars):
        wanted = np.asarray(self.wanted(bars), dtype=np.float64) > 0.5
        before = np.concatenate([[False], wanted[:-1]])
        return {"entries": wanted & ~before, "exits": before & ~wanted}


def rule(function):
    """A strategy of the function, which says on which bars it wants to be long."""
    return type(function.__name__, (Rule,), {"wanted": lambda _, bars: function(bars), "__module__": __name__})()


def above_its_average(close, window=20):
    return close > close.rolling(window).mean()


def knows_tomorrows_close(bars):
    return bars["close"].shift(-1) > bars["close"]


def knows_tomorrows_close_and_hides_the_gap(bars):
    return bars["close"].shift(-1).fillna(bars["close"]) >= bars["close"]


def knows_next_weeks_close(bars):
    return bars["close"].shift(-5) > bars["close"]


def knows_tomorrows_open(bars):
    return bars["open"].shift(-1) > bars["close"]


def knows_tomorrows_range(bars):
    return ((bars["high"] - bars["low"]) / bars["close"]).shift(-1).fillna(0.0) > 0.02


def knows_tomorrows_volume(bars):
    return bars["volume"].shift(-1).fillna(bars["volume"]) > bars["volume"].rolling(20).mean()


def rolls_around(bars):
    return np.roll(bars["close"].to_numpy(), -1) > bars["close"]


def takes_the_difference_forwards(bars):
    return bars["close"].diff(-1).fillna(0.0) < 0.0


def uses_todays_average_a_week_early(bars):
    return bars["close"].rolling(10).mean().shift(-5) > bars["close"]


def centres_its_window(bars):
    return bars["close"] > bars["close"].rolling(5, center=True).mean()


def looks_forward_by_a_reversed_window(bars):
    return bars["close"][::-1].rolling(3).max()[::-1] > bars["close"] * 1.01


def smooths_from_the_end(bars):
    return bars["close"][::-1].ewm(span=10).mean()[::-1] > bars["close"]


def sells_at_what_will_have_been_the_top(bars):
    return bars["close"] < bars["close"][::-1].cummax()[::-1]


def knows_the_lowest_low(bars):
    return bars["close"] > bars["close"].min() * 1.5


def knows_mean_and_deviation_of_all(bars):
    return (bars["close"] - bars["close"].mean()) / bars["close"].std() < -0.5


def knows_the_quantile_of_all(bars):
    return bars["close"].pct_change() > bars["close"].pct_change().quantile(0.6)


def ranks_among_all(bars):
    return bars["close"].rank(pct=True) < 0.4


def scales_by_all(bars):
    return MinMaxScaler().fit_transform(bars[["close"]])[:, 0] > 0.5


def takes_the_trend_of_all_away(bars):
    return detrend(bars["close"].to_numpy()) < 0.0


def filters_without_a_lag(bars):
    return filtfilt([0.2] * 5, [1.0], bars["close"].to_numpy()) > bars["close"]


def fits_polynomials_around_each_bar(bars):
    return savgol_filter(bars["close"].to_numpy(), 11, 2, deriv=1) > 0.0


def keeps_the_slow_waves_of_all(bars):
    waves = np.fft.rfft(bars["close"].to_numpy())
    waves[20:] = 0.0
    return np.fft.irfft(waves, len(bars)) > bars["close"]


def buys_at_swing_lows(bars):
    wanted = np.zeros(len(bars))
    wanted[argrelextrema(bars["low"].to_numpy(), np.less, order=3)[0]] = 1.0
    return wanted


def fills_gaps_backwards(bars):
    friday = bars["close"].resample("W-FRI").last().reindex(bars.index, method="bfill")
    return (friday > bars["close"]).fillna(value=False)


def labels_weeks_by_their_monday(bars):
    week = bars["close"].resample("W-FRI", label="left", closed="right").last()
    return (week.reindex(bars.index, method="ffill") > bars["close"]).fillna(value=False)


def draws_lines_between_known_points(bars):
    sparse = bars["close"].where(np.arange(len(bars)) % 10 == 0)
    return sparse.interpolate() > bars["close"]


def regresses_on_everything(bars):
    change = bars["close"].pct_change().fillna(0.0).to_numpy()
    model = LinearRegression().fit(change[:-1, None], change[1:])
    return model.predict(change[:, None]) > change[1:].mean()


def learns_from_the_answers(bars):
    change = bars["close"].pct_change().fillna(0.0)
    table = np.column_stack([change.shift(lag).fillna(0.0) for lag in range(3)])
    label = (change.shift(-1) > 0.0).to_numpy()
    return RandomForestClassifier(8, max_depth=4, random_state=0, n_jobs=1).fit(table, label).predict(table)


def clusters_everything(bars):
    change = bars["close"].pct_change().fillna(0.0)
    table = np.column_stack([change.rolling(10).std().fillna(0.0), change.rolling(10).mean().fillna(0.0)])
    return KMeans(2, n_init=2, random_state=0).fit_predict(StandardScaler().fit_transform(table))


def finds_components_of_everything(bars):
    table = bars[["open", "high", "low", "close"]].pct_change().fillna(0.0).rolling(5).mean().fillna(0.0)
    return PCA(1).fit_transform(table)[:, 0] > 0.0


def leaves_before_the_worst_day(bars):
    change = bars["close"].pct_change()
    return above_its_average(bars["close"]) & (change.shift(-1) != change.min())


def counts_the_bars_that_are_left(bars):
    return above_its_average(bars["close"]) & (np.arange(len(bars)) < len(bars) - 50)


def reads_the_future_by_position(bars):
    close = bars["close"].to_numpy()
    return [close[at + 1] > close[at] if at < len(close) - 1 else False for at in range(len(close))]


class LimitsAtTomorrowsLow(Rule):
    """Decides honestly, and asks for the price that tomorrow's low will be."""

    def decide_one(self, bars):
        wanted = above_its_average(bars["close"]).to_numpy()
        before = np.concatenate([[False], wanted[:-1]])
        return {"entries": wanted & ~before, "exits": before & ~wanted, "limit_price": bars["low"].shift(-1).to_numpy() * 1.0001}


class StopsBelowTheComingLow(Rule):
    """Decides honestly, with a stop that the next ten bars will not reach."""

    def decide_one(self, bars):
        wanted = above_its_average(bars["close"]).to_numpy()
        before = np.concatenate([[False], wanted[:-1]])
        coming = bars["low"][::-1].rolling(10, min_periods=1).min()[::-1]
        return {"entries": wanted & ~before, "exits": before & ~wanted, "stop_price": coming.to_numpy() * 0.999}


class WeighsByTheVolatilityOfAll(Rule):
    """Honest in its direction, while its size knows how wild the whole history was."""

    def decide_one(self, bars):
        change = bars["close"].pct_change()
        return {"weights": (np.sign(change.rolling(20).sum()) * 0.01 / change.std()).clip(-1, 1).to_numpy()}


class PeeksAtTheOther(Strategy):
    """Trades one instrument by what another does tomorrow."""

    type: ClassVar[str] = "peeks_at_the_other"
    summary: ClassVar[str] = "A rule under test."
    min_instruments: ClassVar[int] = 2

    @property
    def warm_up(self):
        return WARM_UP

    def decide(self, bars):
        index = union_index(bars)
        closes = pd.DataFrame({name: frame["close"].reindex(index) for name, frame in bars.items()})
        weights = np.full(closes.shape, np.nan)
        weights[:, 0] = (closes.iloc[:, 1].pct_change().shift(-1) > 0.0).to_numpy(np.float64)
        weights[:WARM_UP] = np.nan
        weights[closes.isna().to_numpy()] = np.nan
        return Signals(index=index, instruments=tuple(bars), weights=weights)


LEAKS = {
    function.__name__: rule(function)
    for function in (
        knows_tomorrows_close,
        knows_tomorrows_close_and_hides_the_gap,
        knows_next_weeks_close,
        knows_tomorrows_open,
        knows_tomorrows_range,
        knows_tomorrows_volume,
        rolls_around,
        takes_the_difference_forwards,
        uses_todays_average_a_week_early,
        centres_its_window,
        looks_forward_by_a_reversed_window,
        smooths_from_the_end,
        sells_at_what_will_have_been_the_top,
        knows_the_lowest_low,
        knows_mean_and_deviation_of_all,
        knows_the_quantile_of_all,
        ranks_among_all,
        scales_by_all,
        takes_the_trend_of_all_away,
        filters_without_a_lag,
        fits_polynomials_around_each_bar,
        keeps_the_slow_waves_of_all,
        buys_at_swing_lows,
        fills_gaps_backwards,
        labels_weeks_by_their_monday,
        draws_lines_between_known_points,
        regresses_on_everything,
        learns_from_the_answers,
        clusters_everything,
        finds_components_of_everything,
        leaves_before_the_worst_day,
        counts_the_bars_that_are_left,
        reads_the_future_by_position,
    )
} | {type(one).__name__: one for one in (LimitsAtTomorrowsLow(), StopsBelowTheComingLow(), WeighsByTheVolatilityOfAll())}
