"""Look-ahead: no leak of the zoo gets through, and no honest strategy is accused."""

from __future__ import annotations

import numpy as np
import pytest

import aurelius_kernel as ak
from aurelius_kernel.artifacts import Store
from aurelius_kernel.gates import RULES, probe
from aurelius_kernel.research.case import case_of
from aurelius_kernel.strategies import Strategy
from tests.kernel.gates.leaks import LEAKS, PeeksAtTheOther, Rule, above_its_average, rule

BARS = 400
QUICK = {"ml_classifier": {"min_train": 120, "refit_every": 80, "feature_window": 10}}
HONEST = sorted(name for name, family in Strategy.families.items() if family.__module__.startswith("aurelius_kernel."))


def case(strategy, bars, instruments=None, probes=None, **settings):
    result = ak.backtest(strategy, bars=bars, instruments=instruments, keep=False, **settings)
    return case_of(result, Store(), bars=bars, strategy=strategy, probes=probes)


@pytest.fixture(scope="module")
def bars(goog):
    return {"GOOG": goog.iloc[:BARS]}


@pytest.mark.parametrize("name", LEAKS)
def test_no_leak_of_the_zoo_gets_through(name, bars):
    found = RULES["lookahead_bias"].check(case(LEAKS[name], bars))
    assert {violation.severity for violation in found.violations} == {"critical"}
    assert all(violation.evidence for violation in found.violations)


@pytest.mark.parametrize("name", ["knows_tomorrows_close", "sells_at_what_will_have_been_the_top", "LimitsAtTomorrowsLow"])
def test_the_evidence_of_a_leak_brings_it_about_again(name, bars):
    leak = LEAKS[name]
    for violation in RULES["lookahead_bias"].check(case(leak, bars)).violations:
        for evidence in violation.evidence:
            kind, where = evidence.place.removeprefix("signals.").split("[")
            bar = where.split(", ")[1].removesuffix("]")
            told = leak.signals(probe(bars, evidence.replay)).frame()[kind].loc[bar]
            assert np.isclose(float(told), float(evidence.expected), equal_nan=True)
            assert not np.isclose(float(told), float(evidence.found), equal_nan=True)


def test_a_cut_alone_finds_what_another_future_does_not_move(bars):
    violations = RULES["lookahead_bias"].check(case(LEAKS["sells_at_what_will_have_been_the_top"], bars)).violations
    assert "cut" in {evidence.replay["method"] for violation in violations for evidence in violation.evidence}


def test_a_peek_at_another_instrument_is_found(stocks):
    bars = {name: stocks[name].iloc[-400:] for name in ("AAPL", "IBM")}
    (first, *_) = RULES["lookahead_bias"].check(case(PeeksAtTheOther(), bars)).violations
    assert "AAPL" in first.message


def test_a_strategy_that_fails_without_its_future_is_not_believed(bars):
    class NeedsItsFuture(Rule):
        def wanted(self, bars):
            tomorrow = bars["close"].loc["2006-01-10":]
            return bars["close"] < tomorrow.iloc[0]

    (found, *_) = RULES["lookahead_bias"].check(case(NeedsItsFuture(), bars)).violations
    assert "fails (IndexError" in found.message


def test_a_fill_on_the_signals_own_bar_is_reported(bars):
    honest = rule(lambda bars: above_its_average(bars["close"]))
    (found,) = RULES["lookahead_bias"].check(case(honest, bars, execution="close")).violations
    assert found.severity == "critical"
    assert found.evidence[0].place.startswith("orders[")


def real_bars(name, stocks, carry):
    if name == "carry_trade":
        rates = {one: frame.assign(**dict.fromkeys(("open", "high", "low"), frame["close"])) for one, frame in carry.items()}
        return {"GOOG": stocks["GOOG"], "IBM": stocks["IBM"], **rates}, ["GOOG", "IBM"]
    names = {"pairs_trading": ["AAPL", "MSFT"], "stat_arb": list(stocks), "market_neutral": list(stocks)}.get(name, ["GOOG"])
    return {one: stocks[one] for one in names}, names


@pytest.mark.parametrize("name", HONEST)
def test_no_honest_family_is_accused(name, stocks, carry):
    bars, instruments = real_bars(name, stocks, carry)
    bars = {one: frame.iloc[-700:] for one, frame in bars.items()}
    tried = case(Strategy.create(name, **QUICK.get(name, {})), bars, instruments, probes=None if name == "trend_following" else 150)
    for rule_id in ("lookahead_bias", "warm_up", "second_engine", "metric_mismatch", "equity_reconciles", "drawdown_range"):
        assert RULES[rule_id].check(tried).violations == ()


def test_the_zoo_is_large_enough():
    assert len(LEAKS) >= 15
