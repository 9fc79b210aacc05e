from __future__ import annotations

import pytest

from aurelius_kernel.errors import ImpossibleRequest, InvalidField
from aurelius_kernel.generation import CHECKS, changed
from aurelius_kernel.model import BacktestSpec, FractionOfEquity
from aurelius_kernel.strategies import Strategy

BUILT_IN = sorted(name for name, family in Strategy.families.items() if family.__module__.startswith("aurelius_kernel."))


def spec(family: str = "trend_following", parameters: dict | None = None, **run) -> BacktestSpec:
    strategy = Strategy.create(family, **(parameters or {}))
    return BacktestSpec.of(strategy=strategy.spec(), instruments=["A"], **run)


@pytest.mark.parametrize(
    ("family", "failed", "difference"),
    [
        ("trend_following", "max_drawdown", {"trailing_stop": (None, 0.15)}),
        ("trend_following", "leverage_limit", {"sizing": (None, {"kind": "fraction_of_equity", "fraction": 0.6})}),
        ("ts_momentum", "leverage_limit", {"max_position": (1.0, 0.6), "vol_target": (0.15, 0.09)}),
        ("trend_following", "turnover_limit", {"fast": (20, 30), "slow": (100, 150)}),
        ("breakout", "cost_fragility", {"lookback": (20, 30), "exit_lookback": (10, 15)}),
        ("mean_reversion", "sharpe_ratio", {"window": (20, 30)}),
        ("ts_momentum", "validation_passed", {"lookback": (252, 378)}),
        ("breakout", "deflated_sharpe", {"lookback": (20, 30), "exit_lookback": (10, 15)}),
    ],
)
def test_a_failed_check_changes_what_could_mend_it_and_says_why(family, failed, difference):
    change = changed(spec(family), [failed])
    assert (change.changed, change.cause) == (difference, failed)
    assert change.reason.startswith(f"The check {failed} failed because")


@pytest.mark.parametrize(
    ("words", "difference"),
    [
        ("stop loss of 5%", {"stop_loss": (None, 0.05)}),
        ("please set a trailing stop at 12.5 %", {"trailing_stop": (None, 0.125)}),
        ("fast = 8", {"fast": (20, 8)}),
        ("Slow to 60", {"slow": (100, 60)}),
        ("far too many trades", {"fast": (20, 30), "slow": (100, 150)}),
        ("it lags, make it faster", {"fast": (20, 13), "slow": (100, 67)}),
        ("the drawdowns are too deep", {"trailing_stop": (None, 0.15)}),
        ("positions are too large", {"sizing": (None, {"kind": "fraction_of_equity", "fraction": 0.6})}),
    ],
)
def test_the_readers_words_change_what_they_ask_for(words, difference):
    change = changed(spec(), [], words)
    assert (change.changed, change.cause) == (difference, "the reader")


def test_the_readers_words_come_before_failed_checks():
    assert changed(spec(), ["turnover_limit"], "stop loss 5%").changed == {"stop_loss": (None, 0.05)}


def test_what_was_tried_is_not_tried_again():
    first = changed(spec(), ["max_drawdown"])
    second = changed(spec(), ["max_drawdown"], tried=[first.spec.hash])
    assert (list(first.changed), list(second.changed)) == (["trailing_stop"], ["sizing"])


def test_a_change_that_the_family_refuses_is_passed_over():
    assert changed(spec(), [], "fast = 500; stop loss 5%").changed == {"stop_loss": (None, 0.05)}


def test_when_every_known_change_was_tried_that_is_said():
    tried: list[str] = []
    for _ in range(4):
        tried.append(changed(spec(), ["max_drawdown"], tried=tried).spec.hash)
    with pytest.raises(ImpossibleRequest, match="in every way that is known"):
        changed(spec(), ["max_drawdown"], tried=tried)


@pytest.mark.parametrize("failed", [[], ["lookahead_bias"], ["replay_identical", "lineage_complete"]])
def test_what_no_parameter_can_mend_is_refused(failed):
    with pytest.raises(ImpossibleRequest, match="nothing that a parameter could mend"):
        changed(spec(), failed, "hello")


@pytest.mark.parametrize("family", BUILT_IN)
@pytest.mark.parametrize("failed", sorted(CHECKS))
def test_every_change_of_every_family_can_be_run(family, failed):
    kind, tried = Strategy.families[family], []
    names = [f"I{number}" for number in range(kind.min_instruments)]
    own = BacktestSpec.of(strategy=kind.of().spec(), instruments=names, sizing=FractionOfEquity(1.0))
    for _ in range(3):
        try:
            change = changed(own, [failed], tried=tried)
        except ImpossibleRequest:
            break
        tried.append(change.spec.hash)
        kind.of(change.spec.strategy.parameters)
        assert change.spec != own
    assert tried or CHECKS[failed].name in {"WEAK", "LUCKY", "UNSTABLE", "BUSY", "LARGE"}


@pytest.mark.parametrize("words", ["x" * 5_001])
def test_feedback_that_is_too_long_is_refused(words):
    with pytest.raises(InvalidField, match="at most 5,000"):
        changed(spec(), [], words)


@pytest.mark.parametrize("words", ["stop loss 0%", "fast = 99999999999999999999", "\x00\ud800", "lookback = nan", "📉 drawdown"])
def test_odd_words_change_nothing_that_is_impossible(words):
    change = changed(spec(), ["max_drawdown"], words)
    assert set(change.changed) <= {"trailing_stop"}
