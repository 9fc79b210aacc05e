"""A sweep that is killed, interrupted or cancelled is taken up where it was, and counts what it evaluated once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

import aurelius_kernel as ak
from aurelius_kernel.artifacts import Store, find_garbage
from aurelius_kernel.errors import RunCancelled
from aurelius_kernel.research.sweep import checkpoint, tiles

GRID = {"lookback": range(5, 65), "atr_mult": [0.0, 0.25]}
SLOW_SWEEP = """
import sys, time, pandas as pd, aurelius_kernel as ak
from aurelius_kernel.research.sweep import checkpoint, tiles
checkpoint.INTERVAL, tiles.SECONDS_A_TILE = 0.2, 0.05
of = ak.Strategy.families["breakout"].decide_one
ak.Strategy.families["breakout"].decide_one = lambda self, bars: time.sleep(0.03) or of(self, bars)
bars = {"A": pd.read_pickle(sys.argv[1])}
grid = {"lookback": range(5, 65), "atr_mult": [0.0, 0.25]}
print("running", flush=True)
found = ak.sweep("breakout", grid=grid, bars=bars, progress=lambda at, stage: print(at, flush=True))
print("finished", found.hash, flush=True)
"""


def sweep(bars, **asked) -> ak.SweepResult:
    return ak.sweep("breakout", grid=GRID, bars=bars, **asked)


def tiles_left(home: Path) -> list[Path]:
    return sorted((home / "store" / "unfinished").glob("sweep-*"))


@pytest.fixture
def pickled(one, tmp_path) -> Path:
    one["A"].to_pickle(tmp_path / "bars.pickle")
    return tmp_path / "bars.pickle"


def started(pickled: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SLOW_SWEEP, str(pickled)], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def until_tiles_are_kept(process: subprocess.Popen[str], home: Path) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end and len(tiles_left(home)) < 3:
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)


def test_a_killed_sweep_goes_on_where_it_was_and_finds_the_same(one, home, pickled, monkeypatch):
    process = started(pickled)
    until_tiles_are_kept(process, home)
    process.send_signal(signal.SIGKILL)
    assert process.wait(timeout=10) == -signal.SIGKILL
    left = tiles_left(home)
    evaluated, evaluate = [], tiles.evaluate
    monkeypatch.setattr(tiles, "evaluate", lambda *given: evaluated.append(len(given[2])) or evaluate(*given))

    found = sweep(one)

    done = sum(int(end) - int(begin) for begin, end in (path.stem.split("-")[2:] for path in left))
    assert 0 < done < 120
    assert sum(evaluated) == 120 - done
    assert tiles_left(home) == []
    assert (found.hash, found.trials) == (sweep(one, keep=False).hash, 120)
    assert ak.trials("breakout", found.identity.data_hash) == 120


def test_an_interrupted_sweep_keeps_what_it_has(home, pickled):
    process = started(pickled)
    until_tiles_are_kept(process, home)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=30)
    assert "KeyboardInterrupt" in error
    assert process.returncode != 0
    kept = len(tiles_left(home))

    process = started(pickled)
    told = [line.split() for line in process.communicate(timeout=120)[0].splitlines()]

    assert kept > 0
    assert float(told[2][0]) > 0.02  # the first tile that it tells of is not the first of the sweep
    assert told[-1][0] == "finished"
    assert tiles_left(home) == []


@pytest.fixture
def eager(monkeypatch):
    """Tiles of a few combinations, each of them kept at once."""
    monkeypatch.setattr(checkpoint, "INTERVAL", 0.0)
    monkeypatch.setattr(tiles, "next_size", lambda *_: 10)
    monkeypatch.setattr(tiles, "first_size", lambda _: 10)


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize("kind", ["event", "function"])
def test_a_cancelled_sweep_says_how_far_it_came_and_goes_on_from_there(one, home, kind):
    event, calls = threading.Event(), []

    def stop() -> bool:
        calls.append(1)
        return len(calls) == 3

    def progress(fraction: float, _stage: str) -> None:
        if fraction > 0.2:
            event.set()

    asked = {"cancel": event, "progress": progress} if kind == "event" else {"cancel": stop}
    with pytest.raises(RunCancelled, match="The sweep was cancelled after 30 of 120 combinations"):
        sweep(one, **asked)
    assert len(tiles_left(home)) == 3
    told = []
    found = sweep(one, progress=lambda _, stage: told.append(stage))
    assert told[1] == "40 of 120 combinations"
    assert ak.trials("breakout", found.identity.data_hash) == 120
    assert len(list(Store().trials.all("breakout"))) == 12


@pytest.mark.usefixtures("eager")
def test_what_was_evaluated_before_a_cancel_is_counted_and_nothing_else(one):
    with pytest.raises(RunCancelled):
        sweep(one, cancel=lambda: True)
    with pytest.raises(RunCancelled):
        sweep(one, cancel=lambda: True, keep=False)
    assert [trial.evaluated for trial in Store().trials.all("breakout")] == [10, 10]


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize("damage", [b"", b"nothing", None])
def test_a_damaged_tile_is_done_again(one, home, damage):
    with pytest.raises(RunCancelled):
        sweep(one, cancel=lambda: True)
    (path,) = tiles_left(home)
    path.write_bytes(path.read_bytes()[:-40] if damage is None else damage)
    assert sweep(one).hash == sweep(one, keep=False).hash
    assert tiles_left(home) == []


@pytest.mark.usefixtures("eager")
def test_another_sweep_does_not_take_the_tiles(one, home):
    with pytest.raises(RunCancelled):
        sweep(one, cancel=lambda: True)
    ak.sweep("breakout", grid={**GRID, "lookback": range(6, 66)}, bars=one)
    assert len(tiles_left(home)) == 1


@pytest.mark.usefixtures("eager")
def test_what_is_never_taken_up_again_is_garbage_after_an_hour(one, home):
    with pytest.raises(RunCancelled):
        sweep(one, cancel=lambda: True)
    assert find_garbage(Store()).unfinished == ()
    for path in tiles_left(home):
        os.utime(path, (0, 0))
    assert [Path(path).name for path in find_garbage(Store()).unfinished] == [path.name for path in tiles_left(home)]


@pytest.mark.usefixtures("eager")
def test_a_search_that_is_cancelled_goes_on_and_finds_the_same(one):
    asked = {"ranges": {"lookback": (5, 100), "atr_mult": (0.0, 1.0)}, "search": "tpe", "trials": 30, "bars": one}
    whole = ak.sweep("breakout", keep=False, **asked)
    calls = []
    with pytest.raises(RunCancelled):
        ak.sweep("breakout", cancel=lambda: calls.append(1) or len(calls) > 4, **asked)
    again = ak.sweep("breakout", **asked)
    assert again.hash == whole.hash
    np.testing.assert_array_equal(again.values, whole.values)
    assert ak.trials("breakout", again.identity.data_hash) == 30
