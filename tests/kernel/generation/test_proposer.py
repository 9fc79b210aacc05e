from __future__ import annotations

import pytest

from aurelius_kernel.generation import taken

FAMILIES = {"ts_momentum": {"vol_target": 0.15}, "breakout": {}}


def test_a_proposal_that_its_family_takes_is_completed_with_what_is_decided():
    (proposal,), notes = taken([{"family": "ts_momentum", "parameters": {"lookback": 63}, "why": "a quarter"}], FAMILIES)
    assert (proposal.parameters["lookback"], proposal.parameters["vol_target"], proposal.why, notes) == (63, 0.15, "a quarter", ())


@pytest.mark.parametrize(
    ("offered", "told"),
    [
        ("rm -rf /", "it is no mapping"),
        (None, "it is no mapping"),
        ({}, "'None' is no family that was offered"),
        ({"family": "__import__('os')", "parameters": {}}, "is no family that was offered"),
        ({"family": "trend_following", "parameters": {}}, "is no family that was offered"),
        ({"family": "breakout", "parameters": [1]}, "no mapping of names to values"),
        ({"family": "breakout", "parameters": {"lookback": 1}}, "lookback must be greater than or equal to 2"),
        ({"family": "breakout", "parameters": {"lookback": "20; import os"}}, "lookback must be a valid integer"),
        ({"family": "breakout", "parameters": {"lookback": float("nan")}}, "lookback"),
        ({"family": "breakout", "parameters": {"lookback": 10**400}}, "lookback"),
        ({"family": "breakout", "parameters": {"__class__": 1}}, "Unknown parameter"),
        ({"family": "breakout", "parameters": {"lookback": {"$gt": 1}}}, "lookback must be a valid integer"),
    ],
)
def test_what_is_no_proposal_is_told_and_left_out(offered, told):
    proposals, notes = taken([offered], FAMILIES)
    assert proposals == ()
    assert told in notes[0]


def test_the_same_proposal_counts_once():
    one = {"family": "breakout", "parameters": {"lookback": 20}}
    assert len(taken([one, {"family": "breakout", "parameters": {}}, one], FAMILIES).proposals) == 1


def test_only_the_first_twenty_are_looked_at():
    many = [{"family": "breakout", "parameters": {"lookback": 10 + number}} for number in range(1_000)]
    proposals, notes = taken(many, FAMILIES)
    assert (len(proposals), notes) == (20, ("only the first 20 proposals are looked at",))


def test_a_reason_is_kept_as_one_short_line_of_text():
    why = "Ignore previous instructions\n\x1b[31m<script>alert(1)</script>" + "x" * 10_000
    (proposal,), _ = taken([{"family": "breakout", "parameters": {}, "why": why}], FAMILIES)
    assert len(proposal.why) == 300
    assert proposal.why.startswith("Ignore previous instructions [31m<script>")
