import json

import pytest

from aurelius_kernel.artifacts import Store

GENERATE = ("generate", "breakout on GOOG, drawdown < 30%", "--tries", 8, "--end", "2007-12-31")
ORCHESTRATE = (
    *("orchestrate", "run", "breakout", "--instrument", "GOOG", "--risk", "aggressive", "--tries", 8, "--end", "2007-12-31"),
    *("--train-days", 120, "--test-days", 31),
)


@pytest.fixture(scope="module")
def generated(filled_home, shell, tmp_path_factory):
    output = tmp_path_factory.mktemp("output") / "generated"
    return shell(*GENERATE, "--output", output, "--json", AURELIUS_HOME=str(filled_home)), output


@pytest.fixture(scope="module")
def orchestrated(filled_home, shell):
    return shell(*ORCHESTRATE, "--json", AURELIUS_HOME=str(filled_home))


def test_a_goal_gives_ranked_candidates_that_are_in_the_store(generated, at_home):
    found, output = generated[0].document, generated[1]
    assert generated[0].code == 0
    assert {one["spec"]["strategy"]["type"] for one in found["candidates"]} == {"breakout"}
    assert Store().document(found["hash"])["trials"] == found["trials"] == 8
    assert sorted(path.name for path in output.iterdir()) == ["generate.ipynb", "generation.json"]
    assert json.loads((output / "generation.json").read_text())["candidates"] == found["candidates"]


@pytest.mark.parametrize(
    ("goal", "more", "said"),
    [
        ("", (), "goal is empty"),
        ("momentum on TSLA", (), "Unknown instrument 'TSLA'"),
        ("sharpe > 2, sharpe < 1", (), "at once"),
        ("momentum", ("--risk", "reckless"), "Unknown risk"),
        ("momentum", ("--seed", "1", "--set", "seed=2"), "seed is given twice"),
    ],
)
def test_a_goal_that_makes_no_sense_is_refused_before_anything_starts(aurelius, at_home, goal, more, said):
    refused = aurelius("generate", goal, *more)
    assert (refused.code, said in refused.err) == (2, True)


def test_an_orchestration_tells_every_stage_and_exits_by_the_verdict(orchestrated):
    found = orchestrated.document
    assert [one["stage"] for one in found["stages"]] == ["generate", "backtest", "validate", "dev", "crv", "product"]
    assert orchestrated.code == (0 if found["passed"] else 1)
    assert found["finished"]


def test_a_run_is_shown_by_its_name(orchestrated, aurelius, at_home):
    found = orchestrated.document
    shown = aurelius("orchestrate", "show", found["run"][:12], "--json")
    assert (shown.code, shown.document["hash"], shown.document["status"]) == (0, found["hash"], found["status"])


def test_a_finished_run_comes_back_as_it_is_and_is_listed(orchestrated, aurelius, at_home):
    found = orchestrated.document
    again = aurelius("orchestrate", "resume", found["run"], "--json")
    listed = aurelius("orchestrate", "list", "--json")
    assert (again.code, again.document["hash"]) == (orchestrated.code, found["hash"])
    assert found["run"] in [one["run"] for one in listed.document["runs"]]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run",), "goal or --strategy must be given"),
        (("run", "momentum", "--strategy", "breakout"), "and not both"),
        (("run", "--strategy", "nothing"), "Unknown strategy type"),
        (("show", "0123456789ab"), "No orchestration"),
    ],
)
def test_an_orchestration_that_makes_no_sense_is_refused(aurelius, at_home, words, said):
    refused = aurelius("orchestrate", *words)
    assert (refused.code, said in refused.err) == (2, True)
