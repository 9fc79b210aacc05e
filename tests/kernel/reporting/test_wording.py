from __future__ import annotations

import pytest

from aurelius_kernel.model import (
    BacktestSpec,
    Costs,
    EqualRisk,
    FixedCash,
    FractionOfEquity,
    HalfKelly,
    StrategySpec,
    VolatilityTarget,
)
from aurelius_kernel.reporting import wording


def spec(**settings) -> dict:
    return BacktestSpec.of(strategy=StrategySpec(type="trend_following"), instruments=("GOOG",), **settings).document()


@pytest.mark.parametrize(
    ("family", "heading"),
    [
        ("trend_following", "Trend following"),
        ("ts_momentum", "Ts momentum"),
        ("SMA cross №2", "SMA cross №2"),
        ("Zażółć · 株式", "Zażółć · 株式"),
        ("a__b", "a__b"),
        ("#sys", "#sys"),
    ],
)
def test_only_plain_family_names_are_turned_into_headings(family, heading):
    assert wording.title(family) == heading


def test_parameters_are_named_in_order_with_their_values():
    told = wording.parameters_in_words({"slow": 30, "fast": 10, "stop": -0.5, "ema": True, "note": "x", "none": None})
    assert told == "ema yes · fast 10 · none None · note x · slow 30 · stop −0.5"


@pytest.mark.parametrize(
    ("frequency", "words"),
    [
        ("1d", "daily"),
        ("1w", "weekly"),
        ("1h", "hourly"),
        ("1min", "every minute"),
        ("15min", "every 15 minutes"),
        ("2d", "every 2 days"),
    ],
)
def test_a_frequency_is_told_in_words(frequency, words):
    assert wording.frequency_in_words(frequency) == words


@pytest.mark.parametrize(
    ("sizing", "words"),
    [
        (FractionOfEquity(0.25), "25.0% of equity each"),
        (FixedCash(1_000.0), "1,000.00 of cash each"),
        (VolatilityTarget(), "15.0% annual volatility, 20 bars"),
        (HalfKelly(), "Half Kelly after 20 trades"),
        (EqualRisk(), "Equal risk, 60 bars, 100.0% in all"),
    ],
)
def test_every_sizing_rule_is_told_in_words(sizing, words):
    assert wording.sizing_in_words(sizing.document()) == words


def test_every_cost_is_told_and_a_cost_of_zero_is_not():
    names = [name for name in Costs.model_fields if name != "max_volume_share"]
    costs = Costs(**dict.fromkeys(names, 0.5), max_volume_share=0.1)
    assert wording.costs_in_words(costs.document()) == (
        "commission 0.5 bps, commission 0.5 a share, at least 0.5 an order, slippage 0.5 bps, half spread 0.5, volume impact 0.5, "
        "at most 10.0% of a bar's volume, borrow fee 50.00% a year"
    )
    assert wording.costs_in_words(Costs.zero().document()) == "None"


def test_settings_that_are_not_in_force_are_left_out():
    told = wording.settings(spec(), FractionOfEquity().document())
    assert [label for label, _ in told] == ["Direction", "Orders fill", "Position size", "Costs"]


def test_settings_in_force_are_all_told():
    given = spec(stop_loss=0.05, trailing_stop=0.1, leverage=2.0, whole_shares=True, liquidate_at_end="open", direction="both")
    told = dict(wording.settings(given, FractionOfEquity().document()))
    assert told["Direction"] == "Long and short"
    assert told["Exits"] == "stop loss 5.0%, trailing stop 10.0%"
    assert told["Leverage limit"] == "2× equity"
    assert told["Shares"] == "Whole only"
    assert told["At the end"] == "All sold at the last open"
