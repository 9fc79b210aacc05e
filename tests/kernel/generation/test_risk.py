from __future__ import annotations

import numpy as np
import pytest

from aurelius_kernel.errors import UnknownName
from aurelius_kernel.generation import preset, range_of
from aurelius_kernel.generation.ranges import neighbours
from aurelius_kernel.research.sweep.where import wanted
from aurelius_kernel.strategies import Strategy

BUILT_IN = sorted(name for name, family in Strategy.families.items() if family.__module__.startswith("aurelius_kernel."))


@pytest.mark.parametrize(
    ("risk", "lookback", "vol_target", "max_position"),
    [("conservative", 40, 0.10, 0.5), ("moderate", 20, 0.15, 1.0), ("aggressive", 10, 0.25, 1.5)],
)
def test_a_taste_for_risk_sets_lookback_volatility_and_position(risk, lookback, vol_target, max_position):
    chosen = preset(risk)
    assert (chosen.lookback, chosen.vol_target, chosen.max_position) == (lookback, vol_target, max_position)
    assert chosen.fixed(Strategy.families["ts_momentum"]) == {"vol_target": vol_target, "max_position": max_position}
    assert chosen.sizing(2).fraction == max_position / 2
    assert lookback in range_of(Strategy.families["ts_momentum"], lookback).values["lookback"]


def test_an_unknown_taste_for_risk_is_refused():
    with pytest.raises(UnknownName, match="aggressive"):
        preset("agressive")


@pytest.mark.parametrize("lookback", [40, 20, 10])
@pytest.mark.parametrize("family", BUILT_IN)
def test_a_family_takes_every_combination_of_its_range(family, lookback):
    kind, (values, where) = Strategy.families[family], range_of(Strategy.families[family], lookback)
    combinations = [{}]
    for name, axis in values.items():
        combinations = [{**one, name: value} for one in combinations for value in axis]
    kept = [one for one in combinations if where is None or bool(wanted(where, {k: _column(v) for k, v in one.items()}, {})[0])]
    assert kept
    for one in kept:
        kind.of(one)


def _column(value):
    return np.array([value])


def test_neighbours_are_one_step_away_on_the_first_axes_of_numbers():
    values = {"fast": [5, 10, 20], "slow": [20, 40, 60, 100], "average": ["sma", "ema"], "atr_stop": [0.0, 3.0, 5.0]}
    near = neighbours(values, {"fast": 5, "slow": 60, "average": "ema", "atr_stop": 3.0}, most=2)
    assert near == {"fast": [5, 10], "slow": [40, 60, 100], "average": ["ema"], "atr_stop": [3.0]}
