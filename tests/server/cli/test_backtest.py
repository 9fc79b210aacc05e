import json
import os
import signal
import time

import nbformat
import psutil
import pytest

from aurelius_kernel.artifacts import Store, lineage, load_result, verify

RUN = ("backtest", "run", "trend_following", "--instrument", "GOOG")


@pytest.fixture(scope="module")
def ran(filled_home, shell, tmp_path_factory):
    """One run over a year, its files in a folder that did not exist."""
    output = tmp_path_factory.mktemp("output") / "of" / "run"
    window = ("--start", "2010-01-01", "--end", "2010-12-31", "--capital", "50000", "--cost-bps", "20", "--slippage-bps", "0")
    more = ("--param", "fast=5", "--param", "slow=20", "--param", "average=ema", "--set", "whole_shares=true")
    return shell(*RUN, *window, *more, "--output", output, "--json", AURELIUS_HOME=str(filled_home)), output


def test_a_run_says_what_was_asked_and_what_came_out(ran):
    found = ran[0].document
    assert ran[0].code == 0
    assert (
        found["spec"]["strategy"]["parameters"] | {"fast": 5, "slow": 20, "average": "ema"}
        == found["spec"]["strategy"]["parameters"]
    )
    assert (found["spec"]["capital"], found["spec"]["whole_shares"]) == (50_000.0, True)
    assert (found["spec"]["costs"]["commission_bps"], found["spec"]["costs"]["slippage_bps"]) == (20.0, 0.0)
    assert (found["period"]["first"][:10], found["period"]["last"][:10]) == ("2010-01-04", "2010-12-31")
    assert found["metrics"]["total_trades"] > 0


def test_the_result_and_the_executed_notebook_are_in_the_store_with_their_lineage(ran, at_home):
    found, store = ran[0].document, Store()
    assert load_result(store, found["hash"]).metrics == found["metrics"]
    steps = {step.role: step.record.kind for step in lineage(store, found["notebook"])}
    assert steps == {"self": "executed_notebook", "result": "backtest_result", "spec": "backtest_spec", "data": "data_manifest"}
    assert verify(store) == []


def test_the_executed_notebook_and_the_numbers_are_in_the_folder_asked_for(ran, at_home):
    found, output = ran[0].document, ran[1]
    executed = (output / "backtest.ipynb").read_bytes()
    assert executed == Store().get(found["notebook"])
    notebook = nbformat.reads(executed.decode(), as_version=4)
    nbformat.validate(notebook)
    assert [cell.id for cell in notebook.cells if cell.id in ("title", "parameters", "work", "result")] == [
        "title",
        "parameters",
        "work",
        "result",
    ]
    assert json.loads((output / "result.json").read_text())["hash"] == found["hash"]
    assert sorted(path.name for path in output.iterdir()) == ["backtest.ipynb", "result.json"]


def test_people_see_a_table_with_the_metrics_beside_buy_and_hold(demo):
    assert "Sharpe ratio" in demo[0].out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--instrument", "GOOF"], "Unknown instrument 'GOOF': did you mean GOOG?"),
        (["--start", "2012-01-01", "--end", "2011-01-01"], "start (2012-01-01) is after end (2011-01-01); the start comes first."),
        (["--start", ""], "start must be a date"),
        (["--end", "2011-02-30"], "end must be a date"),
        (["--start", "1999-01-01", "--end", "1999-12-31"], "No bars of GOOG from 1999-01-01 to 1999-12-31"),
        (["--start", "2012-01-01", "--end", "2012-02-01"], "needs 101 bars and the window holds 21: 80 are missing."),
        (["--param", "fast=30", "--param", "slow=10"], "fast (30) must be less than slow (10)."),
        (["--param", "fast=30", "--param", "slow=30"], "fast (30) must be less than slow (30)."),
        (["--param", "fast=-1"], "fast must be greater than or equal to 2, not -1."),
        (["--param", "fast=1.5"], "fast must be a valid integer, not 1.5."),
        (["--param", "fast=nan"], "fast must be a valid integer, not 'nan'."),
        (["--param", "fast=1e400"], "parameters.fast must be finite, not inf."),
        (["--param", "fsat=5"], "Unknown parameter 'fsat': did you mean fast?"),
        (["--param", "family=5"], "Unknown parameter 'family'"),
        (["--param", "fast"], "--param must be NAME=VALUE, not 'fast'."),
        (["--param", "fast=5", "--param", "fast=6"], "--param names 'fast' twice."),
        (["--capital", "0"], "capital must be greater than 0, not 0.0."),
        (["--capital", "-5"], "capital must be greater than 0, not -5.0."),
        (["--capital", "nan"], "capital must be finite, not nan."),
        (["--capital", "inf"], "capital must be finite, not inf."),
        (["--capital", "much"], "'much' is not a valid float."),
        (["--cost-bps", "-1"], "costs.commission_bps must be greater than or equal to 0, not -1.0."),
        (["--cost-bps", "nan"], "costs.commission_bps must be finite, not nan."),
        (["--direction", "up"], "direction must be 'long', 'short' or 'both', not 'up'."),
        (["--set", 'sizing={"kind":"all"}'], "sizing"),
        (["--set", "execution=yesterday"], "execution must be 'next_open' or 'close', not 'yesterday'."),
        (["--set", "capital=5", "--capital", "6"], "capital is given twice"),
        (["--set", "x=1;import os;os.abort()=1"], "Unknown parameter 'x'"),
        (["--set", "costs=5"], "costs must be an object of names and values, not 5."),
        (["--set", "instruments=[]"], "instruments"),
        (["--timeout", "0"], "--timeout"),
    ],
)
def test_what_is_asked_wrongly_is_one_sentence_and_exit_2_and_nothing_is_written(
    aurelius, at_home, tmp_path, tree, arguments, said
):
    given = RUN[:3] if {"--instrument"} & set(arguments) or "instruments=[]" in arguments else RUN
    before = tree(at_home)
    refused = aurelius(*given, *arguments, "--output", tmp_path / "output")
    assert (refused.code, refused.out, refused.err.count("\n")) == (2, "", 1)
    assert said in refused.err
    assert tree(at_home) == before
    assert not (tmp_path / "output").exists()


def test_an_unknown_strategy_is_answered_with_the_nearest(aurelius, at_home):
    refused = aurelius("backtest", "run", "trend_folowing")
    assert (refused.code, refused.err) == (2, "Error: Unknown strategy type 'trend_folowing': did you mean trend_following?\n")


def test_an_empty_catalogue_says_how_it_is_filled(aurelius, empty_home):
    refused = aurelius(*RUN)
    assert refused.code == 2
    assert "`aurelius data samples`" in refused.err


def test_what_only_the_kernel_can_see_is_asked_wrongly_too(aurelius, at_home):
    refused = aurelius("backtest", "run", "pairs_trading", "--instrument", "GOOG")
    assert (refused.code, refused.err.splitlines()[-1]) == (2, "Error: instruments must be exactly 2 for pairs_trading, not 1.")


def test_a_run_that_takes_too_long_fails_and_keeps_what_ran_of_its_notebook(aurelius, at_home):
    failed = aurelius(*RUN, "--timeout", "0.3")
    assert failed.code == 1
    assert "took longer than its 0.3 seconds and was ended. What ran of it is kept as artifact " in failed.err
    assert Store().record(failed.err.rstrip(".\n").rpartition(" ")[2]).kind == "failed_notebook"


def kernels_of(process):
    return [child for child in psutil.Process(process.pid).children() if "ipykernel_launcher" in " ".join(child.cmdline())]


def wait_for_kernel(process):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if found := kernels_of(process):
            return found
        time.sleep(0.02)
    pytest.fail("no kernel was started")


def all_gone(processes, seconds=15):
    return psutil.wait_procs(processes, timeout=seconds)[1] == []


def test_an_interrupted_run_leaves_no_kernel_and_says_so(start, filled_home):
    run = start(*RUN, AURELIUS_HOME=str(filled_home))
    kernels = wait_for_kernel(run)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=15)
    assert (run.returncode, said.splitlines()[-1]) == (130, "Error: Cancelled.")
    assert all_gone(kernels)


def test_a_terminated_run_leaves_no_kernel_behind(start, filled_home):
    run = start(*RUN, AURELIUS_HOME=str(filled_home))
    kernels = wait_for_kernel(run)
    run.terminate()
    assert run.wait(timeout=15) == 143
    assert all_gone(kernels)


@pytest.mark.parametrize("patience", [0.3, 2.5])
def test_kill_9_in_the_middle_of_a_run_leaves_catalogue_and_store_readable_and_complete(
    start, aurelius, at_home, tmp_path, patience
):
    run = start(*RUN, "--param", "fast=7", AURELIUS_HOME=str(at_home), TMPDIR=str(tmp_path))
    kernels = wait_for_kernel(run)
    time.sleep(patience)
    for process in (run.pid, *(kernel.pid for kernel in kernels)):
        os.kill(process, signal.SIGKILL)
    assert all_gone(kernels)
    assert aurelius("artifacts", "verify").code == 0
    assert aurelius("data", "check", "GOOG").code == 0
