"""The probability of backtest overfitting, by combinatorially symmetric cross-validation (CSCV).

Source: D. H. Bailey, J. M. Borwein, M. López de Prado and Q. J. Zhu, The Probability of Backtest Overfitting, Journal of
Computational Finance 20(4), 2017.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import combinations
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from aurelius_kernel.errors import ImpossibleRequest, NotEnoughBars, UnknownName
from aurelius_kernel.metrics.sample import is_flat
from aurelius_kernel.typing import FloatArray, IntArray
from aurelius_kernel.validation.inputs import finite_table, whole_number

__all__ = ["BacktestOverfitting", "probability_of_backtest_overfitting"]

MOST_BLOCKS = 20
CELLS = 1 << 17
"""How many performances are worked on at once: what fits into a processor's cache."""
ROUNDING = 1e-12
"""A sum of squared deviations below this share of the sum of squares is an artefact of rounding: the returns are all equal."""


@dataclass(frozen=True, kw_only=True, eq=False)
class BacktestOverfitting:
    """What became of the strategy chosen in one half of the bars when it was judged on the other, for every way to halve them.

    Arrays have one value a split; performances are per bar, of the metric asked for.

    Attributes
    ----------
    pbo : the share of splits in which the chosen strategy did no better than the median of all: the probability of overfitting
    probability_of_loss : the share of splits in which the chosen strategy's performance out of sample was below 0
    degradation_slope : what a unit of performance in sample brought out of sample, by least squares; NaN where all splits are alike
    degradation_intercept : where that line crosses a performance of 0 in sample
    metric, blocks : what was asked for
    logits : log(ω/(1 − ω)), ω being the chosen strategy's rank out of sample over the strategies plus 1; 0 is the median
    chosen : the column of the strategy that was best in sample
    in_sample, out_of_sample : the performance of the chosen strategy
    """

    pbo: float
    probability_of_loss: float
    degradation_slope: float
    degradation_intercept: float
    metric: str
    blocks: int
    logits: FloatArray = field(repr=False)
    chosen: IntArray = field(repr=False)
    in_sample: FloatArray = field(repr=False)
    out_of_sample: FloatArray = field(repr=False)

    @property
    def n_splits(self) -> int:
        """How many splits there are: C(blocks, blocks/2)."""
        return len(self.logits)


def probability_of_backtest_overfitting(returns: ArrayLike, blocks: int = 16, metric: str = "sharpe") -> BacktestOverfitting:
    """How likely it is that choosing the best of these strategies by their backtests chose nothing better than their median.

    The bars are cut into `blocks` of equal length (to a bar). Each half of the blocks is once what the best strategy is chosen on,
    with the other half as what it is judged on: 12,870 splits for 16 blocks.

    Parameters
    ----------
    returns : of every strategy that was tried, of shape (bars, strategies); a frame will do
    blocks : an even number from 2 to 20
    metric : what best means: "sharpe", the Sharpe ratio per bar, 0 where returns have no spread; or "mean", the mean return

    Raises
    ------
    InvalidField, ImpossibleRequest
        For returns that are not finite numbers of at least two strategies, an odd number of blocks, an unknown metric, and fewer
        than two bars a block.
    """
    table = finite_table("returns", returns, columns=2)
    if whole_number("blocks", blocks, 2, MOST_BLOCKS) % 2:
        raise ImpossibleRequest.of("blocks", f"must be even, so that they can be halved, not {blocks}")
    if not isinstance(metric, str) or metric not in METRICS:
        raise UnknownName("metric", metric, METRICS)
    if len(table) < 2 * blocks:
        raise NotEnoughBars(2 * blocks, len(table), f"Cross-validation over {blocks} blocks")
    return _result(_every_split(table, blocks, METRICS[metric]), metric, blocks)


class _Sums(NamedTuple):
    """Number, sum and sum of squares of the returns, a row a choice of blocks; the last two have a column a strategy."""

    bars: FloatArray
    total: FloatArray
    squares: FloatArray


class _Judged(NamedTuple):
    """One value a split."""

    chosen: IntArray
    in_sample: FloatArray
    out_of_sample: FloatArray
    rank: FloatArray  # of the chosen strategy out of sample, over the number of strategies plus 1


Measure: TypeAlias = Callable[[_Sums], FloatArray]


def _mean(sums: _Sums) -> FloatArray:
    return sums.total / sums.bars


def _sharpe(sums: _Sums) -> FloatArray:
    mean = sums.total / sums.bars
    spread = sums.squares - sums.total * mean
    spread[spread <= ROUNDING * sums.squares] = np.inf
    return mean * np.sqrt((sums.bars - 1.0) / spread)


METRICS: dict[str, Measure] = {"mean": _mean, "sharpe": _sharpe}


def _every_split(table: FloatArray, blocks: int, measure: Measure) -> _Judged:
    """The splits in the lexicographic order of the blocks chosen on; the second half of them mirrors the first."""
    halves, everything, subsets = _halves(blocks), (1 << blocks) - 1, _Subsets(table, blocks)
    first: list[_Judged] = []
    mirrored: list[_Judged] = []
    for chunk in np.array_split(halves, -(-len(halves) * table.shape[1] // CELLS)):
        one, other = measure(subsets.sums(chunk)), measure(subsets.sums(everything ^ chunk))
        first.append(_judge(one, other))
        mirrored.append(_judge(other, one))
    joined = (np.concatenate(column) for column in zip(*first, strict=True))
    back = (np.concatenate(column)[::-1] for column in zip(*mirrored, strict=True))
    return _Judged(*(np.concatenate(pair) for pair in zip(joined, back, strict=True)))


def _halves(blocks: int) -> IntArray:
    """Every choice of half of the blocks that has the first one, as a number with a bit for each of its blocks."""
    return np.array([1 + sum(1 << block for block in others) for others in combinations(range(1, blocks), blocks // 2 - 1)])


class _Subsets:
    """Sums over any choice of blocks, each put together from one over the early blocks and one over the late ones.

    Nothing is subtracted and the order is fixed: equal strategies get equal sums to the bit, and blocks of zeros add up to 0.
    """

    def __init__(self, table: FloatArray, blocks: int) -> None:
        starts = np.arange(blocks) * len(table) // blocks
        bars = np.diff(starts, append=len(table)).astype(np.float64)[:, None]
        columns = bars, np.add.reduceat(table, starts), np.add.reduceat(table * table, starts)
        self.shift = blocks // 2
        self.early = [_of_all_subsets(column[: self.shift]) for column in columns]
        self.late = [_of_all_subsets(column[self.shift :]) for column in columns]

    def sums(self, chosen: IntArray) -> _Sums:
        """A row for each choice of blocks."""
        low, high = chosen & ((1 << self.shift) - 1), chosen >> self.shift
        return _Sums(*(early[low] + late[high] for early, late in zip(self.early, self.late, strict=True)))


def _of_all_subsets(blocks: FloatArray) -> FloatArray:
    """The sum over every subset of the blocks, in the row whose number has a bit for each of them."""
    sums = np.zeros((1, blocks.shape[1]))
    for block in blocks:
        sums = np.concatenate([sums, sums + block])
    return sums


def _judge(inside: FloatArray, outside: FloatArray) -> _Judged:
    rows, chosen = np.arange(len(inside)), inside.argmax(axis=1)
    kept = outside[rows, chosen]
    worse = np.count_nonzero(outside < kept[:, None], axis=1)
    level = np.count_nonzero(outside == kept[:, None], axis=1)
    rank = (worse + (level + 1) / 2) / (inside.shape[1] + 1)
    return _Judged(chosen, inside[rows, chosen], kept, rank)


def _result(judged: _Judged, metric: str, blocks: int) -> BacktestOverfitting:
    logits = np.log(judged.rank / (1.0 - judged.rank))
    slope, intercept = _line(judged.in_sample, judged.out_of_sample)
    return BacktestOverfitting(
        pbo=float(np.mean(logits <= 0.0)),
        probability_of_loss=float(np.mean(judged.out_of_sample < 0.0)),
        degradation_slope=slope,
        degradation_intercept=intercept,
        metric=metric,
        blocks=blocks,
        logits=logits,
        chosen=judged.chosen,
        in_sample=judged.in_sample,
        out_of_sample=judged.out_of_sample,
    )


def _line(x: FloatArray, y: FloatArray) -> tuple[float, float]:
    if is_flat(x):
        return np.nan, np.nan
    slope = float(np.cov(x, y)[0, 1] / np.var(x, ddof=1))
    return slope, float(y.mean() - slope * x.mean())
