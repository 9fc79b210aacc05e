"""The trial ledger: what is counted, that it stays small, and that no crash and no company changes the count."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import numpy as np
import pytest

from aurelius_kernel.artifacts import Store
from aurelius_kernel.artifacts.trials import SKETCH, Clusters, Trial, different, fingerprints, joined, smallest
from aurelius_kernel.errors import StorageUnavailable
from aurelius_kernel.model import BacktestSpec

DATA, OTHER = "d" * 64, "e" * 64


def spec(**parameters) -> BacktestSpec:
    exits = {name: parameters.pop(name) for name in ("stop_loss", "capital") if name in parameters}
    return BacktestSpec.of(strategy={"type": "trend_following", "parameters": parameters}, instruments=["GOOG"], **exits)


def sets(begin: int, end: int) -> np.ndarray:
    return fingerprints(spec(average="sma"), {"fast": np.arange(begin, end)})


def recorded(store: Store, *trials: Trial, family="trend_following", **owner) -> None:
    store.trials.record(family, list(trials), **owner)


def test_different_sets_are_counted_once_over_sweeps_that_overlap(store):
    recorded(store, Trial.of(DATA, "a", sets(0, 100)), Trial.of(OTHER, "b", sets(0, 30)))
    recorded(store, Trial.of(DATA, "c", sets(50, 150)))
    assert (store.trials.count("trend_following", DATA), store.trials.count("trend_following", OTHER)) == (150, 30)


def test_owners_and_families_are_counted_apart(store):
    recorded(store, Trial.of(DATA, "a", sets(0, 3)))
    recorded(store, Trial.of(DATA, "a", sets(0, 5)), owner="ada@example.com")
    recorded(store, Trial.of(DATA, "a", sets(0, 7)), family="breakout")
    counts = [
        store.trials.count("trend_following", DATA),
        store.trials.count("trend_following", DATA, owner="ada@example.com"),
        store.trials.count("breakout", DATA),
        store.trials.count("breakout", DATA, owner="ada@example.com"),
    ]
    assert counts == [3, 5, 7, 0]


@pytest.mark.parametrize("owner", ["../../etc", "a/b", "", "x" * 500, "名前"])
def test_any_owner_has_a_ledger_of_its_own_inside_the_store(folder_store, owner, tmp_path):
    recorded(folder_store, Trial.of(DATA, "a", sets(0, 3)), owner=owner)
    assert folder_store.trials.count("trend_following", DATA, owner=owner) == 3
    assert folder_store.trials.count("trend_following", DATA) == 0
    assert [path.suffix for path in tmp_path.rglob("*") if path.is_file()] == [".jsonl"]


def test_every_evaluation_is_kept_with_what_failed(store):
    recorded(store, Trial.of(DATA, "a", sets(0, 100), failed=7), Trial.of(DATA, "a", sets(0, 100), failed=7))
    found = [(trial.identity, trial.evaluated, trial.failed) for trial in store.trials.all("trend_following")]
    assert found == [("a", 100, 7), ("a", 100, 7)]
    assert store.trials.count("trend_following", DATA) == 100


@pytest.mark.parametrize("count", [1, 511, 512, 700, 10_000, 300_000])
def test_a_million_sets_are_counted_from_a_line_of_a_few_kilobytes(folder_store, count):
    for begin in range(0, count, 100_000):
        recorded(folder_store, Trial.of(DATA, "a", sets(begin, min(begin + 100_000, count))))
    found = folder_store.trials.count("trend_following", DATA)
    assert found == count if count < SKETCH else abs(found / count - 1.0) < 0.15
    lines = folder_store.files.lines("trials/local/trend_following.jsonl")
    assert max(map(len, lines)) < 6_000


def test_the_sketch_of_sketches_is_the_sketch_of_all():
    draw = np.random.default_rng(3)
    every = draw.integers(0, 2**63, size=20_000).astype(np.uint64)
    parts = np.array_split(np.concatenate([every, every[:5_000]]), 7)
    whole = np.empty(0, dtype=np.uint64)
    for part in parts:
        whole = joined(whole, smallest(part))
    np.testing.assert_array_equal(whole, np.unique(every)[:SKETCH])


def test_many_repeats_of_few_sets_are_few():
    assert different(smallest(np.repeat(sets(0, 40), 1_000))) == 40
    assert different(smallest(np.repeat(sets(0, 3_000), 50))) == different(smallest(sets(0, 3_000)))


def test_the_estimate_is_unbiased_over_many_ledgers():
    draw = np.random.default_rng(5)
    found = [different(smallest(draw.integers(0, 2**64, size=5_000, dtype=np.uint64))) for _ in range(300)]
    assert abs(np.mean(found) / 5_000 - 1.0) < 0.01
    assert abs(np.std(found) / 5_000 - 1.0 / np.sqrt(SKETCH)) < 0.01


@pytest.mark.parametrize(
    "column",
    [
        {"fast": np.array([5, 6, 7])},
        {"slow": np.array([5, 6, 7]), "fast": np.array([7, 6, 5])},
        {"atr_stop": np.array([0.0, 0.1, -0.0])},
        {"average": np.array(["sma", "ema", "sma"])},
        {"average": np.array(["sma", None, 3], dtype=object)},
        {"on": np.array([True, False, True])},
        {"stop_loss": np.array([0.1, np.nan, 0.2])},
    ],
    ids="-".join,
)
def test_a_row_of_a_sweep_is_the_same_set_as_a_backtest_of_it(column):
    fixed = {"atr_window": 14, "note": "x"}
    rows = [
        {name: None if value != value else value for name, value in zip(column, values, strict=True)}  # noqa: PLR0124  NaN
        for values in zip(*(values.tolist() for values in column.values()), strict=True)
    ]
    alone = [fingerprints(spec(**fixed, **row))[0] for row in rows]
    assert fingerprints(spec(**fixed), column).tolist() == alone


@pytest.mark.parametrize(
    "other",
    [
        {"fast": 6},
        {"fast": 5, "slow": 10},
        {"slow": 5},
        {"fast": 5.0},
        {"fast": "5"},
        {"fast": 5, "stop_loss": 0.1},
        {"fast": 5, "capital": 1.0},
    ],
    ids=str,
)
def test_any_difference_makes_another_set(other):
    assert fingerprints(spec(**other))[0] != fingerprints(spec(fast=5))[0]


def test_a_million_sets_of_two_numbers_are_a_million_fingerprints():
    grid = np.meshgrid(np.arange(1_000), np.arange(1_000))
    found = fingerprints(spec(), {"fast": grid[0].ravel(), "slow": grid[1].ravel()})
    assert len(np.unique(found)) == 1_000_000


def test_ten_thousand_fingerprints_take_a_millisecond_or_so():
    columns = {"fast": np.arange(10_000), "slow": np.arange(10_000)}
    fingerprints(spec(), columns)
    took = []
    for _ in range(5):
        began = time.perf_counter()
        fingerprints(spec(), columns)
        took.append(time.perf_counter() - began)
    assert min(took) < 0.02


def test_all_bars_of_a_data_set_are_counted_together_whichever_of_them_is_named(store):
    recorded(store, Trial.of(DATA, "a", sets(0, 100), dataset="f" * 64), Trial.of(OTHER, "b", sets(50, 120), dataset="f" * 64))
    recorded(store, Trial.of("c" * 64, "c", sets(0, 3)))
    assert [store.trials.count("trend_following", name) for name in (DATA, OTHER, "f" * 64, "c" * 64)] == [120, 120, 120, 3]


def test_a_set_over_other_dates_is_the_same_set():
    early, late = (BacktestSpec.of(spec(fast=5).document() | dates) for dates in ({"end": "2010-01-01"}, {"start": "2010-01-01"}))
    assert fingerprints(early).tolist() == fingerprints(late).tolist() == fingerprints(spec(fast=5)).tolist()


def clustered(store: Store, **told) -> None:
    store.trials.note_clusters("trend_following", Clusters(**{"dataset": DATA, "variance": 0.01, **told}))


def test_sets_whose_likeness_nobody_measured_all_count(store):
    recorded(store, Trial.of(DATA, "a", sets(0, 100)))
    found = store.trials.effective("trend_following", DATA)
    assert (found.count, found.effective, found.variance) == (100, 100.0, None)


def test_sets_beyond_those_measured_count_as_much_as_those_did(store):
    recorded(store, Trial.of(DATA, "a", sets(0, 300)))
    clustered(store, clusters=2.0, among=10)
    clustered(store, clusters=15.0, among=100, variance=0.02)
    clustered(store, clusters=90.0, among=100, dataset=OTHER)
    found = store.trials.effective("trend_following", DATA)
    assert (found.count, found.effective, found.variance) == (300, 45.0, 0.02)


@pytest.mark.parametrize(
    "line", [b"{}", b"[]", b'{"dataset":"d","clusters":5,"among":2,"variance":1}', b'{"dataset":"d","clust', b'"x"']
)
def test_what_is_no_measurement_is_passed_over(folder_store, line):
    recorded(folder_store, Trial.of("d", "a", sets(0, 10)))
    folder_store.files.append("trials/local/trend_following.clusters.jsonl", line)
    assert folder_store.trials.effective("trend_following", "d").effective == 10.0


def test_a_line_that_was_cut_off_is_passed_over(folder_store):
    recorded(folder_store, Trial.of(DATA, "a", sets(0, 10)))
    path = folder_store.files.folder / "trials/local/trend_following.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + b"\n" + whole[1:60])
    recorded(folder_store, Trial.of(DATA, "b", sets(10, 20)))
    assert folder_store.trials.count("trend_following", DATA) == 20


@pytest.mark.parametrize("line", [b"{}", b"[]", b"null", b'{"data":1}', b"\xff\xfe", b'{"data":"d","sketch":"!"}'])
def test_what_is_no_trial_is_passed_over(folder_store, line):
    folder_store.files.append("trials/local/trend_following.jsonl", line)
    assert list(folder_store.trials.all("trend_following")) == []


def test_processes_that_write_at_once_lose_nothing(tmp_path):
    script = (
        "import sys, numpy as np\n"
        "from aurelius_kernel.artifacts import Store\n"
        "from aurelius_kernel.artifacts.trials import Trial\n"
        "store, number = Store(sys.argv[1]), int(sys.argv[2])\n"
        "for i in range(100):\n"
        "    sets = np.arange(600, dtype=np.uint64) + np.uint64(number * 100_000 + i * 600)\n"
        f"    store.trials.record('breakout', [Trial.of('{DATA}', f'{{number}}-{{i}}', sets)])\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path), str(number)]) for number in range(3)]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0, 0]
    found = list(Store(tmp_path).trials.all("breakout"))
    assert sorted(trial.identity for trial in found) == sorted(f"{number}-{i}" for number in range(3) for i in range(100))
    assert {len(trial.sketch) for trial in found} == {SKETCH}


def test_a_line_is_plain_json(folder_store):
    recorded(folder_store, Trial.of(DATA, "a", sets(0, 10), failed=1))
    line = json.loads(folder_store.files.lines("trials/local/trend_following.jsonl")[0])
    assert {name: line[name] for name in ("data", "identity", "evaluated", "failed")} == {
        "data": DATA,
        "identity": "a",
        "evaluated": 10,
        "failed": 1,
    }


def test_a_ledger_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "trials").write_text("in the way")
    with pytest.raises(StorageUnavailable):
        recorded(Store(tmp_path), Trial.of(DATA, "a", sets(0, 10)))
