"""The stationary bootstrap: histories that might have been, put together from stretches of the one that was.

A stretch begins anywhere, goes on over the end to the beginning, and has a random length of a given mean: what follows closely in
time stays together. Source: D. N. Politis and J. P. Romano, The Stationary Bootstrap, Journal of the American Statistical
Association 89, 1994; drawn by `arch`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from arch.bootstrap import StationaryBootstrap, optimal_block_length

from aurelius_kernel.errors import NotEnoughBars
from aurelius_kernel.metrics.sample import is_flat
from aurelius_kernel.typing import FloatArray, IntArray
from aurelius_kernel.validation.inputs import whole_number

__all__ = ["mean_block_length", "resampled_positions"]

FEWEST_BARS = 20
MOST_RESAMPLES = 100_000
CELLS = 1 << 21
"""How many positions are handed over at once, unless one history alone has more."""


def mean_block_length(given: int | None, *series: FloatArray) -> int:
    """The block length that was given, else the longest that any of the series asks for; raises for fewer than 20 bars.

    Source of the automatic choice: D. N. Politis and H. White, Automatic Block-Length Selection for the Dependent Bootstrap,
    Econometric Reviews 23, 2004, with the correction of Patton, Politis and White (2009).
    """
    n = len(series[0])
    if n < FEWEST_BARS:
        raise NotEnoughBars(FEWEST_BARS, n, "A bootstrap")
    if given is not None:
        return whole_number("block_length", given, 1, n)
    wanted = [float(optimal_block_length(one)["stationary"].iloc[0]) for one in series if not is_flat(one)]
    return max([1, *map(math.ceil, wanted)])


def resampled_positions(n: int, block_length: int, resamples: int, seed: int) -> Iterator[IntArray]:
    """Positions of bars that make up `resamples` histories of `n` bars each, a few histories at a time, one a row."""
    count = whole_number("resamples", resamples, 100, MOST_RESAMPLES)
    draw = StationaryBootstrap(block_length, np.arange(n), seed=whole_number("seed", seed)).update_indices
    at_once = max(1, CELLS // n)
    return (np.array([draw() for _ in range(start, min(start + at_once, count))]) for start in range(0, count, at_once))
