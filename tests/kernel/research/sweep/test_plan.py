"""What a sweep will take, said before it runs."""

from __future__ import annotations

import pytest

import aurelius_kernel as ak
from aurelius_kernel.errors import ImpossibleRequest, InvalidField
from aurelius_kernel.research.sweep.memory import amount, bytes_of
from aurelius_kernel.research.sweep.plan import lasting

GRID = {"fast": range(3, 53), "slow": range(60, 100)}


def test_a_plan_says_what_there_is_to_do(one):
    plan = ak.plan_sweep("trend_following", grid=GRID, where="slow % 2 == 0", bars=one)
    assert (plan.combinations, plan.runs, plan.instruments, plan.bars, plan.door) == (1_000, 1_000, 1, 420, "averages")
    assert 0.0 < plan.seconds < 5.0
    assert 0 < plan.bytes < 10_000_000
    assert "1,000" in str(plan)
    assert "420 of 1 instrument" in str(plan)


def test_a_plan_of_accounts_apart_counts_their_runs(market):
    bars = {name: market[name] for name in ("A", "B", "C")}
    plan = ak.plan_sweep("trend_following", grid=GRID, bars=bars, accounts="separate")
    assert (plan.combinations, plan.runs, plan.instruments) == (2_000, 6_000, 3)


@pytest.mark.parametrize(
    ("strategy", "grid", "engine", "door"),
    [
        ("trend_following", {"fast": [3, 5]}, "fused", "averages"),
        ("breakout", {"lookback": [10, 20]}, "fused", "signals"),
        ("breakout", {"lookback": [10, 20]}, "vectorbt", "vectorbt"),
    ],
)
def test_a_plan_says_which_way_a_sweep_goes(one, strategy, grid, engine, door):
    assert ak.plan_sweep(strategy, grid=grid, bars=one, engine=engine).door == door


def test_a_plan_keeps_within_the_memory_by_smaller_tiles(one):
    large, small = (
        ak.plan_sweep("breakout", grid={"lookback": range(5, 905)}, bars=one, metrics="all", memory=memory)
        for memory in ("500MB", "20MB")
    )
    assert (large.tile, small.tile < 900) == (900, True)
    assert small.bytes <= 20_000_000 < large.bytes


def test_a_plan_runs_nothing_that_counts_and_stores_nothing(one, home):
    ak.plan_sweep("trend_following", grid=GRID, bars=one)
    assert [path for path in home.rglob("*") if path.is_file()] == []


def test_a_plan_refuses_what_the_sweep_would(one):
    with pytest.raises(ImpossibleRequest, match="leaves nothing"):
        ak.plan_sweep("trend_following", grid=GRID, where="fast > slow", bars=one)


def test_a_finished_sweep_says_what_it_was_and_how_long_it_took(one):
    plan = ak.sweep("trend_following", grid=GRID, bars=one, keep=False).plan
    assert (plan.runs, plan.door) == (2_000, "averages")
    assert 0.0 < plan.seconds < 60.0


@pytest.mark.parametrize(
    ("written", "size"),
    [("500MB", 500_000_000), ("2GiB", 2**31), ("1.5 gb", 1_500_000_000), ("1000", 1_000), (4_096, 4_096), ("64 KB", 64_000)],
)
def test_memory_is_an_amount_as_people_write_it(written, size):
    assert bytes_of(written) == size


@pytest.mark.parametrize("written", ["", "MB", "-5MB", "0", 0, -1, True, 1.5, None, "5 parsecs", "1e9"])
def test_other_amounts_are_refused(written):
    with pytest.raises(InvalidField, match="memory"):
        bytes_of(written)


@pytest.mark.parametrize(
    ("size", "read"), [(512, "512 B"), (1_500, "1.5 KB"), (218_000_000, "218 MB"), (3e9, "3 GB"), (3e14, "300 TB")]
)
def test_amounts_are_written_as_people_read_them(size, read):
    assert amount(size) == read


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.0001, "1 ms"), (0.25, "250 ms"), (12.3, "12 s"), (600, "10 minutes"), (9_000, "2.5 hours")]
)
def test_times_are_written_as_people_say_them(seconds, said):
    assert lasting(seconds) == said
