"""The markets of the power benchmark are what they claim to be, and its shortcut decides nothing that the gate would not."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

import aurelius_kernel as ak
from benchmarks.power.market import BARS, DRIFT, market, regimes
from benchmarks.power.trial import FIXED, tried


def test_a_market_is_the_same_for_the_same_seed_and_has_the_same_noise_with_an_edge():
    one, again, planted = market(3), market(3), market(3, drift=DRIFT)
    assert one.equals(again)
    difference = np.diff(np.log(planted["close"] / one["close"]))
    assert np.allclose(np.abs(difference), DRIFT, atol=1e-12)


def test_bars_are_possible():
    bars = market(1)
    assert len(bars) == BARS
    assert (bars["high"] >= bars[["open", "close"]].max(axis=1)).all()
    assert (bars["low"] <= bars[["open", "close"]].min(axis=1)).all()


def test_without_an_edge_a_price_goes_nowhere_on_average():
    growth = np.concatenate([market(seed)["close"].pct_change().to_numpy()[1:] for seed in range(40)])
    assert abs(growth.mean()) < 3.0 * growth.std() / math.sqrt(len(growth))


def test_returns_have_fat_tails_and_clustered_volatility():
    returns = np.concatenate([np.diff(np.log(market(seed)["close"])) for seed in range(10)])
    kurtosis = ((returns - returns.mean()) ** 4).mean() / returns.var() ** 2
    assert kurtosis > 4.0
    assert np.corrcoef(returns[1:] ** 2, returns[:-1] ** 2)[0, 1] > 0.03


def test_the_planted_drift_keeps_its_sign_for_about_its_length():
    signs = regimes(np.random.default_rng(0), 200_000)
    assert 200_000 / np.count_nonzero(np.diff(signs)) == pytest.approx(150.0, rel=0.15)


def test_the_planted_edge_is_a_sharpe_ratio_of_one_and_a_half(tmp_path, monkeypatch):
    monkeypatch.setenv("AURELIUS_HOME", str(tmp_path))
    asked = {"grid": {"lookback": [60]}, "fixed": FIXED, "direction": "both", "metrics": ["sharpe_ratio"], "keep": False}
    found = [ak.sweep("ts_momentum", bars={"M": market(50_000 + seed, drift=DRIFT)}, **asked).values[0, 0] for seed in range(40)]
    a_year = np.array(found) * math.sqrt(261.0 / 252.0)
    assert a_year.mean() == pytest.approx(1.5, abs=3.0 * a_year.std() / math.sqrt(len(a_year)))


def test_where_a_number_is_missed_the_gate_fails_too():
    short, whole = (tried(1, edge=False, every_gate=every, bars=900) for every in (False, True))
    assert (short.judged, whole.judged, short.passed, whole.passed) == (False, True, False, False)
    assert {"validation_passed", "deflated_sharpe"} & set(short.failed) <= set(whole.failed)
    assert "crv_gate" in whole.failed


def test_the_recorded_figures_keep_their_targets(root):
    lines = (root / "benchmarks/power/recorded.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    passed = {edge: [row["passed"] for row in rows if row["edge"] is edge] for edge in (False, True)}
    assert sorted(row["seed"] for row in rows if not row["edge"]) == list(range(200))
    assert sum(passed[False]) / len(passed[False]) <= 0.05
    assert sum(passed[True]) / len(passed[True]) >= 0.60
