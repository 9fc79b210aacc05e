"""Readiness by its table: what each fact costs, what blocks, and what is to be done."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from aurelius_kernel.gates import WEIGHTS, ReadinessFacts, Subject, score
from aurelius_kernel.model import RunIdentity, StrategySpec

SUBJECT = Subject(
    strategy=StrategySpec(type="trend_following"),
    instruments=("GOOG",),
    identity=RunIdentity(spec_hash="s", data_hash="d", seed=1, engine_version="1"),
    result="0" * 64,
)
READY = ReadinessFacts(
    identity=True,
    replayed=True,
    paths_agree=True,
    validation_passed=True,
    crv_metrics=True,
    risk_complete=True,
    policy_violations=(),
    lineage_complete=True,
    healthy=True,
    evidence_hours=1.0,
    report=True,
    maturity="candidate",
)


def test_the_weights_are_those_of_the_formula():
    assert WEIGHTS == {"determinism": 0.25, "risk": 0.20, "policy": 0.25, "operations": 0.15, "understanding": 0.15}


def test_with_everything_shown_it_is_green_at_a_hundred():
    card = score(SUBJECT, READY)
    assert (card.score, card.band, card.blockers, card.next_actions, card.promotable) == (100.0, "Green", (), (), True)


def test_with_nothing_shown_it_is_red_and_says_what_to_do():
    card = score(SUBJECT, ReadinessFacts())
    assert (card.score, card.band, card.promotable) == (15.0 * 0.30 + 25.0 * 0.30, "Red", False)
    assert card.next_actions[:2] == ("Run the crv gate.", "Run the dev gate.")
    assert len(card.blockers) == 5


@pytest.mark.parametrize(
    ("change", "component", "left", "blocks"),
    [
        ({"replayed": None}, "determinism", 60, True),
        ({"identity": False}, "determinism", 70, True),
        ({"replayed": False}, "determinism", 70, True),
        ({"paths_agree": False}, "determinism", 70, True),
        ({"replayed": False, "paths_agree": False}, "determinism", 70, True),
        ({"replayed": None, "identity": False, "paths_agree": False}, "determinism", 0, True),
        ({"validation_passed": False}, "risk", 50, False),
        ({"crv_metrics": False}, "risk", 75, False),
        ({"risk_complete": False}, "risk", 75, False),
        ({"policy_violations": ("max_drawdown",)}, "policy", 40, True),
        ({"policy_violations": ("max_drawdown", "sharpe_ratio")}, "policy", 40, True),
        ({"policy_violations": None}, "policy", 40, True),
        ({"lineage_complete": False}, "policy", 60, True),
        ({"healthy": False}, "operations", 60, False),
        ({"evidence_hours": 24.1}, "operations", 70, False),
        ({"evidence_hours": None}, "operations", 70, False),
        ({"healthy": False, "reasons": ("disk", "clock")}, "operations", 30, False),
        ({"report": False}, "understanding", 40, False),
        ({"maturity": ""}, "understanding", 60, False),
        ({"report": False, "maturity": ""}, "understanding", 0, False),
    ],
)
def test_each_fact_costs_its_points(change, component, left, blocks):
    card = score(SUBJECT, replace(READY, **change))
    assert card.components == {name: left if name == component else 100.0 for name in WEIGHTS}
    assert card.score == pytest.approx(100.0 - WEIGHTS[component] * (100.0 - left))
    assert (card.band == "Red", bool(card.blockers)) == (blocks, blocks)
    assert card.next_actions


def test_the_bands_begin_at_85_and_70():
    amber = score(SUBJECT, replace(READY, validation_passed=False, crv_metrics=False))
    assert (amber.score, amber.band) == (85.0, "Green")
    lower = score(SUBJECT, replace(READY, validation_passed=False, crv_metrics=False, evidence_hours=None))
    assert (lower.score, lower.band, lower.promotable) == (80.5, "Amber", False)
    lost = replace(READY, validation_passed=False, crv_metrics=False, healthy=False, report=False, maturity="")
    assert (score(SUBJECT, lost).score, score(SUBJECT, lost).band) == (64.0, "Red")


def test_a_blocker_is_red_whatever_the_score():
    card = score(SUBJECT, replace(READY, identity=False))
    assert (card.score, card.band) == (92.5, "Red")


def test_no_component_falls_below_zero():
    facts = [
        replace(ReadinessFacts(), replayed=replayed, paths_agree=agree, reasons=reasons)
        for replayed, agree, reasons in itertools.product((None, False), (None, False), ((), ("a", "b", "c")))
    ]
    assert min(min(score(SUBJECT, one).components.values()) for one in facts) == 0.0


def test_the_change_since_the_last_is_told():
    before = score(SUBJECT, replace(READY, report=False))
    after = score(SUBJECT, READY, previous=before)
    assert (before.change, after.change, after.previous) == (None, 9.0, before.hash)


def test_blockers_come_first_among_what_is_to_be_done():
    card = score(SUBJECT, replace(READY, report=False, lineage_complete=False))
    assert card.next_actions[0] == "Run the product gate, and mend the gaps that it names."
