"""The neighbours of a combination, by hand."""

from __future__ import annotations

import numpy as np
import pytest

import aurelius_kernel as ak
from aurelius_kernel.metrics import Metric
from aurelius_kernel.research.sweep.plateau import plateau_of

NAN = float("nan")
AXES = {"a": [1, 3, 4], "b": [0.5, 0.7], "kind": ["x", "y"]}
ROWS = [(1, 0.5, "x", 1.0), (1, 0.7, "x", 2.0), (3, 0.5, "x", 4.0), (3, 0.7, "x", NAN), (4, 0.5, "x", 8.0), (1, 0.5, "y", 16.0)]


def columns(rows=ROWS) -> dict[str, np.ndarray]:
    return {name: np.array([row[at] for row in rows]) for at, name in enumerate(("a", "b", "kind"))}


def values(rows=ROWS) -> np.ndarray:
    return np.array([row[3] for row in rows])


def test_neighbours_are_one_step_away_on_the_axes_diagonals_included_and_have_the_same_text():
    table = plateau_of(columns(), AXES, Metric.SHARPE_RATIO, values())
    assert table["neighbours"].tolist() == [2, 2, 3, 4, 1, 0]
    np.testing.assert_allclose(table["mean"], [3.0, 2.5, 11 / 3, 3.75, 4.0, NAN])
    np.testing.assert_allclose(table["worst"], [2.0, 1.0, 1.0, 1.0, 4.0, NAN])
    np.testing.assert_allclose(table["plateau"], [7 / 3, 7 / 3, 15 / 4, NAN, 6.0, 16.0])


def test_the_worst_is_the_highest_where_less_is_better():
    table = plateau_of(columns(), AXES, Metric.VOLATILITY, values())
    np.testing.assert_allclose(table["worst"], [4.0, 4.0, 8.0, 8.0, 4.0, NAN])


def test_the_order_of_axes_and_rows_does_not_matter():
    table = plateau_of(columns(), AXES, Metric.SHARPE_RATIO, values())
    turned = plateau_of(
        columns(ROWS[::-1]), {name: list(AXES[name])[::-1] for name in ("kind", "b", "a")}, Metric.SHARPE_RATIO, values(ROWS[::-1])
    )
    np.testing.assert_array_equal(table["plateau"], turned["plateau"][::-1])


def test_a_lonely_peak_has_a_lower_plateau_than_a_wide_one():
    grid = {"a": np.arange(9)}
    heights = np.array([0.0, 0.0, 3.0, 0.0, 0.0, 2.0, 2.1, 2.0, 0.0])
    table = plateau_of(grid, {"a": range(9)}, Metric.SHARPE_RATIO, heights)
    assert (int(table["value"].idxmax()), int(table["plateau"].idxmax())) == (2, 6)


def test_the_plateau_of_a_sweep_is_the_mean_of_its_corner_of_the_heat_map(one):
    found = ak.sweep("trend_following", grid={"fast": range(3, 9), "slow": range(10, 40, 5)}, bars=one, keep=False)
    table, heat = found.plateau("cagr"), found.heatmap("fast", "slow", "cagr")
    row = table.query("fast == 5 and slow == 20").iloc[0]
    corner = heat.loc[15:25, 4:6].to_numpy()
    assert row["value"] == heat.loc[20, 5]
    assert row["plateau"] == pytest.approx(corner.mean(), rel=1e-12)
    assert (row["neighbours"], row["worst"]) == (8, corner[corner != heat.loc[20, 5]].min())


def test_instruments_apart_are_no_neighbours(market):
    bars = {name: market[name] for name in ("A", "D")}
    grid = {"fast": range(3, 6), "slow": [10, 20]}
    apart = ak.sweep("trend_following", grid=grid, bars=bars, accounts="separate", keep=False).plateau()
    alone = ak.sweep("trend_following", grid=grid, bars={"D": market["D"]}, keep=False).plateau()
    np.testing.assert_array_equal(apart[apart["instrument"] == "D"]["plateau"], alone["plateau"])
