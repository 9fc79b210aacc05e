"""Progress: a bar in a notebook, messages in a job, and never more than five a second."""

import sys
import time

import numpy as np
import pandas as pd
import pytest
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

import aurelius_kernel as ak
from aurelius_kernel import lab, mime
from aurelius_kernel.errors import InvalidField
from aurelius_kernel.lab import ProgressBar, show_progress


@pytest.fixture
def displays(monkeypatch):
    """What a notebook would have been shown."""
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    publisher = CapturingDisplayPublisher()
    monkeypatch.setattr(shell, "display_pub", publisher)
    yield publisher.outputs
    InteractiveShell.clear_instance()
    sys.displayhook = sys.__displayhook__


@pytest.fixture
def messages(displays, monkeypatch):
    """The same as a job's runner gets it."""
    monkeypatch.setenv("AURELIUS_JOB", "1")
    return lambda: [output["data"][mime.PROGRESS] for output in displays]


def test_a_bar_goes_from_nothing_to_done(messages):
    with ak.progress("simulating", total=4) as bar:
        bar.update()
        bar.update(2, "the hard part")
    assert messages() == [
        {"fraction": 0.0, "stage": "simulating"},
        {"fraction": 0.25, "stage": "simulating"},
        {"fraction": 0.75, "stage": "simulating: the hard part"},
        {"fraction": 1.0, "stage": "simulating"},
    ]


def test_without_a_total_it_tells_how_much_was_done(messages):
    with ak.progress("reading") as bar:
        bar.at(1_000)
    assert messages()[1] == {"fraction": 0.0, "stage": "reading", "done": 1_000}


def test_however_often_it_is_told_it_shows_at_most_five_steps_a_second(messages):
    with ak.progress("fast", total=100_000) as bar:
        began = time.monotonic()
        while time.monotonic() - began < 0.9:
            bar.update()
    assert len(messages()) <= 5


def test_work_that_fails_is_not_shown_as_done(messages):
    with pytest.raises(ZeroDivisionError), ak.progress("failing", total=2):
        raise ZeroDivisionError
    assert [told["fraction"] for told in messages()] == [0.0]


@pytest.mark.parametrize("total", [0, -1, float("nan")])
def test_a_total_that_is_none_is_refused(total):
    with pytest.raises(InvalidField, match="total must be more than 0"):
        ak.progress("nothing", total=total)


def test_in_a_notebook_one_bar_moves_and_its_words_cannot_be_markup(displays):
    with ak.progress("<script>", total=2) as bar:
        bar.update()
    kinds = [output["update"] for output in displays]
    assert kinds == [False, True, True]
    assert len({output["transient"]["display_id"] for output in displays}) == 1
    assert displays[-1]["data"]["text/plain"].startswith("<script> · 100 % · ")
    assert "<script>" not in displays[-1]["data"]["text/html"]


def random_walk(bars):
    close = 100 * np.exp(np.cumsum(np.random.default_rng(3).normal(0, 0.01, bars)))
    index = pd.date_range("2000-01-03", periods=bars, freq="h", tz="UTC")
    return pd.DataFrame({"open": close, "high": close, "low": close, "close": close, "volume": 1e6}, index=index)


@pytest.fixture(scope="module")
def told():
    """A long run, what it told on its way, and the same run that told nobody."""
    heard = []
    question = {"bars": {"A": random_walk(150_000)}, "frequency": "1h", "keep": False, "capital": 10_000}
    loud = ak.backtest("trend_following", progress=lambda fraction, stage: heard.append((fraction, stage)), **question)
    return heard, loud, ak.backtest("trend_following", **question)


def test_a_backtest_tells_from_inside_the_run_where_the_account_stands(told):
    heard, result, _ = told
    inside = [(fraction, stage.account) for fraction, stage in heard if hasattr(stage, "account")]
    assert [round(fraction, 3) for fraction, _ in inside] == [0.631, 0.762, 0.8]
    for _, account in inside:
        bar = result.equity.index.get_loc(pd.Timestamp(account["bar_time"]))
        closed = (result.trades["exit_time"] <= account["bar_time"])[result.trades["status"] == "closed"].sum()
        assert (account["equity"], account["trades"]) == (result.equity.iloc[bar], closed)


def test_a_run_that_is_watched_gives_the_same_to_the_bit(told):
    _, watched, alone = told
    assert watched.hash == alone.hash


def test_a_bar_takes_the_progress_of_a_backtest(messages):
    bar = ProgressBar("run")
    ak.backtest("trend_following", bars={"A": random_walk(500)}, frequency="1h", keep=False, progress=bar)
    first, *_, last = messages()
    assert (first["stage"], last["fraction"]) == ("loading bars", 1.0)
    assert [set(told) for told in messages() if "equity" in told] == [{"fraction", "stage", "bar_time", "equity", "trades"}]


def test_the_progress_of_a_notebook_begins_anew_with_each_piece_of_work(displays):
    for _ in range(2):
        show_progress(0.0, "loading")
        show_progress(1.0, "done")
    assert [output["update"] for output in displays] == [False, True, False, True]


def test_the_door_is_the_same_whichever_was_opened_first():
    assert callable(lab.show_progress)
    assert (callable(ak.progress), ak.progress) == (True, lab.progress)
