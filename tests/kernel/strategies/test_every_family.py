"""The contract of every family in the register."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from aurelius_kernel.model import Signals
from aurelius_kernel.strategies import Strategy, describe
from aurelius_kernel.strategies.differences import active
from aurelius_kernel.strategies.laws import check_laws

FAMILIES = (
    "breakout",
    "carry_trade",
    "fib_rsi",
    "market_neutral",
    "mean_reversion",
    "ml_classifier",
    "pairs_trading",
    "stat_arb",
    "trend_following",
    "ts_momentum",
    "volatility_trading",
)
VARIANTS = [
    ("breakout", {"atr_mult": 0.0, "atr_stop": 0.0, "exit_lookback": 40}),
    ("carry_trade", {"rule": "rank", "rebalance": "bar", "carry_window": 63}),
    ("fib_rsi", {"swing_window": 200, "rsi_window": 5}),
    ("market_neutral", {"lookback": 60, "skip": 0, "beta_window": 30, "rebalance": "bar", "fraction": 0.5}),
    ("mean_reversion", {"window": 7, "num_std": 1.0, "exit_z": 0.5}),
    ("pairs_trading", {"window": 30, "entry_z": 1.0, "exit_z": 0.0, "stop_z": 1.8}),
    ("stat_arb", {"lookback": 1, "beta_window": 10, "rebalance": "bar"}),
    ("trend_following", {"fast": 5, "slow": 8, "average": "ema", "atr_stop": 3.0}),
    ("ts_momentum", {"lookback": 10, "vol_window": 20, "dead_band": 0.5, "rebalance": "bar"}),
    ("volatility_trading", {"estimator": "parkinson", "window": 10, "regime_window": 50, "rebalance": "day"}),
    ("volatility_trading", {"estimator": "realised"}),
]


def test_the_register_holds_the_eleven_families():
    built_in = [name for name, family in Strategy.families.items() if family.__module__.startswith("aurelius_kernel.")]
    assert tuple(sorted(built_in)) == FAMILIES


@pytest.mark.parametrize("family", FAMILIES, indirect=True)
def test_a_family_obeys_every_law_on_real_bars(family, real_bars):
    bars = real_bars(family.type)
    if family.expanding:
        bars = {name: frame.iloc[:600] for name, frame in bars.items()}
    assert check_laws(family, bars, cuts=9 if family.expanding else 48) == []


@pytest.mark.parametrize(("name", "parameters"), VARIANTS)
def test_a_family_obeys_every_law_with_other_parameters(name, parameters, real_bars):
    assert check_laws(Strategy.create(name, **parameters), real_bars(name)) == []


@pytest.mark.parametrize("family", FAMILIES, indirect=True)
def test_a_family_really_trades(family, real_bars):
    signals = family.signals(real_bars(family.type))
    assert active(signals, opening=True).any()


@pytest.mark.parametrize("family", FAMILIES, indirect=True)
def test_one_bar_more_than_the_warm_up_is_enough_and_one_less_is_counted(family, real_bars):
    bars = {name: frame.iloc[-family.warm_up - 1 :] for name, frame in real_bars(family.type).items()}
    assert isinstance(family.signals(bars), Signals)
    fewer = {name: frame.iloc[1:] for name, frame in bars.items()}
    with pytest.raises(Exception, match=f"needs {family.warm_up + 1} bars and the window holds {family.warm_up}: 1 are missing"):
        family.signals(fewer)


@pytest.mark.parametrize("family", FAMILIES, indirect=True)
def test_a_family_goes_through_its_spec_and_back(family):
    spec = family.spec()
    assert Strategy.create(spec.type, **spec.parameters) == family
    assert set(spec.parameters) == set(type(family).model_fields)


@pytest.mark.parametrize("name", FAMILIES)
def test_every_parameter_has_a_default_a_sentence_and_a_range(name):
    for row in describe(Strategy.families[name]):
        assert row["description"].endswith(".")
        assert row["type"] in {"integer", "number", "string", "integer or none", "string or none"}
        if "string" not in row["type"]:
            assert row["low"] is not None
            assert row["high"] is not None


@pytest.mark.parametrize("family", FAMILIES, indirect=True)
def test_a_close_only_instrument_carries_its_close_in_every_price(family, real_bars):
    bars = real_bars(family.type)
    bare = {name: frame.assign(open=np.nan, high=np.nan, low=np.nan) for name, frame in bars.items()}
    filled = {name: frame.assign(open=frame.close, high=frame.close, low=frame.close) for name, frame in bars.items()}
    ours, theirs = family.signals(bare).arrays(), family.signals(filled).arrays()
    assert ours.keys() == theirs.keys()
    for kind, array in ours.items():
        np.testing.assert_array_equal(array, theirs[kind])


@pytest.mark.parametrize("name", [name for name in FAMILIES if "rebalance" in Strategy.families[name].model_fields])
def test_target_weights_begin_on_the_very_bar_after_the_warm_up(name, real_bars):
    strategy = Strategy.create(name, rebalance="bar")
    bars = {name: frame.iloc[-1_000:] for name, frame in real_bars(name).items()}
    decided = np.isfinite(strategy.signals(bars).weights).any(axis=1)
    assert np.flatnonzero(decided)[0] == strategy.warm_up


def test_target_weights_are_shared_between_the_instruments(stocks):
    strategy = Strategy.create("volatility_trading")
    alone = strategy.signals({"IBM": stocks["IBM"]}).weights
    both = strategy.signals({"IBM": stocks["IBM"], "MSFT": stocks["MSFT"]}).weights
    np.testing.assert_array_equal(both[:, 0], alone[:, 0] / 2)


def test_the_families_are_named_without_loading_what_only_some_of_them_need():
    heavy = {"sklearn", "numba", "vectorbt", "matplotlib", "scipy", "talib"}
    code = f"import sys, aurelius_kernel.strategies; print(*sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == ""
