import json

import aurelius_kernel as ak
from aurelius_kernel.artifacts import Store, load_result
from aurelius_kernel.hashing import content_hash
from aurelius_kernel.research.sweep import SweepResult


def test_every_notebook_hands_over_a_result_that_is_in_the_store(executed):
    assert {name: Store().record(run.result).kind for name, run in executed.items()} == {
        "backtest.ipynb": "backtest_result",
        "generate.ipynb": "generation_result",
        "orchestrate.ipynb": "orchestration",
        "report.ipynb": "reports",
        "reflexion.ipynb": "reflexion",
        "sweep.ipynb": "sweep_result",
        "walk_forward.ipynb": "walk_forward_result",
        "overfitting.ipynb": "walk_forward_result",
    }


def test_every_executed_notebook_is_kept_with_its_result_as_parent(executed):
    parents = {name: Store().record(run.notebook).parents[0] for name, run in executed.items()}
    assert {name: (parent.role, parent.address) for name, parent in parents.items()} == {
        name: ("result", run.result) for name, run in executed.items()
    }


def test_the_backtest_notebook_and_a_call_in_this_process_find_the_same_result_to_the_bit(executed):
    again = ak.backtest(
        ak.Strategy.create("trend_following", fast=5, slow=20),
        instruments=["GOOG", "IBM"],
        start="2010-01-01",
        end="2011-12-31",
        costs=ak.Costs(commission_bps=20.0),
        sizing=ak.FractionOfEquity(0.4),
        seed=7,
        keep=False,
    )
    assert again.hash == executed["backtest.ipynb"].result
    assert again.canonical_bytes == Store().get(again.hash)


def test_what_the_backtest_hands_over_agrees_with_what_is_stored(executed):
    found = executed["backtest.ipynb"].found
    stored = load_result(Store(), found["hash"])
    assert (found["kind"], found["metrics"]) == ("backtest_result", dict(stored.metrics))
    assert content_hash(found["identity"]) == stored.identity.key


def test_the_sweep_notebook_and_a_call_in_this_process_find_the_same_result_to_the_bit(executed):
    again = ak.sweep(
        "trend_following",
        grid={"fast": [5, 10, 20], "slow": [20, 40]},
        where="fast < slow",
        instruments=["GOOG"],
        end="2011-12-31",
        stop_loss=0.1,
        metrics="all",
        seed=7,
        keep=False,
    )
    assert again.hash == executed["sweep.ipynb"].result


def test_what_the_sweep_hands_over_agrees_with_what_is_stored(executed):
    found = executed["sweep.ipynb"].found
    stored = SweepResult.load(found["hash"])
    assert (found["kind"], found["trials"], found["failed"]) == ("sweep_result", 5, 0)
    assert found["best"]["row"] == stored.best().row
    assert content_hash(found["identity"]) == stored.identity.key


def test_progress_is_not_left_in_the_executed_notebooks(executed):
    outputs = [
        output for run in executed.values() for cell in json.loads(run.content)["cells"] for output in cell.get("outputs", [])
    ]
    assert [output for output in outputs if "application/vnd.aurelius.progress+json" in output.get("data", {})] == []
