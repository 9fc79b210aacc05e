"""The fused sweep against the same sweep by the vectorbt engine: every metric of every combination, within 1e-9."""

from __future__ import annotations

import numpy as np
import pytest

import aurelius_kernel as ak
from aurelius_kernel.research.sweep.agreement import disagreements
from aurelius_kernel.strategies import Strategy

GRIDS = {
    "trend_following": {"fast": [3, 8], "slow": [10, 25], "average": ["sma", "ema"], "atr_stop": [0.0, 2.5]},
    "mean_reversion": {"window": [8, 20], "num_std": [1.0, 2.0], "exit_z": [0.0, 0.5]},
    "breakout": {"lookback": [10, 20], "atr_stop": [0.0, 2.0], "atr_mult": [0.0, 0.25]},
    "ts_momentum": {"lookback": [10, 40], "vol_window": [20, 60], "rebalance": ["week", "month"]},
    "volatility_trading": {"window": [20, 40], "regime_window": [60], "threshold": [1.0, 1.5]},
    "fib_rsi": {"swing_window": [20, 40], "rsi_level": [40.0, 55.0]},
    "ml_classifier": {"horizon": [3, 5], "threshold": [0.5, 0.52]},
    "pairs_trading": {"window": [30, 60], "entry_z": [1.0, 1.8]},
    "stat_arb": {"lookback": [3, 8], "gross": [0.5, 1.0]},
    "market_neutral": {"lookback": [40, 80], "fraction": [0.25, 0.5]},
    "carry_trade": {"carry_window": [20, 60], "rule": ["sign", "rank"]},
}
FIXED = {
    "ml_classifier": {"feature_window": 4, "min_train": 100, "refit_every": 120},
    "market_neutral": {"beta_window": 60},
    "carry_trade": {"vol_window": 30},
    "fib_rsi": {"rsi_window": 5},
    "breakout": {"atr_window": 5},
}
INSTRUMENTS = {"pairs_trading": ("A", "D"), "stat_arb": ("A", "B", "C", "D"), "market_neutral": ("A", "B", "C", "D")}

PLAIN = {"metrics": "all"}
SETTINGS = {
    "quick": {},
    "all metrics": PLAIN,
    "at the close": {"execution": "close"},
    "free": {"costs": ak.Costs.zero()},
    "dear": {"costs": ak.Costs(commission_bps=20.0, commission_minimum=3.0, slippage_bps=10.0, half_spread=0.01, borrow_rate=0.05)},
    "both sides": {**PLAIN, "direction": "both", "leverage": 2.0},
    "short": {"direction": "short", "costs": {"borrow_rate": 0.1}},
    "stops": {**PLAIN, "stop_loss": 0.04, "take_profit": 0.08, "trailing_stop": 0.06},
    "volatility target": {"sizing": ak.VolatilityTarget(annual_volatility=0.2)},
    "half Kelly": {"sizing": ak.HalfKelly(min_trades=5)},
    "whole shares of cash": {"sizing": ak.FixedCash(30_000.0), "whole_shares": True},
    "sold at the end": {"liquidate_at_end": "close", "start": "2015-03-01", "end": "2016-06-30"},
}


def row_of(result: ak.SweepResult, row: int) -> dict[str, float]:
    return dict(zip(result.spec.metrics, result.values[row].tolist(), strict=True))


def defined(row: dict[str, float]) -> dict[str, float | None]:
    return {name: None if np.isnan(value) else value for name, value in row.items()}


def check(fused: ak.SweepResult, slow: ak.SweepResult) -> None:
    assert fused.failed == slow.failed
    ran = [row for row in range(len(fused)) if row not in fused.failed]
    found = {row: disagreements(row_of(fused, row), defined(row_of(slow, row)), fused.spec.base.capital) for row in ran}
    assert {row: apart for row, apart in found.items() if apart} == {}
    assert np.nanstd(fused.table["total_return"]) > 0.0


def both(family: str, grid: dict, **settings) -> tuple[ak.SweepResult, ak.SweepResult]:
    return tuple(ak.sweep(family, grid=grid, engine=engine, keep=False, **settings) for engine in ("fused", "vectorbt"))


def test_every_built_in_family_is_here():
    built_in = {name for name, family in Strategy.families.items() if family.__module__.startswith("aurelius_kernel")}
    assert set(GRIDS) == built_in


@pytest.mark.parametrize("family", GRIDS)
def test_every_family_is_equal_on_the_instruments_that_it_trades(family, market):
    names = INSTRUMENTS.get(family, ("A", "B", "C", "D") if family == "carry_trade" else ("A",))
    bars = {name: market[name] for name in market if name in names or (family == "carry_trade" and name.endswith("CARRY"))}
    check(*both(family, GRIDS[family], fixed=FIXED.get(family), bars=bars, instruments=names, metrics="all", direction="both"))


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("family", ["trend_following", "mean_reversion"])
def test_every_setting_of_a_run_is_equal(family, setting, one):
    check(*both(family, GRIDS[family], bars=one, **SETTINGS[setting]))


@pytest.mark.parametrize("family", ["trend_following", "breakout", "ts_momentum"])
def test_instruments_with_gaps_that_share_one_account_are_equal(family, market):
    bars = {name: market[name] for name in ("D", "B", "C")}
    check(*both(family, GRIDS[family], bars=bars, fixed=FIXED.get(family), metrics="all", direction="both", stop_loss=0.08))


def test_exits_that_are_swept_are_equal(one):
    grid = {"fast": [3, 8], "slow": [10, 25], "stop_loss": [None, 0.03], "take_profit": [0.05, None], "trailing_stop": [None, 0.04]}
    check(*both("trend_following", grid, bars=one, metrics="all"))
    check(*both("mean_reversion", {"window": [8, 20], "stop_loss": [None, 0.02]}, bars=one, direction="both"))


def test_accounts_apart_are_equal(market):
    bars = {name: market[name] for name in ("A", "B", "C")}
    check(*both("trend_following", GRIDS["trend_following"], bars=bars, accounts="separate"))


@pytest.mark.parametrize("family", ["trend_following", "breakout", "ts_momentum"])
def test_a_row_is_equal_to_the_backtest_of_it(family, one):
    found = ak.sweep(family, grid=GRIDS[family], fixed=FIXED.get(family), bars=one, metrics="all", seed=3)
    for row in (0, len(found) // 2, len(found) - 1):
        alone = ak.backtest(found.strategy(row), bars=one, seed=3)
        assert found.result(row).hash == alone.hash
        assert disagreements(row_of(found, row), alone.metrics, 100_000.0) == []
