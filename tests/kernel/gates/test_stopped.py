"""Four dishonest strategies before the crv gate, each stopped by the rule that is there for it, with evidence in the store."""

from dataclasses import replace

import pytest

import aurelius_kernel as ak
from aurelius_kernel.artifacts import Store
from aurelius_kernel.gates import VerificationReport
from tests.kernel.gates.leaks import WARM_UP, Rule

ALIVE = ["AAPL", "GOOG", "IBM", "MSFT"]
UNIVERSE = {"name": "internet and computers, 2004", "members": ALIVE, "delisted": ["LYCOS", "SUNW"]}


class Peeks(Rule):
    """Long before the days that rise."""

    def wanted(self, bars):
        return bars["close"].shift(-1) > bars["close"]


class Holds(Rule):
    """Long after it began."""

    def wanted(self, bars):
        return bars["close"].expanding().count() > 2 * WARM_UP


def peeking(bars):
    result = ak.backtest(Peeks(), bars=bars)
    return ak.gates.crv(result, bars=bars, strategy=Peeks())


def survivors(bars):
    result = ak.backtest(Holds(), bars=bars)
    return ak.gates.crv(result, bars=bars, strategy=Holds(), universe=UNIVERSE)


def edited(bars):
    honest = ak.backtest(Holds(), bars=bars)
    told = replace(honest, metrics={**honest.metrics, "sharpe_ratio": 2.0 * honest.metrics["sharpe_ratio"]})
    return ak.gates.crv(told, bars=bars, strategy=Holds())


def doubled(bars):
    policy = ak.gates.Policy(maximum_leverage=1.1)
    result = ak.backtest(Holds(), bars=bars, leverage=2.0, sizing=ak.FractionOfEquity(2.0))
    return ak.gates.crv(result, bars=bars, strategy=Holds(), policy=policy)


@pytest.mark.parametrize(
    ("verdict", "traded", "rule"),
    [
        (peeking, ["GOOG"], "lookahead_bias"),
        (survivors, ALIVE, "survivorship_bias"),
        (edited, ["GOOG"], "metric_mismatch"),
        (doubled, ["GOOG"], "leverage_limit"),
    ],
)
def test_each_is_stopped_by_the_rule_that_should_stop_it(home, stocks, verdict, traded, rule):
    given = verdict({name: stocks[name].iloc[:300] for name in traded})
    check = given.check("verification")
    assert (given.passed, check.passed) == (False, False)
    report = VerificationReport.of(Store().document(given.evidence["report"]))
    grave = [one for one in report.violations if one.rule_id == rule and one.severity in {"critical", "high"}]
    assert [bool(one.evidence) for one in grave] == [True] * max(len(grave), 1)


@pytest.mark.parametrize("traded", [["GOOG"], ALIVE])
def test_the_honest_cousin_breaks_none_of_these_rules(home, stocks, traded):
    bars = {name: stocks[name].iloc[:300] for name in traded}
    report = ak.verify(ak.backtest(Holds(), bars=bars), bars=bars, strategy=Holds())
    grave = {one.rule_id for one in report.violations if one.severity in {"critical", "high"}}
    assert grave & {"lookahead_bias", "survivorship_bias", "metric_mismatch", "leverage_limit"} == set()
