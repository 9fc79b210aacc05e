"""The holdout vault: what is locked is not seen, each look is counted before it happens, and none is lost."""

from __future__ import annotations

import subprocess
import sys
import threading
import warnings

import numpy as np
import pandas as pd
import pytest

import aurelius_kernel as ak
from aurelius_kernel import validation
from aurelius_kernel.artifacts import Store
from aurelius_kernel.errors import ImpossibleRequest, InvalidField, StorageUnavailable, UnknownName

LOCKED = "2016-06-01"
RUN = {"instruments": ["ACME"], "keep": False}
GRID = {"fast": [3, 5], "slow": [15, 30]}


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("AURELIUS_HOME", str(tmp_path))
    close = 50.0 * np.exp(np.cumsum(0.004 * np.sin(np.arange(520) / 14.0)))
    days = pd.bdate_range("2015-01-01", periods=520)
    bars = pd.DataFrame({"date": days, "open": close, "high": close, "low": close, "close": close, "volume": 1e6})
    ak.import_bars(bars, instrument="ACME", timezone="UTC", calendar="XNYS", adjustment="split")
    return tmp_path


@pytest.fixture
def lock(home):
    return ak.lock_holdout("ACME", LOCKED)


def last_day(bars: pd.DataFrame) -> str:
    return f"{bars.index[-1]:%Y-%m-%d}"


def test_a_load_ends_before_the_lock_and_says_so(lock):
    with pytest.warns(UserWarning, match="ACME ends on 2016-05-31: what follows is a locked holdout"):
        bars = ak.load_bars("ACME")
    assert (last_day(bars), bars.attrs) == ("2016-05-31", {"holdout_cut": True})


def test_a_window_before_the_lock_is_as_if_there_were_none(lock):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        bars = ak.load_bars("ACME", end="2016-05-31")
    assert (last_day(bars), bars.attrs) == ("2016-05-31", {})


@pytest.mark.parametrize(
    "ask",
    [
        lambda: ak.load_bars("ACME", start="2016-07-01"),
        lambda: ak.backtest("trend_following", start=LOCKED, **RUN),
        lambda: ak.sweep("trend_following", grid=GRID, start=LOCKED, **RUN),
        lambda: ak.walk_forward("trend_following", grid=GRID, start=LOCKED, train_days=50, test_days=20, **RUN),
    ],
    ids=["load_bars", "backtest", "sweep", "walk_forward"],
)
def test_a_window_in_the_locked_stretch_is_refused(lock, ask):
    with pytest.raises(ImpossibleRequest, match=r"ACME is locked from 2016-06-01 on.*only a gate may look"):
        ask()


@pytest.mark.parametrize(
    "run",
    [
        lambda: ak.backtest("trend_following", **RUN),
        lambda: ak.sweep("trend_following", grid=GRID, **RUN),
        lambda: ak.walk_forward("trend_following", grid=GRID, train_days=100, test_days=40, embargo=5, **RUN),
    ],
    ids=["backtest", "sweep", "walk_forward"],
)
def test_a_run_across_the_lock_ends_there_and_is_flagged_and_a_gate_sees_all(lock, run):
    cut = run()
    with ak.open_holdout("ACME", reason="product gate"):
        whole = run()
    assert ("holdout_cut" in cut.flags, "holdout_opened" in cut.flags) == (True, False)
    assert ("holdout_cut" in whole.flags, "holdout_opened" in whole.flags) == (False, True)
    assert cut.identity.data_hash != whole.identity.data_hash


def test_a_run_before_the_lock_is_the_run_it_was(home):
    before = ak.backtest("trend_following", end="2016-05-31", **RUN)
    ak.lock_holdout("ACME", LOCKED)
    assert ak.backtest("trend_following", end="2016-05-31", **RUN).hash == before.hash


def test_each_look_is_counted_shown_and_lowers_the_grade(lock):
    seen = [tuple(ak.holdouts().loc[0, ["looks", "grade", "level"]])]
    for number in range(3):
        with ak.open_holdout(["ACME"], reason="product gate", evidence=f"{number}" * 64):
            assert last_day(ak.load_bars("ACME")) == "2016-12-28"
        seen.append(tuple(ak.holdouts().loc[0, ["looks", "grade", "level"]]))
    assert seen == [(0, "A", 0.05), (1, "A", 0.025), (2, "B", 0.05 / 3), (3, "C", 0.0125)]
    assert validation.holdout_looks(["ACME", "OTHER"]) == 3


def test_the_door_closes_behind_the_gate_even_after_an_error(lock):
    with pytest.raises(RuntimeError, match="in the gate"), ak.open_holdout("ACME", reason="gate"):
        raise RuntimeError("in the gate")
    with pytest.warns(UserWarning, match="locked holdout"):
        assert last_day(ak.load_bars("ACME")) == "2016-05-31"


def test_a_thread_beside_the_gate_sees_nothing(lock):
    seen = []

    def look() -> None:
        seen.append(ak.backtest("trend_following", **RUN).flags)

    with ak.open_holdout("ACME", reason="gate"):
        beside = threading.Thread(target=look)
        beside.start()
        beside.join(timeout=60)
    assert "holdout_cut" in seen[0]


def test_instruments_without_a_lock_cost_nothing():
    with ak.open_holdout("ACME", reason="gate") as looks:
        assert (looks, len(ak.load_bars("ACME"))) == ([], 520)
    assert (validation.holdout_looks("ACME"), len(ak.holdouts())) == (None, 0)


def test_the_last_fifth_is_locked_unless_a_day_is_given():
    assert str(ak.lock_holdout("ACME").start) == f"{pd.bdate_range('2015-01-01', periods=520)[416]:%Y-%m-%d}"


def test_a_lock_stays(lock):
    assert ak.lock_holdout("ACME", LOCKED) == ak.lock_holdout("ACME") == lock
    with pytest.raises(ImpossibleRequest, match="differs from 2016-06-01, where ACME is locked; a lock stays"):
        ak.lock_holdout("ACME", "2016-09-01")


def test_new_bars_of_a_locked_instrument_are_locked_too(lock):
    later = pd.bdate_range("2015-01-01", periods=600)
    bars = pd.DataFrame({"date": later, "close": np.linspace(10.0, 20.0, 600)})
    ak.import_bars(bars, instrument="ACME", timezone="UTC", calendar="XNYS", adjustment="split", replace=True)
    with pytest.warns(UserWarning, match="locked holdout"):
        assert last_day(ak.load_bars("ACME")) == "2016-05-31"


@pytest.mark.parametrize(
    ("ask", "error", "sentence"),
    [
        (lambda: ak.lock_holdout("ACMEE"), UnknownName, "did you mean ACME"),
        (lambda: ak.lock_holdout("ACME", "soon"), InvalidField, "start must be a day"),
        (lambda: ak.lock_holdout("ACME", "2030-01-01"), ImpossibleRequest, "with bars of ACME on either side"),
        (lambda: ak.lock_holdout("ACME", "2015-01-01"), ImpossibleRequest, "with bars of ACME on either side"),
        (lambda: ak.lock_holdout("ACME", share=1.5), InvalidField, "share must be a number between 0 and 1"),
        (lambda: ak.lock_holdout("ACME", frequency="1h"), InvalidField, "frequency"),
        (lambda: validation.holdout_grade(-1), InvalidField, "looks must be a whole number"),
    ],
)
def test_bad_input_is_one_sentence_and_locks_nothing(ask, error, sentence):
    with pytest.raises(error, match=sentence):
        ask()
    assert len(ak.holdouts()) == 0


def test_a_look_without_a_reason_opens_nothing(lock):
    with pytest.raises(InvalidField, match="reason"), ak.open_holdout("ACME", reason=""):
        pytest.fail("the door opened")
    assert validation.holdout_looks("ACME") == 0


def test_a_look_that_cannot_be_written_down_opens_nothing(lock, home):
    (home / "store").write_text("in the way")
    with pytest.raises(StorageUnavailable), ak.open_holdout("ACME", reason="gate"):
        pytest.fail("the door opened")


def test_looks_at_once_and_looks_of_the_killed_are_all_counted(lock, home):
    script = (
        "import sys, time, aurelius_kernel as ak\n"
        "for i in range(5):\n"
        "    with ak.open_holdout('ACME', reason='gate'):\n"
        "        pass\n"
        "with ak.open_holdout('ACME', reason='last'):\n"
        "    print('inside', flush=True)\n"
        "    time.sleep(120)\n"
    )
    gates = [subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [gate.stdout.readline() for gate in gates] == ["inside\n"] * 3
    for gate in gates:
        gate.kill()
        gate.wait(timeout=30)
        gate.stdout.close()
    assert validation.holdout_looks("ACME") == 18
    folder = next((home / "store" / "holdout").iterdir()).name
    assert [look.reason for look in Store().looks.all(folder)].count("last") == 3
