"""Each rule against a result that breaks it, with evidence; and against one that does not."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest

import aurelius_kernel as ak
from aurelius_kernel.artifacts import Store
from aurelius_kernel.gates import RULES, Policy, TrialCount, Universe, judge
from aurelius_kernel.research.case import case_of
from aurelius_kernel.strategies import SingleInstrumentStrategy
from tests.kernel.gates.leaks import Rule


class BuysAndHolds(SingleInstrumentStrategy):
    type: ClassVar[str] = "buys_and_holds"
    summary: ClassVar[str] = "Buys at the first chance and keeps it."
    expanding: ClassVar[bool] = True

    @property
    def warm_up(self):
        return 0

    def decide_one(self, bars):
        return {"entries": np.arange(len(bars)) == 0, "exits": np.zeros(len(bars), dtype=np.bool_)}


def bars_of(closes):
    close = np.array(closes, dtype=np.float64)
    opens = np.concatenate([close[:1], close[:-1]])
    columns = {"open": opens, "high": np.maximum(opens, close), "low": np.minimum(opens, close), "close": close, "volume": 1e9}
    return pd.DataFrame(columns, index=pd.date_range("2024-01-02 21:00", periods=len(close), freq="D", tz="UTC"))


@pytest.fixture(scope="module")
def run(goog):
    """A backtest of moving averages on GOOG, by settings; each once."""
    kept = {}

    def of(**settings):
        key = repr(settings)
        if key not in kept:
            kept[key] = ak.backtest("trend_following", bars={"GOOG": goog}, keep=False, **settings)
        return kept[key]

    return of


@pytest.fixture(scope="module")
def brought(goog):
    """The case of a result on GOOG."""
    return lambda result, **more: case_of(result, Store(), bars={"GOOG": goog}, **more)


def found(rule_id, case):
    return RULES[rule_id].check(case).violations


# --- the golden facts -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def golden():
    """An account worth 100000, 105000, 99750 and 110000."""
    bars = {"X": bars_of([100.0, 105.0, 99.75, 110.0])}
    result = ak.backtest(BuysAndHolds(), bars=bars, costs=ak.Costs.zero(), keep=False)
    assert result.equity_values.tolist() == [100_000.0, 105_000.0, 99_750.0, 110_000.0]
    return lambda reported: case_of(
        replace(result, metrics={**result.metrics, "max_drawdown": reported}),
        Store(),
        bars=bars,
        strategy=BuysAndHolds(),
        policy=Policy(maximum_turnover=100.0),
    )


def test_the_golden_drawdown_is_five_percent(golden):
    assert golden(-0.05).recomputed["max_drawdown"] == pytest.approx(-0.05, abs=1e-15)
    assert [v.rule_id for v in judge(golden(-0.05)).violations if v.severity.fails] == []


def test_a_drawdown_reported_as_35_percent_is_one_mismatch_and_one_limit(golden):
    failing = [violation for violation in judge(golden(-0.35)).violations if violation.severity.fails]
    assert sorted(violation.rule_id for violation in failing) == ["drawdown_limit", "metric_mismatch"]
    (evidence,) = failing[0].evidence
    assert (evidence.place, evidence.found, evidence.expected) == ("metrics.max_drawdown", -0.35, pytest.approx(-0.05))


# --- numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sharpe_ratio", "total_return", "win_rate", "profit_factor", "total_trades", "psr", "turnover"])
def test_a_metric_that_was_edited_is_named(run, brought, name):
    honest = run()
    edited = replace(honest, metrics={**honest.metrics, name: honest.metrics[name] * (1 + 2e-9)})
    (violation,) = found("metric_mismatch", brought(edited))
    (evidence,) = violation.evidence
    assert (evidence.place, evidence.found, evidence.artifact) == (f"metrics.{name}", edited.metrics[name], edited.hash)
    assert evidence.expected == pytest.approx(honest.metrics[name], rel=1e-12)


def test_a_metric_in_its_last_digits_is_not_accused(run, brought):
    honest = run()
    rounded = replace(honest, metrics={**honest.metrics, "sharpe_ratio": honest.metrics["sharpe_ratio"] * (1 + 1e-12)})
    assert found("metric_mismatch", brought(rounded)) == ()


def test_metrics_edited_in_place_are_found_whatever_was_hashed_before(run, brought, goog):
    victim = replace(run(), metrics=dict(run().metrics))
    before = victim.hash
    victim.metrics["sharpe_ratio"] = 2.5
    report = ak.verify(victim, bars={"GOOG": goog}, probes=10, keep=False)
    assert [violation.rule_id for violation in report.violations if violation.rule_id == "metric_mismatch"] == ["metric_mismatch"]
    assert report.result != before


@pytest.mark.parametrize(
    ("metrics", "place"),
    [({"sharpe_ratio": None}, "metrics.sharpe_ratio"), ({"astonishing": 1.0}, "metrics.astonishing")],
)
def test_a_metric_left_out_or_made_up_is_a_mismatch(run, brought, metrics, place):
    edited = replace(run(), metrics={**run().metrics, **metrics})
    assert [violation.evidence[0].place for violation in found("metric_mismatch", brought(edited))] == [place]


def test_buy_and_hold_is_recomputed_too(run, brought):
    edited = replace(run(), benchmark_metrics={**run().benchmark_metrics, "total_return": 0.0})
    assert [one.evidence[0].place for one in found("metric_mismatch", brought(edited))] == ["benchmark_metrics.total_return"]


def test_profits_moved_between_trades_are_found_though_their_sum_is_the_same(run, brought):
    trades = run().trades.copy()
    moved = min(trades["pnl"].abs().nsmallest(2).iloc[1], 50.0)
    trades.loc[0, "pnl"] += moved
    trades.loc[1, "pnl"] -= moved
    case = brought(replace(run(), trades=trades))
    assert found("equity_reconciles", case) == ()
    assert any(one.evidence[0].place == "trades[0].pnl" for one in found("metric_mismatch", case))


def test_a_year_of_365_bars_is_found(run, brought):
    assert [one.evidence[0].place for one in found("metric_mismatch", brought(replace(run(), periods_per_year=365.0)))] == [
        "periods_per_year"
    ]


# --- the account ------------------------------------------------------------------------------------------------------


def test_a_position_that_was_doubled_does_not_reconcile_and_the_second_engine_sees_it(run, brought):
    doubled = brought(replace(run(), position_values=run().position_values * 2))
    for rule_id in ("equity_reconciles", "second_engine"):
        (violation,) = found(rule_id, doubled)
        assert violation.severity == "critical"
        assert violation.evidence


def test_a_cent_on_one_bar_of_equity_is_found_by_both(run, brought):
    equity = run().equity_values.copy()
    equity[1_000] += 0.02
    case = brought(replace(run(), equity_values=equity))
    assert [len(found(rule_id, case)) for rule_id in ("second_engine", "equity_reconciles")] == [1, 1]
    assert found("second_engine", case)[0].evidence[0].place.startswith("equity[account, ")


def test_a_lost_commission_is_found(run, brought):
    orders = run().orders.copy()
    orders.loc[3, "commission"] = 0.0
    case = brought(replace(run(), orders=orders))
    assert found("second_engine", case)[0].evidence[0].place.startswith("commission[GOOG, ")
    assert "orders and borrow fees" in found("equity_reconciles", case)[0].message


def test_trades_that_do_not_add_up_are_found(run, brought):
    case = brought(replace(run(), trades=run().trades.iloc[1:].reset_index(drop=True)))
    (violation,) = found("equity_reconciles", case)
    assert violation.evidence[0].place == "trades.pnl"


def test_a_result_that_lost_its_worst_bars_is_not_on_its_bars(run, brought):
    kept = slice(0, 2_000)
    fields = ("equity_values", "cash_values", "benchmark_values", "position_values", "borrow_fee_values")
    short = replace(run(), index=run().index[kept], **{name: getattr(run(), name)[kept] for name in fields})
    report = judge(brought(short, probes=10))
    assert [violation.rule_id for violation in report.violations if violation.severity == "critical"] == ["second_engine"]
    assert {finding.rule_id for finding in report.findings if finding.outcome == "unknown"} >= {
        "equity_reconciles",
        "metric_mismatch",
    }


# --- the limits -------------------------------------------------------------------------------------------------------


def test_doubled_leverage_is_beyond_its_limit(run, brought):
    double = run(leverage=4.0, sizing=ak.FractionOfEquity(4.0))
    (violation,) = found("leverage_limit", brought(double))
    assert violation.severity == "high"
    assert max(evidence.found for evidence in violation.evidence) > 4.0
    assert found("leverage_limit", brought(run())) == ()


def test_leverage_within_its_limit_passes_and_another_policy_refuses_it(run, brought):
    levered = run(leverage=1.5, sizing=ak.FractionOfEquity(1.5))
    assert found("leverage_limit", brought(levered)) == ()
    assert len(found("leverage_limit", brought(levered, policy=Policy(maximum_leverage=1.0)))) == 1


def test_concentration_counts_a_small_position_as_a_share_of_the_account(run, brought):
    small = run(sizing=ak.FractionOfEquity(0.2))
    assert found("concentration_limit", brought(small, policy=Policy(maximum_concentration=0.5))) == ()
    (violation,) = found("concentration_limit", brought(run(), policy=Policy(maximum_concentration=0.5)))
    assert violation.evidence[-1].found == pytest.approx(1.0, abs=1e-3)


def test_turnover_beyond_the_policy_is_found(run, brought):
    (violation,) = found("turnover_limit", brought(run(), policy=Policy(maximum_turnover=1.0)))
    assert violation.evidence[0].found == pytest.approx(run().metrics["turnover"])
    assert found("turnover_limit", brought(run())) == ()


def test_a_drawdown_above_zero_is_out_of_range(run, brought):
    (violation,) = found("drawdown_range", brought(replace(run(), metrics={**run().metrics, "max_drawdown": 0.4})))
    assert violation.severity == "critical"


@pytest.mark.parametrize(("sharpe", "doubted"), [(2.9, 0), (3.1, 1), (-3.1, 1), (10.5, 1)])
def test_a_sharpe_ratio_that_is_too_good_is_doubted(run, brought, sharpe, doubted):
    case = brought(replace(run(), metrics={**run().metrics, "sharpe_ratio": sharpe}))
    assert [violation.severity for violation in found("sharpe_plausibility", case)] == ["medium"] * doubted


# --- luck, survivors and costs ----------------------------------------------------------------------------------------


def test_many_trials_make_the_same_result_luck(run, brought):
    alone = brought(run(), trials=TrialCount(count=1))
    many = brought(run(), trials=TrialCount(count=5_000))
    assert found("multiple_testing", alone) == ()
    (violation,) = found("multiple_testing", many)
    assert violation.severity == "medium"
    assert violation.evidence[1].found == 5_000


def test_the_ledger_counts_what_was_swept_before(goog, home):
    bars = {"GOOG": goog}
    result = ak.backtest("trend_following", bars=bars, keep=False)
    ak.sweep("trend_following", grid={"fast": range(5, 25), "slow": range(30, 90)}, bars=bars, keep=False)
    report = ak.verify(result, bars=bars, probes=10, keep=False)
    assert report.trials.count == pytest.approx(1_201, rel=0.1)
    assert [violation.rule_id for violation in report.of_rule("multiple_testing")] == ["multiple_testing"]


def test_only_survivors_of_a_universe_are_stopped(run, brought):
    members = ("GOOG", *(f"S{number}" for number in range(19)))
    case = brought(run(), universe=Universe.of(name="internet, 2004", members=members, delisted=("LYCOS", "EXCITE")))
    (survivors, few) = found("survivorship_bias", case)
    assert (survivors.severity, few.severity) == ("high", "medium")
    assert survivors.evidence[0].artifact == case.universe.hash


def test_a_universe_with_its_dead_in_the_data_passes(run, brought):
    assert (
        found("survivorship_bias", brought(run(), universe=Universe.of(name="two", members=("GOOG", "X"), delisted=("GOOG",))))
        == ()
    )


def test_a_universe_nobody_declared_is_unknown_or_where_required_a_failure(run, brought):
    finding = RULES["survivorship_bias"].check(brought(run()))
    assert (finding.known, finding.violations) == (False, ())
    (violation,) = found("survivorship_bias", brought(run(), policy=Policy(universe_required=True)))
    assert violation.severity == "high"


def test_an_edge_of_a_few_basis_points_is_fragile(goog):
    class TurnsEveryDay(Rule):
        def wanted(self, bars):
            return np.arange(len(bars)) % 2 == 0

    bars = {"GOOG": goog}
    result = ak.backtest(TurnsEveryDay(), bars=bars, costs=ak.Costs.zero(), keep=False)
    case = case_of(result, Store(), bars=bars, strategy=TurnsEveryDay())
    (violation,) = found("cost_fragility", case)
    assert "breaks even at" in violation.message


def test_the_break_even_cost_is_where_the_account_earns_nothing(run, goog):
    report = ak.verify(run(), bars={"GOOG": goog}, probes=10, keep=False)
    bps = report.stress.break_even_bps
    at = [run(costs=ak.Costs(commission_bps=bps + more, slippage_bps=0.0)).metrics["total_return"] for more in (-1.0, 1.0)]
    assert at[0] > 0.0 > at[1]


def test_a_break_even_cost_is_always_shown(run, brought):
    assert "break-even cost of" in RULES["cost_fragility"].check(brought(run())).looked


def test_delay_and_capacity_are_measured(run, brought):
    stress = brought(run()).stress
    assert [outcome.amount for outcome in stress.delays] == [1.0, 2.0, 5.0]
    assert stress.capacity == 100_000_000.0
    assert stress.accounts[0].total_return != stress.accounts[-1].total_return


def test_a_fill_one_bar_late_is_the_decisions_one_bar_late(run, brought, goog):
    class Later(Rule):
        def decide_one(self, bars):
            decided = ak.Strategy.create("trend_following").decide_one(bars)
            return {
                kind: np.concatenate([[False], np.asarray(array)[:-1]])
                for kind, array in decided.items()
                if kind in ("entries", "exits")
            }

        @property
        def warm_up(self):
            return ak.Strategy.create("trend_following").warm_up + 1

    late = ak.backtest(Later(), bars={"GOOG": goog}, keep=False)
    assert brought(run()).stress.delays[0].total_return == pytest.approx(late.metrics["total_return"], rel=1e-12)


# --- the warm-up ------------------------------------------------------------------------------------------------------


def test_a_warm_up_that_is_too_short_is_found(goog):
    class LooksBackFurtherThanItSays(Rule):
        def wanted(self, bars):
            return bars["close"] > bars["close"].ewm(span=60, adjust=False).mean()

    bars, strategy = {"GOOG": goog}, LooksBackFurtherThanItSays()
    (violation,) = found("warm_up", case_of(ak.backtest(strategy, bars=bars, keep=False), Store(), bars=bars, strategy=strategy))
    assert violation.severity == "high"
    assert violation.evidence[0].replay["method"] == "begin"
