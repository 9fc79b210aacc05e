"""Sweeps beside vectorbt and other peers: the same work, answers compared first, then times taken in turn and peak memory."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from benchmarks.measure import Measured, fresh_process
from benchmarks.sweep_peers.environments import environment
from benchmarks.sweep_peers.peer import Peer, in_turn
from benchmarks.sweep_peers.work import Work

PAIRS_OF_50, PAIRS_OF_142, PAIRS_OF_448, PAIRS_OF_1416 = ((range(2, 1 + n), range(3, 2 + n)) for n in (50, 142, 448, 1416))
TEN_BY_TEN, THREE_BY_TWO = (range(5, 55, 5), range(60, 160, 10)), (range(5, 20, 5), range(30, 70, 20))
OWN_PYTHON = Path(sys.executable)
BARS = """
import numpy as np, pandas as pd
import aurelius_kernel as ak
price = 100 * np.exp(np.cumsum(np.random.default_rng(1).normal(0, .01, 2_520)))
columns = dict.fromkeys(("open", "high", "low", "close", "volume"), price)
bars = {"A": pd.DataFrame(columns, index=pd.bdate_range("2010-01-04", periods=2_520, tz="UTC"))}
family, grid = "trend_following", {"fast": range(5, 55), "slow": range(60, 160)}
"""
RUST = {"VECTORBT_ENGINE": "auto"}


def bench_daily_averages() -> Iterator[Measured]:
    """Every pair of 50 and of 142 windows over ten years of days."""
    yield from over_vectorbt("1,225 pairs × 2,520 bars", Work.of(2_520, *PAIRS_OF_50), at_least=400, rounds=5)
    yield from over_vectorbt("10,011 pairs × 2,520 bars", Work.of(2_520, *PAIRS_OF_142), at_least=600, rounds=3)


def bench_many_instruments() -> Iterator[Measured]:
    """Five hundred instruments, each in an account of its own."""
    work = Work.of(2_520, *TEN_BY_TEN, instruments=500)
    yield from over_vectorbt("500 instruments × 100 pairs × 2,520 bars", work, at_least=300, rounds=1)


def bench_a_long_history() -> Iterator[Measured]:
    """Half a million minutes."""
    yield from over_vectorbt("100 pairs × 500,000 bars", Work.of(500_000, *TEN_BY_TEN), at_least=600, rounds=1)


def bench_protected_short_and_sized() -> Iterator[Measured]:
    """What is traded bar by bar: stops and targets, both sides, half of the equity.

    vectorbt's simulation fills stops and reversals in its own way, so its answers are others. Ours are compared with the engine on
    vectorbt's orders, which is what they must equal.
    """
    work, few = Work.of(2_520, *PAIRS_OF_50), Work.of(2_520, *THREE_BY_TWO)
    half = {"sizing": {"kind": "fraction_of_equity", "fraction": 0.5}}
    for what, ours, theirs in (
        ("a stop and a target", {"stop_loss": 0.05, "take_profit": 0.1}, {"ASKED": json.dumps({"sl_stop": 0.05, "tp_stop": 0.1})}),
        ("both sides", {"direction": "both"}, {"SHORTS": "yes"}),
        ("half of the equity", half, {"ASKED": json.dumps({"size": 0.5, "size_type": "percent"})}),
    ):
        with ExitStack() as stack:
            asks = [{"ASKED": json.dumps({**ours, "engine": engine})} for engine in ("fused", "vectorbt")]
            agree(*(stack.enter_context(Peer("aurelius_sweep", few, OWN_PYTHON, asked)) for asked in asks))
            sweep = stack.enter_context(Peer("aurelius_sweep", work, OWN_PYTHON, asks[0]))
            vectorbt = stack.enter_context(Peer("vectorbt_sweep", work, OWN_PYTHON, theirs))
            in_turn([vectorbt, sweep], 3)
        faster = vectorbt.median / sweep.median
        yield Measured(what=f"1,225 pairs × 2,520 bars, {what}, over vectorbt", value=faster, unit="×", at_least=80)


def bench_signals_in_words() -> Iterator[Measured]:
    """Given signals of any family."""
    work = Work.of(2_520, *PAIRS_OF_50)
    with Peer("aurelius_signals", work, OWN_PYTHON) as ours, Peer("vectorbt_signals", work, OWN_PYTHON) as vectorbt:
        agree(ours, vectorbt)
        in_turn([vectorbt, ours], 3)
        yield Measured(
            what="1,225 given signals × 2,520 bars, over vectorbt", value=vectorbt.median / ours.median, unit="×", at_least=200
        )


def bench_other_peers() -> Iterator[Measured]:
    """raptorbt on everything; backtesting.py and backtrader on a few combinations, in proportion."""
    work, few = Work.of(2_520, *PAIRS_OF_50), Work.of(2_520, *THREE_BY_TWO)
    raptorbt, backtrader = (
        environment("raptorbt", "raptorbt==0.13.4", "numpy"),
        environment("backtrader", "backtrader==1.9.78.123", "pandas<3"),
    )
    with ExitStack() as stack:
        ours = stack.enter_context(Peer("aurelius_sweep", work, OWN_PYTHON))
        beside = stack.enter_context(Peer("aurelius_sweep", few, OWN_PYTHON))
        if raptorbt:
            peer = stack.enter_context(Peer("raptorbt_sweep", work, raptorbt))
            agree(ours, peer, work.is_clear())
            in_turn([peer, ours], 5)
            yield Measured(what="1,225 pairs × 2,520 bars, over raptorbt", value=peer.median / ours.median, unit="×", at_least=30)
        in_turn([ours], 3)
        for script, python in (("backtesting", OWN_PYTHON), ("backtrader", backtrader)):
            if python:
                peer = stack.enter_context(Peer(f"{script}_sweep", few, python))
                agree(beside, peer, within=1e-6)
                in_turn([peer], 2)
                faster = (peer.median / len(few.pairs[0])) / (ours.median / len(work.pairs[0]))
                yield Measured(what=f"a pair × 2,520 bars, over {script}", value=faster, unit="×", at_least=1_000)


def bench_growth() -> Iterator[Measured]:
    """Time and memory as the work grows: in proportion, or better."""
    peaks = {}
    for name, work in {
        "1,225 pairs × 2,520 bars": Work.of(2_520, *PAIRS_OF_50),
        "10,011 pairs × 2,520 bars": Work.of(2_520, *PAIRS_OF_142),
        "100,128 pairs × 2,520 bars": Work.of(2_520, *PAIRS_OF_448),
        "1,225 pairs × 25,200 bars": Work.of(25_200, *PAIRS_OF_50),
        "1,225 pairs × 2,520 bars × 10 instruments": Work.of(2_520, *PAIRS_OF_50, instruments=10),
    }.items():
        with Peer("aurelius_sweep", work, OWN_PYTHON) as ours:
            in_turn([ours], 5)
            peaks[name] = ours.peak()
        limit = 600 if name.startswith("100,128") else None
        yield Measured(what=name, value=1e3 * ours.median, unit="ms", at_most=limit)
    few, many = "10,011 pairs × 2,520 bars", "100,128 pairs × 2,520 bars"
    bytes_each = (peaks[many] - peaks[few]) * 1e6 / (100_128 - 10_011)
    yield Measured(what="memory a combination more", value=bytes_each, unit="B", at_most=1_000)


def bench_cores_and_cluster() -> Iterator[Measured]:
    """One core beside all, and a cluster that is there beside threads: answers equal to the last bit."""
    for name, pairs in (("100,128", PAIRS_OF_448), ("1,001,820", PAIRS_OF_1416)):
        work, asked = Work.of(2_520, *pairs), {"memory": "4GB"}
        with ExitStack() as stack:
            threads = stack.enter_context(Peer("aurelius_sweep", work, OWN_PYTHON, {"ASKED": json.dumps(asked)}))
            clustered = {"ASKED": json.dumps(asked | {"executor": "dask"}), "CLUSTER": "yes"}
            dask = stack.enter_context(Peer("aurelius_sweep", work, OWN_PYTHON, clustered))
            single = stack.enter_context(Peer("aurelius_sweep", work, OWN_PYTHON, {"ASKED": json.dumps(asked), "ONE_CORE": "yes"}))
            agree(threads, dask, within=0.0)
            agree(threads, single, within=0.0)
            in_turn([threads, dask, single], 5)
        yield Measured(what=f"{name} pairs on threads", value=1e3 * threads.median, unit="ms")
        yield Measured(what=f"{name} pairs on Dask, over threads", value=dask.median / threads.median, unit="×", at_most=1.15)
        if (os.cpu_count() or 1) > 1:
            yield Measured(what=f"{name} pairs on one core, over two", value=single.median / threads.median, unit="×", at_least=1.7)


def bench_cold_start() -> Iterator[Measured]:
    """From the start of a process to what one came for, machine code and byte-code being there from before."""
    for what, statement, seconds in (
        ("import aurelius_kernel", "import aurelius_kernel", 0.3),
        ("a new process to its first sweep", f"{BARS}\nak.sweep(family, grid=grid, bars=bars, keep=False).table", 1.0),
        ("a new process to its first backtest", f"{BARS}\nak.backtest(family, bars=bars, keep=False).metrics", 3.5),
    ):
        yield Measured(what=what, value=fresh_process(statement, repeats=5), unit="s", at_most=seconds)


def over_vectorbt(what: str, work: Work, *, at_least: float, rounds: int) -> Iterator[Measured]:
    """How many times faster than vectorbt's faster engine, with the peaks of memory of both."""
    with ExitStack() as stack:
        ours = stack.enter_context(Peer("aurelius_sweep", work, OWN_PYTHON))
        engines = {"numba": stack.enter_context(Peer("vectorbt_sweep", work, OWN_PYTHON))}
        if rust := environment("vectorbt-rust", "vectorbt==1.2.0", "vectorbt-rust==1.2.0"):
            engines["rust"] = stack.enter_context(Peer("vectorbt_sweep", work, rust, RUST))
        for peer in engines.values():
            agree(ours, peer, work.is_clear())
        in_turn([*engines.values(), ours], rounds)
        in_turn([ours], 4)
        engine, better = min(engines.items(), key=lambda item: item[1].median)
        yield Measured(
            what=f"{what}, over vectorbt's better engine", value=better.median / ours.median, unit="×", at_least=at_least
        )
        yield Measured(what=f"{what}, vectorbt ({engine})", value=better.median, unit="s")
        yield Measured(what=f"{what}, Aurelius", value=1e3 * ours.median, unit="ms")
        yield Measured(what=f"{what}, vectorbt's peak memory", value=better.peak(), unit="MB")
        yield Measured(what=f"{what}, Aurelius's peak memory", value=ours.peak(), unit="MB", at_most=250)


def agree(ours: Peer, theirs: Peer, clear: np.ndarray | None = None, *, within: float = 1e-9) -> None:
    """Raise unless both found the same; an infinity of theirs is an undefined number of ours."""
    for name, values in theirs.results.items():
        found, expected = ours.results[name], np.where(np.isinf(values), np.nan, values)
        chosen = slice(None) if clear is None else clear
        np.testing.assert_allclose(found[chosen], expected[chosen], rtol=within, atol=within * 1e-3, err_msg=name)
