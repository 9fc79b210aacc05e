"""Every kind of family, account and frequency walks forward."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import aurelius_kernel as ak
from aurelius_kernel.engine.sweeping import Crew
from aurelius_kernel.errors import ImpossibleRequest, InvalidInput
from aurelius_kernel.research.sweep.question import ask
from aurelius_kernel.research.walk_forward.grid import grid_around


@pytest.mark.parametrize(
    ("family", "names", "asked_for"),
    [
        ("ts_momentum", "A", {"grid": {"lookback": [10, 20]}}),
        ("mean_reversion", "A", {"grid": {"window": [10, 20], "num_std": [1.0, 1.5]}, "stop_loss": 0.05}),
        ("breakout", "AB", {"grid": {"lookback": [10, 20]}, "sizing": {"kind": "volatility_target"}}),
        ("pairs_trading", "AB", {"grid": {"entry_z": [1.0, 2.0]}, "fixed": {"window": 30}}),
        ("trend_following", "AB", {"grid": {"fast": [3, 5], "slow": [15, 30]}, "direction": "both", "anchored": True}),
    ],
    ids=["weights", "stops", "two instruments, sized", "a pair", "both sides"],
)
def test_any_family_walks_forward(market, family, names, asked_for):
    bars = {name: market[name] for name in names}
    found = ak.walk_forward(family, bars=bars, train_days=150, test_days=100, embargo=10, keep=False, **asked_for)
    assert len(found) == 5
    assert np.isfinite(found.equity_values).all()
    assert len(found.equity) == 500
    assert found.metrics["total_trades"] == len(found.trades) > 0
    assert set(found.parameters) == set(asked_for["grid"])


def test_anchored_windows_all_begin_at_the_first_bar_and_grow(asked):
    w = ak.walk_forward("trend_following", **asked, anchored=True, embargo=5, keep=False).windows
    assert w["train_start"].nunique() == 1
    assert w["train_bars"].tolist() == [120 + 60 * number for number in range(len(w))]


def test_hours_of_a_day_stay_together(market):
    days = pd.bdate_range("2020-01-01", periods=120, tz="UTC", unit="ns")
    index = pd.DatetimeIndex([day + pd.Timedelta(hours=hour) for day in days for hour in range(15, 21)], name="time")
    close = 50.0 * np.exp(np.cumsum(0.003 * np.sin(np.arange(len(index)) / 20.0)))
    bars = {"H": pd.DataFrame({"open": close, "high": close, "low": close, "close": close, "volume": 1.0}, index=index)}
    found = ak.walk_forward(
        "trend_following",
        grid={"fast": [3, 5], "slow": [15, 30]},
        bars=bars,
        frequency="1h",
        train_days=40,
        test_days=20,
        embargo=2,
        keep=False,
    )
    assert found.windows["train_bars"].tolist() == [240] * len(found)
    assert found.windows["test_bars"].tolist() == [120] * len(found)
    assert found.index[0] == days[42] + pd.Timedelta(hours=15)


def test_a_weekly_bar_counts_for_the_days_of_its_week():
    index = pd.date_range("2010-01-01", periods=300, freq="W-FRI", tz="UTC", unit="ns", name="time")
    close = 50.0 * np.exp(np.cumsum(0.01 * np.sin(np.arange(300) / 10.0)))
    bars = {"W": pd.DataFrame({"open": close, "high": close, "low": close, "close": close, "volume": 1.0}, index=index)}
    grid = {"fast": [2, 3], "slow": [6, 9]}
    found = ak.walk_forward(
        "trend_following", grid=grid, bars=bars, frequency="1w", train_days=252, test_days=126, embargo=0, keep=False
    )
    assert set(found.windows["train_bars"]) == {52}
    assert set(found.windows["test_bars"]) == {26}


def test_a_window_in_which_no_set_trades_stands_aside(asked):
    bars = asked["bars"]["A"].copy()
    prices = ["open", "high", "low", "close"]
    bars.iloc[120:260, :4] = bars.iloc[119][prices].to_numpy()[None, :] * 0 + bars["close"].iloc[119]
    found = ak.walk_forward("trend_following", **{**asked, "bars": {"A": bars}}, embargo=0, keep=False)
    idle = found.windows[found.windows["train_sharpe"].isna()]
    assert len(idle) > 0
    assert (idle["trades"] == 0).all()
    assert (idle["test_return"] == 0.0).all()
    assert idle["fast"].isna().all()
    assert "stood_aside" in found.flags


def test_a_fit_that_holds_longer_than_the_embargo_is_flagged(asked):
    assert "embargo_short" in ak.walk_forward("trend_following", **asked, embargo=0, keep=False).flags
    assert "embargo_short" not in ak.walk_forward("trend_following", **asked, embargo=120, keep=False).flags


def test_the_embargo_is_as_long_as_the_longest_trade_of_the_first_fit(validated, asked):
    first = validated.windows.iloc[0]
    days = {"start": first["train_start"].date(), "end": first["train_end"].date()}
    strategy = ak.Strategy.create("trend_following", fast=int(first["fast"]), slow=int(first["slow"]))
    assert validated.embargo_days == ak.backtest(strategy, bars=asked["bars"], **days, keep=False).trades["bars"].max()


@pytest.mark.parametrize(
    ("family", "grid"),
    [
        ("trend_following", {"fast": [3, 5, 8], "slow": [15, 30]}),
        ("mean_reversion", {"window": [10, 20]}),
        ("ts_momentum", {"lookback": [10, 30]}),
    ],
)
def test_the_returns_of_every_set_are_those_of_its_backtest(market, family, grid):
    question = ask(family, grid=grid, bars={"A": market["A"]})
    columns = question.combinations()
    paths = question.books(columns).evaluator(0).paths(columns, Crew(1))
    for row, path in enumerate(paths):
        strategy = ak.Strategy.create(family, **{name: column[row].item() for name, column in columns.items()})
        alone = ak.backtest(strategy, bars={"A": market["A"]}, keep=False)
        np.testing.assert_allclose(path, alone.equity_values, rtol=1e-9)


def test_values_around_the_strategys_own_are_walked_when_no_grid_is_given(market):
    found = ak.walk_forward(
        ak.Strategy.create("trend_following", fast=4, slow=20),
        bars={"A": market["A"]},
        train_days=120,
        test_days=200,
        embargo=0,
        keep=False,
    )
    assert found.spec.space == {"fast": [2, 3, 4, 6, 8], "slow": [10, 15, 20, 30, 40]}


def refusals(family, parameters) -> set[str]:
    """The fields that the family will not have of themselves; an empty name stands for what parameters are together."""
    try:
        family.of(parameters)
    except InvalidInput as error:
        return set(error.fields)
    return set()


@pytest.mark.parametrize("family", sorted(ak.strategy_types().index.unique("strategy")))
def test_every_family_has_values_around_its_own_that_it_takes(family):
    strategy = ak.Strategy.create(family)
    grid = grid_around(strategy)
    assert 1 <= len(grid) <= 2
    for name, values in grid.items():
        assert getattr(strategy, name) in values
        for value in values:
            assert refusals(type(strategy), {**strategy.document(), name: value}) <= {""}


def test_a_strategy_without_numbers_needs_a_grid():
    class Sitting(ak.SingleInstrumentStrategy):
        """Never trades."""

        type = "sitting"
        summary = "Never trades."

        @property
        def warm_up(self) -> int:
            return 0

        def decide_one(self, bars):
            return {"entries": np.zeros(len(bars), dtype=bool), "exits": np.zeros(len(bars), dtype=bool)}

    with pytest.raises(ImpossibleRequest, match="grid must be given: sitting has no parameter that is a number"):
        grid_around(Sitting())
