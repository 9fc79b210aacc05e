"""`ak.sweep`: its table, its best rows, what it stores, and that nothing but the question changes its numbers."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import aurelius_kernel as ak
from aurelius_kernel.artifacts import Store, lineage, verify
from aurelius_kernel.engine.sweeping import ALL, QUICK
from aurelius_kernel.errors import ImpossibleRequest, InvalidField, NotFound, UnknownName
from aurelius_kernel.model import BacktestSpec, RunIdentity
from aurelius_kernel.research.sweep import tiles
from aurelius_kernel.research.sweep.question import ask
from aurelius_kernel.research.sweep.tiles import InThreads
from aurelius_kernel.research.sweep.work import carry_out

GRID = {"fast": range(3, 12), "slow": range(6, 30, 3)}
MIXED = {"fast": [3, 8], "slow": [10, 25], "average": ["sma", "ema"], "stop_loss": [None, 0.03], "atr_stop": [0.0, 2.0]}


@pytest.fixture(scope="module")
def found(market, tmp_path_factory) -> ak.SweepResult:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AURELIUS_HOME", str(tmp_path_factory.mktemp("home")))
        return ak.sweep("trend_following", grid=GRID, where="fast < slow", bars={"A": market["A"]}, keep=False)


def test_the_table_has_a_row_for_each_combination_that_is_wanted_in_the_order_of_the_grid(found):
    wanted = [(fast, slow) for fast in GRID["fast"] for slow in GRID["slow"] if fast < slow]
    assert list(found.table[["fast", "slow"]].itertuples(index=False, name=None)) == wanted
    assert list(found.table.columns) == ["fast", "slow", *map(str, QUICK), "failed"]
    assert (len(found), found.trials, found.table["failed"].isna().all()) == (len(wanted), len(wanted), True)


def test_all_metrics_are_there_when_asked_for_and_agree_with_the_quick_ones(found, one):
    every = ak.sweep("trend_following", grid=GRID, where="fast < slow", bars=one, metrics="all", keep=False)
    assert list(every.spec.metrics) == list(map(str, ALL))
    quick = list(map(str, QUICK))
    pd.testing.assert_frame_equal(every.table[quick], found.table[quick], rtol=1e-9, atol=1e-12)


def test_named_metrics_and_every_objective_are_there(one):
    some = ak.sweep("trend_following", grid=GRID, bars=one, metrics=["cagr"], objective=["ulcer_index", "cagr"], keep=False)
    assert list(some.spec.metrics) == ["cagr", "ulcer_index"]
    assert some.best().row == int(some.table["ulcer_index"].idxmin())


@pytest.mark.parametrize(
    ("metric", "pick"), [("sharpe_ratio", "idxmax"), ("max_drawdown", "idxmax"), ("volatility", "idxmin"), ("min_trl", "idxmin")]
)
def test_the_best_is_the_highest_or_the_lowest_as_the_metric_has_it(found, metric, pick):
    best = found.best(metric)
    assert best.row == int(getattr(found.table[metric], pick)())
    assert (best.strategy.fast, best.strategy.slow) == (best.found["fast"], best.found["slow"])
    assert found.top(3, metric).index[0] == best.row


def test_a_metric_that_was_not_asked_is_answered_with_those_that_are(found):
    with pytest.raises(UnknownName, match="metric"):
        found.best("ulcer_index")


def test_the_heat_map_is_the_table_by_two_parameters(found):
    table = found.heatmap("fast", "slow")
    assert (table.index.name, table.columns.name, table.shape) == ("slow", "fast", (8, 9))
    for row in found.table.itertuples():
        assert table.loc[row.slow, row.fast] == row.sharpe_ratio
    assert np.isnan(table.loc[6, 11])
    pd.testing.assert_frame_equal(found.heatmap("slow"), table.T, check_names=False)


@pytest.mark.parametrize(("combine", "expected"), [("mean", "mean"), ("best", "max"), ("worst", "min")])
def test_rows_that_share_a_cell_are_combined_as_asked(one, combine, expected):
    mixed = ak.sweep("trend_following", grid=MIXED, bars=one, keep=False)
    by_hand = mixed.table.groupby(["slow", "fast"])["cagr"].agg(expected).unstack()
    pd.testing.assert_frame_equal(mixed.heatmap("fast", "slow", "cagr", combine=combine), by_hand)
    lowest = mixed.table.groupby(["slow", "fast"])["volatility"].min().unstack()
    if combine == "best":
        pd.testing.assert_frame_equal(mixed.heatmap("fast", "slow", "volatility", combine=combine), lowest)


@pytest.mark.parametrize("asked", [{"x": "fsat"}, {"x": "fast", "y": "fast"}, {"combine": "median"}, {"metric": "sharp"}])
def test_a_heat_map_of_something_else_is_refused(found, asked):
    with pytest.raises((UnknownName, ImpossibleRequest)):
        found.heatmap(**asked)


def test_a_heat_map_needs_two_parameters(one):
    with pytest.raises(ImpossibleRequest, match="two different swept parameters"):
        ak.sweep("trend_following", grid={"fast": [3, 5]}, bars=one, keep=False).heatmap()


@pytest.mark.parametrize("workers", [1, 2, 5])
@pytest.mark.parametrize("metrics", ["quick", "all"])
@pytest.mark.parametrize("family", ["trend_following", "breakout"])
def test_numbers_do_not_depend_on_threads_or_on_tiles_to_the_last_bit(one, monkeypatch, workers, metrics, family):
    grid = MIXED if family == "trend_following" else {"lookback": range(5, 25), "atr_stop": [0.0, 2.0]}
    whole = ak.sweep(family, grid=grid, bars=one, metrics=metrics, keep=False)
    monkeypatch.setattr(tiles, "cores", lambda: workers)
    monkeypatch.setattr(tiles, "first_size", lambda _: 3)
    monkeypatch.setattr(tiles, "next_size", lambda rows, _: rows + 2)

    parts = ak.sweep(family, grid=grid, bars=one, metrics=metrics, keep=False)

    np.testing.assert_array_equal(parts.values, whole.values)
    assert parts.hash == whole.hash


def test_a_combination_has_the_same_bits_in_any_company(one):
    whole = ak.sweep("trend_following", grid=MIXED, bars=one, keep=False)
    row = 21
    alone = {name: [None if value != value else value] for name, value in whole.table.loc[row, list(MIXED)].items()}  # noqa: PLR0124
    np.testing.assert_array_equal(ak.sweep("trend_following", grid=alone, bars=one, keep=False).values[0], whole.values[row])


def test_the_same_sweep_in_another_process_has_the_same_hash(found, tmp_path):
    frame = found.bars["A"]
    frame.to_pickle(tmp_path / "bars")
    script = (
        "import sys, pandas as pd, aurelius_kernel as ak\n"
        "bars = {'A': pd.read_pickle(sys.argv[1])}\n"
        "grid = {'fast': range(3, 12), 'slow': range(6, 30, 3)}\n"
        "print(ak.sweep('trend_following', grid=grid, where='fast < slow', bars=bars).hash)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "bars"], capture_output=True, text=True, timeout=300, check=True
    )
    assert done.stdout.strip() == found.hash


@pytest.mark.parametrize(
    "change",
    [
        {"grid": {**GRID, "fast": range(3, 11)}},
        {"where": "fast < slow - 1"},
        {"capital": 1.0},
        {"costs": ak.Costs.zero()},
        {"fixed": {"average": "ema"}},
        {"seed": 1},
        {"end": "2016-06-01"},
        {"metrics": "all"},
        {"engine": "vectorbt"},
        {"objective": "cagr"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_part_of_the_question_is_in_the_identity(found, one, change):
    asked = {"grid": GRID, "where": "fast < slow", "bars": one, "keep": False, **change}
    assert ak.sweep("trend_following", **asked).identity.key != found.identity.key


def test_memory_executor_and_progress_are_not_in_the_identity(found, one):
    told = []
    again = ak.sweep(
        "trend_following",
        grid=GRID,
        where="fast < slow",
        bars=one,
        memory="2GB",
        executor="threads",
        progress=lambda *at: told.append(at),
    )
    assert (again.identity, again.hash) == (found.identity, found.hash)
    assert [fraction for fraction, _ in told] == sorted(fraction for fraction, _ in told)
    assert (told[0], told[-1]) == ((0.0, "loading bars"), (1.0, "done"))


def test_a_function_and_an_expression_that_mean_the_same_ask_different_questions_of_the_same_sets(found, one):
    by_function = ak.sweep("trend_following", grid=GRID, where=lambda fast, slow: fast < slow, bars=one, keep=False)
    np.testing.assert_array_equal(by_function.values, found.values)
    assert by_function.spec.combinations_hash == found.spec.combinations_hash


def test_a_stored_sweep_reads_back_the_same(one):
    kept = ak.sweep("trend_following", grid={**MIXED, "fast": [3, 30]}, bars=one)
    again = ak.SweepResult.load(kept.hash[:12])
    assert again.hash == kept.hash
    pd.testing.assert_frame_equal(again.table, kept.table)
    assert (again.best().row, again.failed, again.data) == (kept.best().row, kept.failed, kept.data)
    with pytest.raises(InvalidField, match="bars are needed again"):
        again.result(0)
    assert again.result(0, bars=one).hash == kept.result(0).hash


def test_a_stored_sweep_names_what_it_was_made_from_and_is_found_by_its_identity(one):
    kept, store = ak.sweep("trend_following", grid=GRID, where="fast < slow", bars=one), Store()
    steps = {step.role: step.record.kind for step in lineage(store, kept.hash)}
    assert steps == {"self": "sweep_result", "table": "sweep_table", "spec": "sweep_spec", "data": "data_manifest"}
    assert store.runs.find(kept.identity) == kept.hash
    assert list(verify(store)) == []
    manifest = store.document(kept.hash)
    assert (manifest["trials"], manifest["best"]["row"]) == (len(kept), kept.best().row)
    assert RunIdentity.of(manifest["identity"]) == kept.identity
    assert BacktestSpec.of(manifest["spec"]["base"]) == kept.spec.base


def test_the_manifest_is_valid_json_whatever_is_undefined(one):
    flat = {"A": one["A"].assign(open=10.0, high=10.0, low=10.0, close=10.0)}
    kept = ak.sweep("trend_following", grid={"fast": [3, 30], "slow": [10]}, bars=flat)
    json.loads(Store().get(kept.hash), parse_constant=lambda name: pytest.fail(f"{name} in the manifest"))
    with pytest.raises(ImpossibleRequest, match="fast"):
        kept.best()


def test_something_else_is_no_sweep(one):
    kept = ak.sweep("trend_following", grid={"fast": [3]}, bars=one)
    parent = Store().record(kept.hash).parents[0].address
    with pytest.raises(InvalidField, match="not sweep_result"):
        ak.SweepResult.load(parent)
    with pytest.raises(NotFound):
        ak.SweepResult.load("0" * 64)


def test_accounts_apart_have_a_row_for_each_instrument_and_combination(market):
    bars = {name: market[name] for name in ("A", "B", "C")}
    apart = ak.sweep("trend_following", grid=GRID, where="fast < slow", bars=bars, accounts="separate", keep=False)
    alone = ak.sweep("trend_following", grid=GRID, where="fast < slow", bars={"B": market["B"]}, keep=False)
    assert apart.table["instrument"].drop_duplicates().to_list() == ["A", "B", "C"]
    of_b = apart.table[apart.table["instrument"] == "B"].drop(columns="instrument").reset_index(drop=True)
    pd.testing.assert_frame_equal(of_b, alone.table)
    assert apart.backtest_spec(len(alone)).instruments == ("B",)
    assert apart.result(len(alone) + 3).metrics == alone.result(3).metrics


def test_bars_come_from_the_catalogue_as_for_a_backtest(market):
    ak.import_bars(market["A"], instrument="ACME", calendar="XNYS")
    found = ak.sweep("trend_following", grid=GRID, instruments="ACME", start="2015-06-01")
    assert found.result(4).spec.start.isoformat() == "2015-06-01"
    assert ak.SweepResult.load(found.hash).result(4).hash == found.result(4).hash


def test_a_strategy_brings_the_parameters_that_are_not_swept(one):
    strategy = ak.Strategy.create("trend_following", fast=4, slow=44, average="ema")
    found = ak.sweep(strategy, grid={"fast": [3, 5]}, bars=one, keep=False)
    assert [(found.strategy(row).fast, found.strategy(row).slow, found.strategy(row).average) for row in (0, 1)] == [
        (3, 44, "ema"),
        (5, 44, "ema"),
    ]


def test_tiles_keep_within_the_memory_given(one, monkeypatch):
    sizes, evaluate = [], tiles.evaluate
    monkeypatch.setattr(tiles, "evaluate", lambda *given: sizes.append(len(given[2])) or evaluate(*given))
    question = ask("breakout", grid={"lookback": range(5, 105)}, bars=one, metrics="all")
    books = question.books({"lookback": np.array([5])})
    row = books.evaluator(0).bytes_a_row
    executor = InThreads(books, room=7 * row)

    for _ in executor.run({"lookback": np.arange(5, 105)}, np.ones(100, dtype=bool), [(0, 100)]):
        pass

    assert (max(sizes), sum(sizes)) == (7, 100)


def test_work_can_be_done_without_a_store_and_without_a_word(one, home):
    question = ask("trend_following", grid=GRID, bars=one)
    found = carry_out(question, executor=None, keep=False, cancel=None, tell=lambda *_: None)
    assert len(found) == 72
    assert [path.suffix for path in home.rglob("*") if path.is_file()] == [".jsonl"]
