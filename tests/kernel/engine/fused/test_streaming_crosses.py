"""Averages that cross, taken through the streaming kernel: the same ledger as the strategy's own signals give, bit for bit."""

import numpy as np
import pandas as pd
import pytest

from aurelius_kernel.engine.fused.history import history_of
from aurelius_kernel.engine.fused.streaming import Streaming
from aurelius_kernel.engine.fused.threads import Crew
from aurelius_kernel.model import BacktestSpec, Panel
from aurelius_kernel.strategies import TrendFollowing, windows
from aurelius_kernel.strategies.trend_following import TIE

PAIRS = [(2, 5), (5, 20), (7, 31), (10, 50), (20, 64), (30, 90)]
FAST, SLOW = (np.array(parameter, dtype=np.int64) for parameter in zip(*PAIRS, strict=True))
INSTRUMENTS = ("B", "A")


@pytest.fixture(scope="module")
def panel() -> Panel:
    """Two instruments in cents, one of which misses some bars."""
    draw = np.random.default_rng(3)
    close = np.round(50.0 * np.exp(np.cumsum(draw.normal(0.0, 0.004, (1_100, 2)), axis=0)), 2)
    prices = {"open": close + 0.01, "high": close + 0.2, "low": close - 0.2, "close": close, "volume": np.full(close.shape, 1e5)}
    missing = np.zeros(close.shape, dtype=np.bool_)
    missing[draw.random(1_100) < 0.1, 1] = True
    return Panel(
        index=pd.date_range("2020-01-01", periods=1_100, tz="UTC", unit="ns"),
        instruments=INSTRUMENTS,
        close_only=np.zeros(2, dtype=np.bool_),
        periods_per_year=252.0,
        data_hash="",
        **{name: np.where(missing, np.nan, values) for name, values in prices.items()},
    )


def frames(panel: Panel) -> dict[str, pd.DataFrame]:
    """The panel as a strategy sees it."""
    own = {name: history_of(panel, column) for column, name in enumerate(panel.instruments)}
    columns = ("open", "high", "low", "close", "volume")
    return {
        name: pd.DataFrame({column: getattr(bars, column) for column in columns}, index=panel.index[bars.bars])
        for name, bars in own.items()
    }


def streaming(panel: Panel, **fields) -> Streaming:
    return Streaming(panel, BacktestSpec.of(strategy={"type": "trend_following"}, instruments=INSTRUMENTS, **fields))


@pytest.mark.parametrize("direction", ["long", "short", "both"])
@pytest.mark.parametrize("average", ["sma", "ema"])
def test_crosses_of_several_instruments_are_the_strategys_signals(panel, direction, average):
    account, bars = streaming(panel, direction=direction, stop_loss=0.02), frames(panel)

    crew = Crew(2)
    crossed = account.cross(average, FAST, SLOW, TIE, crew, account.own(len(PAIRS)))
    followed = [
        account.run(account.asked(TrendFollowing(fast=fast, slow=slow, average=average).signals(bars)), crew)
        for fast, slow in PAIRS
    ]

    np.testing.assert_array_equal(crossed, np.concatenate(followed))
    assert crossed[:, 0].std() > 0.0


def test_a_trailing_stop_of_true_ranges_is_the_strategys(panel):
    account, bars = streaming(panel, direction="both"), frames(panel)
    stops = np.array([0.0, 1.0, 2.0, 2.5, 0.0, 4.0])
    strategies = [TrendFollowing(fast=fast, slow=slow, atr_stop=stop) for (fast, slow), stop in zip(PAIRS, stops, strict=True)]
    warm_up = np.array([strategy.warm_up for strategy in strategies])
    trail = np.full(panel.shape, np.nan)
    for column in range(len(INSTRUMENTS)):
        own = history_of(panel, column)
        trail[own.bars, column] = windows.wilder(windows.true_range(own.high, own.low, own.close), 14)

    crew = Crew(2)
    own_stops = account.own(len(PAIRS), trail_times=np.where(stops > 0.0, stops, np.nan))
    crossed = account.cross("sma", FAST, SLOW, TIE, crew, own_stops, trail=trail, warm_up=warm_up)
    followed = [account.run(account.asked(strategy.signals(bars)), crew) for strategy in strategies]

    np.testing.assert_array_equal(crossed, np.concatenate(followed))


def test_the_ledger_does_not_depend_on_threads_or_on_how_many_signals_are_made_at_a_time(panel, monkeypatch):
    account = streaming(panel, direction="both", trailing_stop=0.03)

    def crossed(workers: int) -> np.ndarray:
        return account.cross("sma", FAST, SLOW, TIE, Crew(workers), account.own(len(PAIRS)))

    whole = crossed(1)
    monkeypatch.setattr(Streaming, "_block", lambda *_: 2)

    np.testing.assert_array_equal(crossed(1), whole)
    np.testing.assert_array_equal(crossed(3), whole)
