"""A sweep on its page: what stands where, which rows are chosen, and what the plateau is."""

import numpy as np
import pandas as pd
import pytest

from aurelius_kernel.metrics import Metric
from aurelius_kernel.views.pages.parallel_coordinates import ParallelCoordinates
from aurelius_kernel.views.pages.sweep_surface import Surface, dimension, ranking

GRID = {"fast": [5, 10, 15], "slow": [20, 40]}
SHARPE = {(5, 20): 0.1, (5, 40): 0.2, (10, 20): 0.3, (10, 40): 0.9, (15, 20): np.nan, (15, 40): 0.5}


@pytest.fixture
def surface():
    """Six combinations, one of them without a number."""
    table = pd.DataFrame([{"fast": fast, "slow": slow, "sharpe_ratio": value} for (fast, slow), value in SHARPE.items()])
    return Surface.of(table.to_csv(index=False).encode(), {"grid": GRID})


@pytest.fixture
def lines(surface):
    """The surface's lines."""
    drawn = ParallelCoordinates()
    drawn.draw([dimension(name, surface.table[name]) for name in surface.parameters], np.zeros(6))
    return drawn


def test_parameters_and_metrics_are_told_apart(surface):
    assert (surface.parameters, surface.metrics) == (["fast", "slow"], [Metric.SHARPE_RATIO])


def test_the_map_has_a_cell_for_each_pair_and_none_without_a_number(surface):
    grid = surface.heat("fast", "slow", Metric.SHARPE_RATIO, np.ones(6, dtype=bool))
    assert (list(grid.columns), list(grid.index)) == (["5", "10", "15"], ["20", "40"])
    np.testing.assert_array_equal(grid.to_numpy(), [[0.1, 0.3, np.nan], [0.2, 0.9, 0.5]])


def test_cells_that_share_a_pair_have_their_mean(surface):
    twice = Surface(pd.concat([surface.table.assign(k=1), surface.table.assign(k=2, sharpe_ratio=1.0)]).reset_index(), is_grid=True)
    grid = twice.heat("fast", "slow", Metric.SHARPE_RATIO, np.ones(12, dtype=bool))
    assert grid.loc["40", "10"] == pytest.approx(0.95)


def test_the_plateau_is_the_mean_of_a_combination_and_those_one_step_away(surface):
    near = surface.plateau(Metric.SHARPE_RATIO)
    assert near["neighbours"].tolist() == [3, 3, 4, 4, 3, 2]
    assert near["plateau"].iloc[5] == pytest.approx((0.5 + 0.3 + 0.9) / 3)
    assert near["worst"].iloc[3] == 0.1


def test_what_was_drawn_from_intervals_has_no_neighbours(surface):
    assert Surface(surface.table, is_grid=False).plateau(Metric.SHARPE_RATIO) is None


def test_a_slice_differs_in_one_parameter_only(surface):
    along = surface.through(3, "fast")
    assert along["fast"].tolist() == [5, 10, 15]
    assert set(along["slow"]) == {40}


def test_many_numbers_are_put_into_bins():
    values = np.linspace(0.0, 1.0, 500)
    table = pd.DataFrame({"x": values, "y": [1, 2] * 250, "sharpe_ratio": values})
    grid = Surface(table, is_grid=False).heat("x", "y", Metric.SHARPE_RATIO, np.ones(500, dtype=bool))
    assert grid.shape == (2, 24)
    assert grid.iloc[0].is_monotonic_increasing


@pytest.mark.parametrize(
    ("column", "places"),
    [([5, 10, 15], [0, 0.5, 1]), (["ema", "sma", "ema"], [0, 1, 0]), ([True, False, True], [1, 0, 1]), ([3, 3], [0, 0])],
)
def test_an_axis_goes_from_nought_to_one(column, places):
    assert dimension("x", pd.Series(column)).places.tolist() == places


def test_the_best_of_a_metric_where_less_is_better_is_the_smallest():
    assert ranking(Metric.VOLATILITY, pd.Series([3.0, 1.0, np.nan, 2.0])).tolist()[:2] == [0.0, 1.0]


def test_a_brush_chooses_the_rows_inside_it(lines):
    lines.brushes = {"0": [0.4, 1.0], "1": [1.0, 0.6]}
    assert lines.chosen().tolist() == [False, False, False, True, False, True]


@pytest.mark.parametrize(
    "brushes",
    [{"9": [0, 0.1]}, {"x": [0, 0.1]}, {"-1": [0, 0.1]}, {"0": "no"}, {"0": [0]}, {"0": [float("nan"), 1]}, {"²": [0, 0.1]}],
)
def test_a_brush_that_makes_no_sense_brushes_nothing(lines, brushes):
    lines.brushes = brushes
    assert lines.chosen().all()
