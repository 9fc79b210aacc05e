"""The same sweep on a cluster of this machine: the same bits, a killed worker or not."""

from __future__ import annotations

import distributed
import numpy as np
import psutil
import pytest

import aurelius_kernel as ak
from aurelius_kernel.errors import RunCancelled
from aurelius_kernel.research.sweep import scale_out
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
    assert sorted(parts) == [(0, 5_000), (5_000, 10_000), (10_000, 15_000), (15_000, 20_000)]


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
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    found = ak.sweep("breakout", grid={"lookback": range(5, 25)}, bars=one, executor="dask", keep=False)
    assert found.hash == ak.sweep("breakout", grid={"lookback": range(5, 25)}, bars=one, keep=False).hash
    left = [process for process in psutil.Process().children(recursive=True) if process.pid not in before]
    assert [process.pid for process in left if "resource_tracker" not in " ".join(process.cmdline())] == []
