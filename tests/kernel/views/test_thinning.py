from __future__ import annotations

import numpy as np
import pandas as pd

from aurelius_kernel.views.thinning import thinned


def test_a_short_series_stays_as_it_is():
    series = pd.Series([1.0, 2.0, 3.0])
    assert thinned(series, 10).equals(series)


def test_a_long_series_keeps_its_ends_its_peak_and_its_trough():
    values = np.sin(np.linspace(0, 40, 100_000))
    values[31_415], values[27_182] = 5.0, -5.0
    kept = thinned(pd.Series(values), 200)
    assert len(kept) <= 202
    assert {0, 27_182, 31_415, 99_999} <= set(kept.index)


def test_every_point_that_is_kept_is_one_of_the_series_in_its_order():
    series = pd.Series(np.random.default_rng(5).normal(size=5_000).cumsum())
    kept = thinned(series, 100)
    assert kept.index.is_monotonic_increasing
    assert kept.equals(series.loc[kept.index])


def test_unknown_points_are_left_out():
    assert thinned(pd.Series([np.nan, 1.0, np.nan, 2.0])).tolist() == [1.0, 2.0]
