from __future__ import annotations

import subprocess
import sys

import pytest

from benchmarks.bench_sweep import OWN_PYTHON, agree
from benchmarks.measure import Measured, ratio, seconds
from benchmarks.sweep_peers.peer import Peer
from benchmarks.sweep_peers.work import Work


@pytest.mark.parametrize(
    ("value", "limits", "kept"),
    [
        (0.4, {"at_most": 0.5}, True),
        (0.6, {"at_most": 0.5}, False),
        (30, {"at_least": 50}, False),
        (60, {"at_least": 50}, True),
        (9, {}, True),
    ],
)
def test_a_measurement_keeps_its_target_or_misses_it(value, limits, kept):
    assert Measured(what="a run", value=value, unit="s", **limits).kept is kept


def test_a_ratio_compares_runs_taken_in_turn():
    order: list[str] = []
    assert ratio(lambda: order.append("reference"), lambda: order.append("ours"), repeats=3) > 0
    assert order == ["reference", "ours"] * 3


def test_the_best_of_the_runs_counts():
    waits = iter([0.05, 0.0, 0.05])
    assert seconds(lambda: sum(range(int(next(waits) * 1e7))), repeats=3) < 0.005


def test_vectorbt_answers_what_we_do_beside_which_we_are_timed():
    work = Work.of(300, range(2, 6), range(4, 9), seed=3)
    with Peer("aurelius_signals", work, OWN_PYTHON) as ours, Peer("vectorbt_signals", work, OWN_PYTHON) as theirs:
        agree(ours, theirs)
        ours.run()
        theirs.run()
    assert min(ours.seconds + theirs.seconds) > 0.0


def test_an_unknown_benchmark_is_refused_with_the_known_ones(root):
    command = [sys.executable, "-m", "benchmarks", "nothing"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "bench_import" in done.stderr
