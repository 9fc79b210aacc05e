"""The same sweep on a cluster of this machine: the same bits, a killed worker or not."""

from __future__ import annotations

import subprocess
import sys

import distributed
import numpy as np
import psutil
import pytest

import aurelius_kernel as ak
from aurelius_kernel.errors import RunCancelled
from aurelius_kernel.research.sweep import measured, scale_out, tiles
from aurelius_kernel.research.sweep.question import ask

PAIRS = {"fast": range(3, 103), "slow": range(104, 304)}
SIGNALS = {"lookback": range(5, 205), "atr_stop": [0.0, 2.0]}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """Two workers; DASK_SCHEDULER_ADDRESS names them."""
    folder = str(tmp_path_factory.mktemp("workers"))
    made = {
        "n_workers": 2,
        "threads_per_worker": 1,
        "host": "127.0.0.1",
        "dashboard_address": None,
        "scheduler_kwargs": scale_out.QUIET,
        "local_directory": folder,
    }
    with distributed.LocalCluster(**made) as started, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DASK_SCHEDULER_ADDRESS", started.scheduler_address)
        yield started


@pytest.mark.parametrize(("family", "grid"), [("trend_following", PAIRS), ("breakout", SIGNALS)])
def test_a_cluster_finds_the_same_bits_as_threads(cluster, one, family, grid):
    here, there = (ak.sweep(family, grid=grid, bars=one, executor=executor, keep=False) for executor in ("threads", "dask"))
    np.testing.assert_array_equal(there.values, here.values)
    assert (there.hash, there.failed) == (here.hash, here.failed)


def test_accounts_apart_and_refused_combinations_are_the_same_too(cluster, market):
    bars = {name: market[name] for name in ("A", "C")}
    asked = {"grid": {"fast": range(3, 30), "slow": [10, 20, 380]}, "bars": bars, "accounts": "separate", "keep": False}
    here, there = (ak.sweep("trend_following", executor=executor, **asked) for executor in ("threads", "dask"))
    assert there.hash == here.hash
    assert 0 < len(there.failed) < len(there)


def test_work_is_cut_so_that_every_worker_has_some(cluster, one):
    question = ask("trend_following", grid=PAIRS, bars=one)
    columns = question.combinations()
    with scale_out.OnCluster(question.books(columns), 10**9) as runs:
        parts = [tile.span for tile in runs.run(columns, np.ones(20_000, dtype=bool), [(0, 20_000)])]
    assert sorted(parts) == [(0, 10_000), (10_000, 20_000)]


@pytest.mark.parametrize(("worth", "tasks"), [(10**9, 2), (5_000 * 420, 4), (2_500 * 420, 4), (1, 4)])
def test_a_worker_has_more_tasks_where_there_is_more_to_do(cluster, one, monkeypatch, worth, tasks):
    monkeypatch.setattr(scale_out, "WORTH_A_TASK", worth)
    question = ask("trend_following", grid=PAIRS, bars=one)
    with scale_out.OnCluster(question.books(question.combinations()), 10**9) as runs:
        assert -(-20_000 // runs._size(20_000, workers=2)) == tasks


def test_a_killed_worker_costs_a_retry_and_not_the_sweep(cluster, one):
    killed = []

    def kill(fraction: float, _stage: str) -> None:
        if fraction > 0.2 and not killed:
            pid = next(iter(cluster.workers.values())).pid
            psutil.Process(pid).kill()
            killed.append(pid)

    here = ak.sweep("breakout", grid=SIGNALS, bars=one, keep=False)
    there = ak.sweep("breakout", grid=SIGNALS, bars=one, executor="dask", progress=kill, keep=False)
    assert (there.hash, len(killed)) == (here.hash, 1)


def test_a_sweep_on_a_cluster_can_be_cancelled(cluster, one):
    with pytest.raises(RunCancelled):
        ak.sweep("breakout", grid=SIGNALS, bars=one, executor="dask", cancel=lambda: True, keep=False)
    assert ak.sweep("breakout", grid={"lookback": [5, 6]}, bars=one, executor="dask", keep=False).trials == 2


def test_without_an_address_a_cluster_is_started_and_ended(one, monkeypatch):
    monkeypatch.delenv("DASK_SCHEDULER_ADDRESS", raising=False)
    monkeypatch.setattr(scale_out, "cores", lambda: 1)
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    found = ak.sweep("breakout", grid={"lookback": range(5, 25)}, bars=one, executor="dask", keep=False)
    assert found.hash == ak.sweep("breakout", grid={"lookback": range(5, 25)}, bars=one, keep=False).hash
    left = [process for process in psutil.Process().children(recursive=True) if process.pid not in before]
    assert [process.pid for process in left if "resource_tracker" not in " ".join(process.cmdline())] == []


@pytest.fixture
def small_tiles(monkeypatch):
    """Tiles of 40 combinations, and every pace known at once."""
    monkeypatch.setattr(tiles, "first_size", lambda _: 40)
    monkeypatch.setattr(tiles, "next_size", lambda *_: 40)
    monkeypatch.setattr(measured, "SETTLED", 0.0)


@pytest.fixture
def handed_over(monkeypatch):
    """The spans that a cluster was given."""
    spans, run = [], scale_out.OnCluster.run

    def noted(self, columns, able, todo):
        spans.extend(todo)
        return run(self, columns, able, todo)

    monkeypatch.setattr(scale_out.OnCluster, "run", noted)
    return spans


@pytest.mark.usefixtures("cluster", "small_tiles")
def test_what_proves_long_is_finished_by_the_cluster_that_is_named(one, handed_over, monkeypatch):
    monkeypatch.setattr(measured, "WORTH_SENDING", 0.0)
    there = ak.sweep("breakout", grid=SIGNALS, bars=one, keep=False)
    assert handed_over == [(40, 400)]
    assert there.hash == ak.sweep("breakout", grid=SIGNALS, bars=one, executor="threads", keep=False).hash


@pytest.mark.usefixtures("cluster", "small_tiles")
def test_what_is_soon_done_stays_with_threads_whatever_cluster_is_named(one, handed_over, monkeypatch):
    monkeypatch.setattr(measured, "WORTH_SENDING", 600.0)
    ak.sweep("breakout", grid=SIGNALS, bars=one, keep=False)
    assert handed_over == []


@pytest.mark.usefixtures("small_tiles")
def test_without_a_name_long_work_of_one_thread_gets_a_cluster_on_this_machine(one, handed_over, monkeypatch):
    monkeypatch.delenv("DASK_SCHEDULER_ADDRESS", raising=False)
    monkeypatch.setattr(measured, "WORTH_STARTING", 0.0)
    monkeypatch.setattr(measured, "cores", lambda: 2)
    monkeypatch.setattr(scale_out, "cores", lambda: 1)
    monkeypatch.setattr(sys.modules["__main__"], "__file__", "script.py", raising=False)
    alone = ak.sweep("breakout", grid=SIGNALS, bars=one, keep=False)
    assert handed_over == []  # a script, which workers would begin again
    monkeypatch.delattr(sys.modules["__main__"], "__file__")
    ak.sweep("trend_following", grid=PAIRS, bars=one, keep=False)
    assert handed_over == []  # averages that cross are on all cores as it is
    assert ak.sweep("breakout", grid=SIGNALS, bars=one, keep=False).hash == alone.hash
    assert handed_over == [(40, 400)]


@pytest.mark.usefixtures("small_tiles")
def test_threads_do_all_of_it_where_no_cluster_can_be_had(one, monkeypatch):
    monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", "tcp://127.0.0.1:9")
    monkeypatch.setattr(measured, "WORTH_SENDING", 0.0)
    monkeypatch.setattr(scale_out, "PATIENCE", 0.2)
    grid = {"lookback": range(5, 105)}
    with pytest.warns(UserWarning, match="No cluster could be had, so threads do all of the sweep"):
        found = ak.sweep("breakout", grid=grid, bars=one, keep=False)
    assert found.hash == ak.sweep("breakout", grid=grid, bars=one, executor="threads", keep=False).hash


def test_no_worker_of_this_machine_puts_data_on_the_disk(monkeypatch):
    monkeypatch.setattr(scale_out, "cores", lambda: 1)
    with scale_out.on_this_machine() as started, distributed.Client(started, set_as_default=False) as client:
        spilled = client.run(lambda dask_worker: dask_worker.memory_manager.memory_spill_fraction)
    assert list(spilled.values()) == [False]


SCRIPT = """
import sys, pandas as pd, aurelius_kernel as ak
if __name__ == "__main__":
    bars = {"A": pd.read_pickle(sys.argv[1])}
    found = ak.sweep("trend_following", grid={"fast": [3, 5], "slow": [10, 20]}, bars=bars, executor="dask", keep=False)
    print(found.hash)
"""


def test_a_script_that_has_loaded_nothing_before_may_ask_for_a_cluster(one, tmp_path, monkeypatch):
    monkeypatch.delenv("DASK_SCHEDULER_ADDRESS", raising=False)
    one["A"].to_pickle(tmp_path / "bars.pickle")
    (tmp_path / "script.py").write_text(SCRIPT)
    command = [sys.executable, str(tmp_path / "script.py"), str(tmp_path / "bars.pickle")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    here = ak.sweep("trend_following", grid={"fast": [3, 5], "slow": [10, 20]}, bars=one, keep=False)
    assert done.stdout.split() == [here.hash], done.stderr
