import nbformat
import pandas as pd
import pytest

from aurelius_kernel.artifacts import Store, lineage, verify
from aurelius_kernel.artifacts.sweeps import load_sweep

PAIRS = ("--grid", "fast=5:20:5", "--grid", "slow=20,40", "--where", "fast < slow")
RUN = ("sweep", "run", "trend_following", *PAIRS)
TOO_MANY = [part for name in ("fast", "slow", "atr_window") for part in ("--grid", f"{name}=1:10000")]
YEAR = ("--start", "2010-01-01", "--end", "2010-12-31")


@pytest.fixture(scope="module")
def ran(filled_home, shell, tmp_path_factory):
    """One sweep over a year, its files in a folder that did not exist."""
    output = tmp_path_factory.mktemp("output") / "of" / "sweep"
    more = ("--cost-bps", "20", "--fix", "average=ema", "--set", "stop_loss=0.1", "--output", output)
    grid = ("--grid", "fast=5,10", "--grid", "slow=10,20", "--where", "fast < slow")
    return shell("sweep", "run", "trend_following", *grid, *YEAR, *more, "--json", AURELIUS_HOME=str(filled_home)), output


def test_a_sweep_says_what_was_asked_and_which_rows_are_best(ran):
    found = ran[0].document
    assert (ran[0].code, found["trials"], found["failed"]) == (0, 3, 0)
    assert found["spec"]["space"] == {"fast": [5, 10], "slow": [10, 20]}
    assert found["spec"]["base"]["strategy"]["parameters"]["average"] == "ema"
    assert (found["spec"]["base"]["costs"]["commission_bps"], found["spec"]["base"]["stop_loss"]) == (20.0, 0.1)
    ratios = [row["sharpe_ratio"] for row in found["top"]]
    assert ratios == sorted(ratios, reverse=True)


def test_the_table_and_the_executed_notebook_are_in_the_store_with_their_lineage(ran, at_home):
    found, store = ran[0].document, Store()
    assert load_sweep(store, found["hash"]).table["fast"].to_list() == [5, 5, 10]
    steps = {step.role: step.record.kind for step in lineage(store, found["notebook"])}
    assert steps == {
        "self": "executed_notebook",
        "result": "sweep_result",
        "spec": "sweep_spec",
        "data": "data_manifest",
        "table": "sweep_table",
    }
    assert verify(store) == []


def test_the_executed_notebook_and_the_table_are_in_the_folder_asked_for(ran, at_home):
    found, output = ran[0].document, ran[1]
    executed = (output / "sweep.ipynb").read_bytes()
    assert executed == Store().get(found["notebook"])
    nbformat.validate(nbformat.reads(executed.decode(), as_version=4))
    table = pd.read_csv(output / "table.csv", index_col="row")
    pd.testing.assert_series_equal(
        table["sharpe_ratio"], load_sweep(Store(), found["hash"]).table["sharpe_ratio"], check_names=False
    )


def test_people_see_the_best_rows_with_their_parameters(aurelius, at_home):
    said = aurelius("sweep", "run", "trend_following", "--grid", "fast=5,10", "--fix", "slow=20", *YEAR).out
    assert "combinations  2, 0 of them failed" in said
    assert [line.split()[:3] for line in said.splitlines() if line.startswith("row")] == [["row", "fast", "Total"]]


def test_a_plan_says_how_much_work_it_is_and_keeps_nothing(aurelius, at_home, tree):
    before = tree(at_home)
    planned = aurelius(*RUN, "--plan", "--json")
    assert (planned.code, planned.document["combinations"], planned.document["door"]) == (0, 7, "averages")
    assert tree(at_home) == before


def test_drawn_combinations_are_as_many_as_asked_for(aurelius, at_home):
    drawn = aurelius(
        "sweep", "run", "trend_following", "--range", "fast=5:10", "--range", "slow=15:30", "--samples", 4, *YEAR, "--json"
    )
    assert (drawn.document["trials"], drawn.document["spec"]["search"]) == (4, "random")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "grid is empty: name at least one parameter and its values"),
        (["--grid", "fsat=5:10"], "Unknown parameter of trend_following 'fsat': did you mean fast?"),
        (["--grid", "fast"], "--grid must be NAME=VALUES, not 'fast'."),
        (["--grid", "fast=5,10", "--grid", "fast=20"], "--grid names 'fast' twice."),
        (["--grid", "fast=10:5"], "grid.fast must rise from low to high"),
        (["--grid", "fast=1:x"], "fast must be LOW:HIGH or LOW:HIGH:STEP, not '1:x'."),
        (["--grid", "fast=1:1000000000"], "grid.fast holds 1,000,000,000 values; 10,000 can be typed"),
        (["--range", "fast=5"], "fast must be LOW:HIGH, not '5'."),
        (["--grid", "fast=5,10", "--fix", "slwo=30"], "Unknown parameter of trend_following 'slwo': did you mean slow?"),
        (["--grid", "fast=5,10", "--set", "seed=1", "--seed", "2"], "seed is given twice"),
    ],
)
def test_what_is_asked_wrongly_is_one_sentence_and_exit_2_before_a_kernel_starts(aurelius, at_home, tree, arguments, said):
    before = tree(at_home)
    refused = aurelius("sweep", "run", "trend_following", *arguments)
    assert (refused.code, refused.out, refused.err.count("\n")) == (2, "", 1)
    assert said in refused.err
    assert tree(at_home) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--grid", "fast=50:60", "--grid", "slow=10,20", "--where", "fast < slow"], "where leaves nothing of the 22 combinations"),
        (TOO_MANY, "grid has 1,000,000,000,000 combinations"),
        (["--grid", "fast=5,10", "--memory", "lots"], "memory must be an amount such as 500MB or 2GiB, not 'lots'."),
        (["--grid", "fast=5,10", "--instrument", "GOOF"], "Unknown instrument 'GOOF': did you mean GOOG?"),
    ],
)
def test_what_only_the_sweep_can_see_is_asked_wrongly_too(aurelius, at_home, arguments, said):
    refused = aurelius("sweep", "run", "trend_following", *arguments, "--plan")
    assert (refused.code, refused.out) == (2, "")
    assert said in refused.err.splitlines()[-1]


def test_what_only_the_kernel_can_see_is_asked_wrongly_too(aurelius, at_home):
    refused = aurelius("sweep", "run", "trend_following", "--grid", "fast=5,10", "--instrument", "GOOF")
    assert (refused.code, refused.err.splitlines()[-1]) == (2, "Error: Unknown instrument 'GOOF': did you mean GOOG?")
