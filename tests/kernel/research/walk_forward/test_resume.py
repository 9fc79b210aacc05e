"""A validation that is killed or cancelled goes on where it was, and one that is asked again gives the same bytes."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
import time

import pytest

import aurelius_kernel as ak
from aurelius_kernel.artifacts import Store
from aurelius_kernel.errors import ImpossibleRequest, RunCancelled
from aurelius_kernel.research.walk_forward import replay

SLOW = """
import pickle, sys, time
import aurelius_kernel as ak
from aurelius_kernel.research.walk_forward import checkpoint, walk

checkpoint.INTERVAL = 0.0
plain = walk.sweep
windows = []

def slowly(*given, **asked):
    windows.append(1)
    if len(windows) == 5:
        print("five", flush=True)
        time.sleep(120)
    return plain(*given, **asked)

walk.sweep = slowly
ak.walk_forward("trend_following", **pickle.loads(sys.stdin.buffer.read()))
"""


def left(home) -> list[str]:
    folder = home / "store" / "unfinished"
    return sorted(path.name for path in folder.glob("walk-*")) if folder.is_dir() else []


def test_a_validation_killed_outright_goes_on_from_its_finished_windows(asked, validated, home):
    process = subprocess.Popen([sys.executable, "-c", SLOW], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stdin.write(pickle.dumps(asked))
    process.stdin.close()
    assert process.stdout.readline() == b"five\n"
    os.kill(process.pid, signal.SIGKILL)
    process.wait(timeout=30)
    process.stdout.close()
    assert len(left(home)) == 4
    before = sum(trial.evaluated for trial in Store().trials.all("trend_following"))
    again = ak.walk_forward("trend_following", **asked)
    swept = sum(trial.evaluated for trial in Store().trials.all("trend_following")) - before
    assert swept == 12 * (len(again) - 4) + 12
    assert (again.hash, left(home)) == (validated.hash, [])


def test_a_cancelled_validation_says_after_how_many_windows_and_keeps_them(asked, validated, home):
    stop, fractions = threading.Event(), []

    def tell(fraction: float, stage: str) -> None:
        fractions.append(fraction)
        if stage.startswith("window 4"):
            stop.set()

    with pytest.raises(RunCancelled, match=f"The validation was cancelled after 3 of {len(validated)} windows"):
        ak.walk_forward("trend_following", **asked, cancel=stop, progress=tell)
    assert len(left(home)) == 3
    assert ak.walk_forward("trend_following", **asked).hash == validated.hash


def test_a_validation_tells_how_far_it_is(asked):
    told = []
    ak.walk_forward("trend_following", **asked, keep=False, progress=lambda fraction, stage: told.append((fraction, stage)))
    fractions = [fraction for fraction, _ in told]
    assert fractions == sorted(fractions)
    assert (told[0], told[-1]) == ((0.0, "loading bars"), (1.0, "done"))


def test_a_spec_that_is_carried_out_again_gives_the_same_hash(asked, validated):
    kept = ak.WalkForwardResult.load(ak.walk_forward("trend_following", **asked).hash)
    assert replay(kept.spec, seed=kept.identity.seed, bars=asked["bars"]).hash == validated.hash


@pytest.mark.parametrize(
    "asked_for",
    [
        {"grid": {"fast": [3, 5], "slow": [15, 30], "stop_loss": [0.02, None]}, "anchored": True, "embargo": 7},
        {"ranges": {"fast": (3, 9), "slow": (12, 30)}, "samples": 6, "where": "fast < slow", "costs": {"commission_bps": 20}},
        {"grid": {"slow": [15, 30]}, "fixed": {"fast": 4}, "take_profit": 0.1, "objective": "total_return", "capital": 5_000.0},
    ],
    ids=["stops", "drawn", "fixed"],
)
def test_any_spec_can_be_carried_out_again(asked, asked_for):
    own = {"bars": asked["bars"], "train_days": 200, "test_days": 150, "embargo": 5}
    first = ak.walk_forward("trend_following", **{**own, **asked_for}, keep=False)
    assert replay(first.spec, bars=asked["bars"]).hash == first.hash


def test_a_function_cannot_be_asked_again(asked):
    first = ak.walk_forward("trend_following", **asked, where=lambda fast, slow: fast < slow, embargo=5, keep=False)
    with pytest.raises(ImpossibleRequest, match="was a function"):
        replay(first.spec, bars=asked["bars"])


def test_one_dask_cluster_fits_all_windows_to_the_same_bits(asked, validated):
    assert ak.walk_forward("trend_following", **asked, executor="dask", keep=False).hash == validated.hash
    assert "DASK_SCHEDULER_ADDRESS" not in os.environ


def test_checkpoints_do_not_slow_a_quick_validation_down(asked, home):
    began = time.perf_counter()
    ak.walk_forward("trend_following", **asked)
    assert time.perf_counter() - began < 20.0
    assert left(home) == []
