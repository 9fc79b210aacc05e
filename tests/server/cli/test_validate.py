from __future__ import annotations

import pytest

from aurelius_kernel.artifacts import Store, lineage, verify

RUN = ("validate", "trend_following", "--grid", "fast=5,10", "--grid", "slow=20,40", "--end", "2007-12-31")
DAYS = ("--train-days", "200", "--test-days", "100", "--embargo", "20")


@pytest.fixture(scope="module")
def ran(filled_home, shell, tmp_path_factory):
    """One validation, its notebook in a folder that did not exist."""
    output = tmp_path_factory.mktemp("output") / "of" / "validation"
    more = ("--cost-bps", "20", "--set", "stop_loss=0.1", "--output", output)
    return shell(*RUN, *DAYS, *more, "--json", AURELIUS_HOME=str(filled_home)), output


def test_a_validation_says_the_verdict_and_what_it_stands_on(ran):
    found = ran[0].document
    assert (ran[0].code, found["passed"]) == (0, found["stability"] >= 75.0 and found["metrics"]["sharpe_ratio"] > 0.0)
    assert (found["trials"], found["embargo_days"]) == (4 * len(found["windows"]), 20)
    assert (found["spec"]["base"]["costs"]["commission_bps"], found["spec"]["base"]["stop_loss"]) == (20.0, 0.1)
    assert set(found["windows"][0]["parameters"]) == {"fast", "slow"}
    assert 0.0 <= found["overfitting"]["pbo"] <= 1.0


def test_everything_is_in_the_store_with_its_lineage(ran, at_home):
    store = Store()
    steps = {step.role: step.record.kind for step in lineage(store, ran[0].document["notebook"])}
    assert steps == {
        "self": "executed_notebook",
        "result": "walk_forward_result",
        "spec": "walk_forward_spec",
        "data": "data_manifest",
        "fits": "walk_forward_fits",
        "trades": "walk_forward_trades",
    }
    assert verify(store) == []
    assert (ran[1] / "walk_forward.ipynb").read_bytes() == store.get(ran[0].document["notebook"])


def test_people_see_the_verdict_and_a_row_a_window(aurelius, at_home):
    said = aurelius(*RUN, *DAYS).out
    lines = [line.split() for line in said.splitlines()]
    assert lines[0][0] == "verdict"
    assert "of 4 parameter sets" in said
    assert sum(line[:1] == [str(number)] for number in range(9) for line in lines) >= 4


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("validate", "trend_folowing"), "did you mean trend_following"),
        ((*RUN, "--grid", "fst=1,2"), "did you mean fast"),
        ((*RUN, "--train-days", "1"), "train_days"),
        ((*RUN, "--train-days", "many"), "not a valid integer"),
        ((*RUN, "--embargo", "20", "--set", "embargo=5"), "given twice"),
        ((*RUN, "--train-days", "900", "--embargo", "0"), "are missing"),
        ((*RUN, "--set", "nonsense=5"), "nonsense"),
    ],
)
def test_what_is_asked_wrongly_exits_with_two_and_one_sentence(aurelius, at_home, arguments, sentence):
    refused = aurelius(*arguments)
    assert refused.code == 2
    assert sentence in refused.err
