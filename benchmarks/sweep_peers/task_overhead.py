"""The share of its workers' time that a cluster on this machine spends outside tasks, over a sweep that is worth one.

Prints the seconds of the work, the seconds within tasks over all workers, the number of tasks, and the share.
"""

from __future__ import annotations

import sys
import time

import numpy as np
from aurelius_sweep import bars_of
from work import Work

from aurelius_kernel.engine.sweeping import cores
from aurelius_kernel.research.sweep.question import ask
from aurelius_kernel.research.sweep.scale_out import OnCluster

REPEATS = 5


def main(bars: int) -> None:
    work = Work.of(bars, range(2, 449), range(3, 450))
    grid = {"fast": work.fast_values, "slow": work.slow_values}
    asked = {"grid": grid, "where": "fast < slow", "bars": bars_of(work), "frequency": work.frequency, "memory": "4GB"}
    question = ask("trend_following", **asked)
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
