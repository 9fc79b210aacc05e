"""The share of its workers' time that a cluster on this machine spends outside tasks, over a sweep that is worth one.

Prints the seconds of the work, the seconds within tasks over all workers, the number of tasks, and the share.
"""

from __future__ import annotations

import sys
import time

import numpy as np
import pandas as pd
from work import Work

from aurelius_kernel.engine.sweeping import cores
from aurelius_kernel.research.sweep.question import ask
from aurelius_kernel.research.sweep.scale_out import OnCluster

REPEATS = 5


def main(bars: int) -> None:
    work = Work.of(bars, range(2, 449), range(3, 450))
    frequency = "1d" if work.is_daily else "1min"
    prices = {"open": work.open, "high": work.high, "low": work.low, "close": work.close}
    index = pd.date_range("2001-01-01 21:00", periods=len(work.close), freq="B" if work.is_daily else "min", tz="UTC")
    frames = {"A": pd.DataFrame({name: price[:, 0] for name, price in prices.items()}, index=index)}
    grid = {"fast": work.fast_values, "slow": work.slow_values}
    question = ask("trend_following", grid=grid, where="fast < slow", bars=frames, frequency=frequency, memory="4GB")
    columns = question.combinations()
    rows = len(columns["fast"])
    books = question.books(columns)
    with OnCluster(books, question.room(books, rows)) as cluster:
        found = [timed(cluster, columns, rows) for _ in range(1 + REPEATS)]
    seconds, within, tasks = sorted(found[1:])[REPEATS // 2]
    print(seconds, within, tasks, 1.0 - within / (cores() * seconds))


def timed(cluster: OnCluster, columns: dict[str, np.ndarray], rows: int) -> tuple[float, float, int]:
    began = time.perf_counter()
    tiles = list(cluster.run(columns, np.ones(rows, dtype=np.bool_), [(0, rows)]))
    return time.perf_counter() - began, sum(tile.seconds for tile in tiles), len(tiles)


if __name__ == "__main__":
    main(int(sys.argv[1]))
