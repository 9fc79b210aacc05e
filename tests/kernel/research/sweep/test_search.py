"""Combinations that are drawn: at random, and by Optuna's estimator."""

from __future__ import annotations

import numpy as np
import pytest

import aurelius_kernel as ak
from aurelius_kernel.errors import ImpossibleRequest

RANGES = {"fast": (2, 40), "slow": (5, 120)}


def asked(bars, **more) -> ak.SweepResult:
    return ak.sweep("trend_following", bars=bars, keep=False, **{"ranges": RANGES, **more})


def sets(found: ak.SweepResult) -> list[tuple]:
    return list(found.table[found.parameters].itertuples(index=False, name=None))


@pytest.mark.parametrize("search", [{"samples": 60}, {"search": "tpe", "trials": 60}], ids=["random", "tpe"])
class TestBoth:
    def test_as_many_different_combinations_as_asked_are_run_and_all_are_wanted(self, one, search):
        found = asked(one, where="fast < slow", **search)
        assert len(set(sets(found))) == len(found) == found.trials == 60
        assert (found.table["fast"] < found.table["slow"]).all()
        assert found.table[["fast", "slow"]].dtypes.to_list() == [np.int64, np.int64]
        assert found.table["fast"].between(2, 40).all()
        assert found.table["slow"].between(5, 120).all()

    def test_the_seed_decides_what_is_drawn(self, one, search):
        first, again, other = (asked(one, where="fast < slow", seed=seed, **search) for seed in (1, 1, 2))
        assert (first.hash, sets(first)) == (again.hash, sets(again))
        assert sets(other) != sets(first)

    def test_values_and_intervals_may_be_mixed(self, one, search):
        found = asked(
            one,
            grid={"average": ["sma", "ema"], "atr_stop": [0.0, 1.5, 3.0]},
            ranges={"fast": (2, 5), "stop_loss": (0.01, 0.1)},
            **search,
        )
        assert set(found.table["average"]) == {"sma", "ema"}
        assert set(found.table["atr_stop"]) == {0.0, 1.5, 3.0}
        assert found.table["stop_loss"].between(0.01, 0.1).all()
        assert found.table["stop_loss"].nunique() == 60
        assert found.result(7, keep=False).metrics["sharpe_ratio"] == pytest.approx(found.table["sharpe_ratio"][7], rel=1e-9)

    def test_a_space_that_is_smaller_than_what_is_asked_is_run_whole(self, one, search):
        found = asked(one, ranges=None, grid={"fast": [3, 4, 5], "slow": [10, 20]}, **search)
        assert sorted(sets(found)) == [(3, 10), (3, 20), (4, 10), (4, 20), (5, 10), (5, 20)]

    def test_a_constraint_that_keeps_nothing_is_an_error(self, one, search):
        with pytest.raises(ImpossibleRequest, match="where"):
            asked(one, where="fast > 500", **search)

    def test_combinations_that_the_family_refuses_are_failed_rows(self, one, search):
        found = asked(one, ranges={"fast": (2, 60), "slow": (5, 60)}, **search)
        refused = (found.table["fast"] >= found.table["slow"]).to_numpy()
        assert refused.any()
        assert sorted(found.failed) == np.flatnonzero(refused).tolist()

    def test_it_reads_back_from_the_store(self, one, search):
        kept = ak.sweep("trend_following", bars=one, ranges=RANGES, where="fast < slow", **search)
        assert ak.SweepResult.load(kept.hash).hash == kept.hash
        with pytest.raises(ImpossibleRequest, match="needs a grid"):
            kept.plateau()


def test_samples_of_a_grid_without_end_are_drawn_without_making_it(one):
    grid = {"fast": range(2, 400), "slow": range(401, 1_000), "atr_window": range(2, 200), "atr_stop": np.linspace(0.5, 50, 12_000)}
    found = asked(one, ranges=None, grid=grid, samples=50)
    assert len(set(sets(found))) == 50


def test_random_draws_cover_the_space_evenly(one):
    found = asked(one, ranges={"fast": (2, 21), "slow": (30, 49)}, samples=390)
    counts = found.table.groupby("fast").size()
    assert (len(counts), counts.min() >= 17) == (20, True)  # 390 of 400 different ones


def test_the_estimator_finds_better_combinations_than_chance_does(one):
    best = {
        name: np.median([asked(one, where="fast < slow", seed=seed, **search).best().found["sharpe_ratio"] for seed in range(5)])
        for name, search in {"tpe": {"search": "tpe", "trials": 60}, "random": {"samples": 60}}.items()
    }
    whole = (
        asked(one, ranges=None, grid={"fast": range(2, 41), "slow": range(5, 121)}, where="fast < slow")
        .best()
        .found["sharpe_ratio"]
    )
    assert best["random"] <= best["tpe"] <= whole


def test_several_objectives_are_searched_together(one):
    found = asked(one, where="fast < slow", search="tpe", trials=30, objective=["sharpe_ratio", "volatility"])
    assert (len(found), found.best().row) == (30, int(found.table["sharpe_ratio"].idxmax()))
