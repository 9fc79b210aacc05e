"""Wherever a Sharpe ratio is shown, the number of trials behind it stands beside it."""

from __future__ import annotations

import json

import numpy as np
import pytest

from aurelius_kernel.artifacts import Store, Trial
from aurelius_kernel.reporting.trials_beside import beside, tried


@pytest.fixture
def ledger(tmp_path, monkeypatch, goog):
    """A ledger of one's own, and how to add so many sets to what was tried on the data of the result."""
    monkeypatch.setenv("AURELIUS_HOME", str(tmp_path))

    def add(count: int) -> None:
        trial = Trial.of(goog.identity.data_hash, "a", np.arange(count, dtype=np.uint64))
        Store().trials.record(goog.spec.strategy.type, [trial])

    return add


def test_a_card_says_that_nobody_counted(ledger, goog):
    assert "Sharpe ratio, trials not recorded" in goog._repr_mimebundle_()["text/plain"]


@pytest.mark.parametrize(("count", "words"), [(1, "Sharpe ratio, the only one tried"), (37, "Sharpe ratio, of 37 tried")])
def test_a_card_says_how_many_were_tried(ledger, goog, count, words):
    ledger(count)
    card = goog._repr_mimebundle_()
    assert words in card["text/plain"]
    assert words in card["text/html"]


def test_a_report_counts_the_trials_of_the_ledger_unless_told(ledger, goog, tmp_path):
    ledger(37)
    told = [json.loads(goog.report(tmp_path / "report.json", **options).read_text())["trials"] for options in ({}, {"trials": 5})]
    assert told == [37, 5]


def test_a_store_that_cannot_be_read_knows_nothing(ledger, goog, tmp_path):
    (tmp_path / "store").write_text("in the way")
    assert (tried(goog), beside(None)) == (None, "trials not recorded")
