"""Sweeps beside vectorbt and other peers: the same work, answers compared first, then times taken in turn and peak memory."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from aurelius_kernel.engine.sweeping import cores
from benchmarks.measure import Measured, fresh_process
from benchmarks.sweep_peers.environments import environment
from benchmarks.sweep_peers.growth import draw
from benchmarks.sweep_peers.peer import Peer, in_turn
from benchmarks.sweep_peers.work import Work

PAIRS_OF_50, PAIRS_OF_142, PAIRS_OF_448 = ((range(2, 1 + n), range(3, 2 + n)) for n in (50, 142, 448))
ALL_PAIRS = range(2, 501), range(3, 1_001)
TEN_BY_TEN, THREE_BY_TWO = (range(5, 55, 5), range(60, 160, 10)), (range(5, 20, 5), range(30, 70, 20))
LONG = 50_400
"""Minutes of five weeks, over which 100,000 pairs take as long as was asked of them over ten years of days: some 0.6 s."""
VERY_LONG = 252_000
"""Minutes of half a year, over which they take as long as a sweep that is sent to a cluster without being told to."""
OWN_PYTHON = Path(sys.executable)
TASKS = Path(__file__).parent / "sweep_peers" / "task_overhead.py"
BARS = """
import numpy as np, pandas as pd
import aurelius_kernel as ak
price = 100 * np.exp(np.cumsum(np.random.default_rng(1).normal(0, .01, 2_520)))
columns = dict.fromkeys(("open", "high", "low", "close", "volume"), price)
bars = {"A": pd.DataFrame(columns, index=pd.bdate_range("2010-01-04", periods=2_520, tz="UTC"))}
family, grid = "trend_following", {"fast": range(5, 55), "slow": range(60, 160)}
"""
RUST = {"VECTORBT_ENGINE": "auto"}


def bench_a_thousand_pairs() -> Iterator[Measured]:
    """Every pair of 50 windows over ten years of days."""
    yield from over_vectorbt("1,225 pairs × 2,520 bars", Work.of(2_520, *PAIRS_OF_50), at_least=400, rounds=5, megabytes=250)


def bench_ten_thousand_pairs() -> Iterator[Measured]:
    """Every pair of 142 windows over ten years of days."""
    yield from over_vectorbt("10,011 pairs × 2,520 bars", Work.of(2_520, *PAIRS_OF_142), at_least=600, rounds=3, megabytes=250)


def bench_many_instruments() -> Iterator[Measured]:
    """Five hundred instruments, each in an account of its own."""
    work = Work.of(2_520, *TEN_BY_TEN, instruments=500)
    yield from over_vectorbt("500 instruments × 100 pairs × 2,520 bars", work, at_least=300, rounds=1, engines=("numba",))


def bench_a_long_history() -> Iterator[Measured]:
    """Half a million minutes."""
    work = Work.of(500_000, *TEN_BY_TEN)
    yield from over_vectorbt("100 pairs × 500,000 bars", work, at_least=600, rounds=1, engines=("numba",))


def bench_new_bars() -> Iterator[Measured]:
    """Bars that were not there before: what is known of others does not help."""
    for what, work in {
        "1,225 pairs × 2,520 bars": Work.of(2_520, *PAIRS_OF_50),
        "10,011 pairs × 2,520 bars": Work.of(2_520, *PAIRS_OF_142),
        "500 instruments × 100 pairs × 2,520 bars": Work.of(2_520, *TEN_BY_TEN, instruments=500),
    }.items():
        with ExitStack() as stack:
            known = stack.enter_context(Peer("aurelius_sweep", work, OWN_PYTHON))
            new = stack.enter_context(Peer("aurelius_sweep", work, OWN_PYTHON, {"NEW_BARS": "yes"}))
            agree(known, new, within=0.0)
            in_turn([known, new], 9)
        yield Measured(what=f"{what}, bars that were swept before", value=1e3 * known.median, unit="ms")
        yield Measured(what=f"{what}, bars that are new", value=1e3 * new.median, unit="ms")


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


def bench_raptorbt() -> Iterator[Measured]:
    """The fastest peer that was found, on everything."""
    work, python = Work.of(2_520, *PAIRS_OF_50), environment("raptorbt", "raptorbt==0.13.4", "numpy")
    if not python:
        return
    with Peer("aurelius_sweep", work, OWN_PYTHON) as ours, Peer("raptorbt_sweep", work, python) as peer:
        agree(ours, peer, work.is_clear())
        for _ in range(5):
            in_turn([peer], 5)
            in_turn([ours], 5)
        yield Measured(what="1,225 pairs × 2,520 bars, over raptorbt", value=peer.median / ours.median, unit="×", at_least=30)
        yield Measured(what="1,225 pairs × 2,520 bars, raptorbt", value=1e3 * peer.median, unit="ms")


def bench_event_driven_peers() -> Iterator[Measured]:
    """backtesting.py and backtrader on a few combinations, in proportion."""
    work, few = Work.of(2_520, *PAIRS_OF_50), Work.of(2_520, *THREE_BY_TWO)
    backtrader = environment("backtrader", "backtrader==1.9.78.123", "pandas<3")
    with ExitStack() as stack:
        ours = stack.enter_context(Peer("aurelius_sweep", work, OWN_PYTHON))
        beside = stack.enter_context(Peer("aurelius_sweep", few, OWN_PYTHON))
        in_turn([ours], 5)
        for script, python in (("backtesting", OWN_PYTHON), ("backtrader", backtrader)):
            if python:
                peer = stack.enter_context(Peer(f"{script}_sweep", few, python))
                agree(beside, peer, within=1e-6)
                in_turn([peer], 2)
                faster = (peer.median / len(few.pairs[0])) / (ours.median / len(work.pairs[0]))
                yield Measured(what=f"a pair × 2,520 bars, over {script}", value=faster, unit="×", at_least=1_000)


def bench_growth() -> Iterator[Measured]:
    """Time and memory as the work grows, each way that it can; drawn for the page on it."""
    curves: dict[str, list[tuple[int, float]]] = {}
    peaks = {}
    for way, works in growing().items():
        for size, work in works.items():
            with Peer("aurelius_sweep", work, OWN_PYTHON) as ours:
                in_turn([ours], 7)
                peaks[way, size] = ours.peak()
            curves.setdefault(way, []).append((size, ours.median))
            yield Measured(what=f"{size:,} {way}", value=1e3 * ours.median, unit="ms", at_most=600 if size == 100_128 else None)
    few, many = (peaks["combinations", size] for size in (10_011, 100_128))
    yield Measured(what="memory a combination more", value=(many - few) * 1e6 / (100_128 - 10_011), unit="B", at_most=1_000)
    draw(curves)


def growing() -> dict[str, dict[int, Work]]:
    """The works whose growth is shown: of 1,225 pairs over ten years of days, but for many instruments, which have 100 pairs."""
    pairs = {1_225: PAIRS_OF_50, 10_011: PAIRS_OF_142, 100_128: PAIRS_OF_448}
    return {
        "combinations": {size: Work.of(2_520, *grid) for size, grid in pairs.items()},
        "bars": {bars: Work.of(bars, *PAIRS_OF_50) for bars in (2_520, 25_200, 252_000)},
        "instruments": {count: Work.of(2_520, *TEN_BY_TEN, instruments=count) for count in (5, 50, 500)},
    }


def bench_cores() -> Iterator[Measured]:
    """All cores beside one, on the whole call, where there is enough to share; answers equal to the last bit."""
    asked = {"ASKED": json.dumps({"memory": "4GB"})}
    if cores() < 2:
        return
    for bars in (2_520, LONG):
        what, work = f"100,128 pairs × {bars:,} bars", Work.of(bars, *PAIRS_OF_448)
        with ExitStack() as stack:
            threads = stack.enter_context(Peer("aurelius_sweep", work, OWN_PYTHON, asked))
            single = stack.enter_context(Peer("aurelius_sweep", work, OWN_PYTHON, asked | {"ONE_CORE": "yes"}))
            agree(threads, single, within=0.0)
            in_turn([threads, single], 7)
        yield Measured(what=f"{what} on threads", value=1e3 * threads.median, unit="ms")
        yield Measured(what=f"{what} on one core, over all", value=single.median / threads.median, unit="×", at_least=1.7)


def bench_cluster() -> Iterator[Measured]:
    """A cluster that is there beside threads, answers equal to the last bit; and what it spends outside its tasks."""
    for name, pairs, bars in (("100,128", PAIRS_OF_448, 2_520), ("373,751", ALL_PAIRS, 2_520), ("100,128", PAIRS_OF_448, LONG)):
        what, work, asked = f"{name} pairs × {bars:,} bars", Work.of(bars, *pairs), {"memory": "4GB"}
        with ExitStack() as stack:
            threads = stack.enter_context(Peer("aurelius_sweep", work, OWN_PYTHON, {"ASKED": json.dumps(asked)}))
            clustered = {"ASKED": json.dumps(asked | {"executor": "dask"}), "CLUSTER": str(cores())}
            dask = stack.enter_context(Peer("aurelius_sweep", work, OWN_PYTHON, clustered))
            agree(threads, dask, within=0.0)
            in_turn([threads, dask], 7)
        yield Measured(what=f"{what} on threads", value=1e3 * threads.median, unit="ms")
        yield Measured(what=f"{what} on Dask, over threads", value=dask.median / threads.median, unit="×", at_most=1.15)
    yield from one_worker_beside_all()
    what = f"100,128 pairs × {VERY_LONG:,} bars"
    told = subprocess.run([OWN_PYTHON, TASKS, str(VERY_LONG)], capture_output=True, text=True, timeout=300, check=True).stdout
    seconds, _, tasks, outside = (float(word) for word in told.split())
    yield Measured(what=f"{what} in {tasks:.0f} Dask tasks", value=1e3 * seconds, unit="ms")
    yield Measured(what="workers' time outside tasks", value=100.0 * outside, unit="%", at_most=5)


def one_worker_beside_all() -> Iterator[Measured]:
    """How much longer a cluster of a single worker takes."""
    work, asked = Work.of(VERY_LONG, *PAIRS_OF_448), {"ASKED": json.dumps({"memory": "4GB", "executor": "dask"})}
    with ExitStack() as stack:
        one, every = (
            stack.enter_context(Peer("aurelius_sweep", work, OWN_PYTHON, asked | {"CLUSTER": str(n)})) for n in (1, cores())
        )
        agree(every, one, within=0.0)
        in_turn([every, one], 3)
    faster = one.median / every.median
    yield Measured(what=f"100,128 pairs × {VERY_LONG:,} bars on one worker, over {cores()}", value=faster, unit="×", at_least=1.7)


def bench_cold_start() -> Iterator[Measured]:
    """From the start of a process to what one came for, machine code and byte-code being there from before."""
    for what, statement, seconds in (
        ("import aurelius_kernel", "import aurelius_kernel", 0.3),
        ("a new process to its first sweep", f"{BARS}\nak.sweep(family, grid=grid, bars=bars, keep=False).table", 1.0),
        ("a new process to its first backtest", f"{BARS}\nak.backtest(family, bars=bars, keep=False).metrics", 3.5),
    ):
        yield Measured(what=what, value=fresh_process(statement, repeats=5), unit="s", at_most=seconds)


def over_vectorbt(
    what: str,
    work: Work,
    *,
    at_least: float,
    rounds: int,
    engines: tuple[str, ...] = ("numba", "rust"),
    megabytes: float | None = None,
) -> Iterator[Measured]:
    """How many times faster than vectorbt's faster engine, with the peaks of memory of both; `megabytes` bounds ours.

    What takes vectorbt a minute is measured with the engine alone that is the faster one on all that is shorter.
    """
    with ExitStack() as stack:
        ours = stack.enter_context(Peer("aurelius_sweep", work, OWN_PYTHON))
        peers = {"numba": stack.enter_context(Peer("vectorbt_sweep", work, OWN_PYTHON))}
        rust = environment("vectorbt-rust", "vectorbt==1.2.0", "vectorbt-rust==1.2.0") if "rust" in engines else None
        if rust:
            peers["rust"] = stack.enter_context(Peer("vectorbt_sweep", work, rust, RUST))
        for peer in peers.values():
            agree(ours, peer, work.is_clear())
        for _ in range(rounds):
            in_turn(list(peers.values()), 1)
            in_turn([ours], 5)
        engine, better = min(peers.items(), key=lambda item: item[1].median)
        yield Measured(
            what=f"{what}, over vectorbt's better engine", value=better.median / ours.median, unit="×", at_least=at_least
        )
        yield Measured(what=f"{what}, vectorbt ({engine})", value=better.median, unit="s")
        yield Measured(what=f"{what}, Aurelius", value=1e3 * ours.median, unit="ms")
        yield Measured(what=f"{what}, vectorbt's peak memory", value=better.peak(), unit="MB")
        yield Measured(what=f"{what}, Aurelius's peak memory", value=ours.peak(), unit="MB", at_most=megabytes)


def agree(ours: Peer, theirs: Peer, clear: np.ndarray | None = None, *, within: float = 1e-9) -> None:
    """Raise unless both found the same; an infinity of theirs is an undefined number of ours."""
    for name, values in theirs.results.items():
        found, expected = ours.results[name], np.where(np.isinf(values), np.nan, values)
        chosen = slice(None) if clear is None else clear
        np.testing.assert_allclose(found[chosen], expected[chosen], rtol=within, atol=within * 1e-3, err_msg=name)
