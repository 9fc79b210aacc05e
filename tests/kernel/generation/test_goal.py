from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aurelius_kernel.errors import ImpossibleRequest, InvalidField, InvalidInput, UnknownName
from aurelius_kernel.generation import read_goal
from aurelius_kernel.strategies import Strategy

KNOWN = {"GOOG", "AAPL", "IBM", "MSFT", "KO", "SIZE", "JPM", "EUR/USD"}


def first(text: str) -> str:
    return read_goal(text, KNOWN).families[0]


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("momentum", "ts_momentum"),
        ("MOMENTUM!", "ts_momentum"),
        ("something with Momentum, please", "ts_momentum"),
        ("trend-following with moving averages", "trend_following"),
        ("golden cross", "trend_following"),
        ("mean reversion", "mean_reversion"),
        ("buy the dip", "mean_reversion"),
        ("donchian breakouts", "breakout"),
        ("cointegrated pairs", "pairs_trading"),
        ("statistical arbitrage", "stat_arb"),
        ("market-neutral equity", "market_neutral"),
        ("cross-sectional momentum", "market_neutral"),
        ("volatility targeting", "volatility_trading"),
        ("carry", "carry_trade"),
        ("machine learning", "ml_classifier"),
        ("fibonacci retracements with RSI", "fib_rsi"),
        ("ts_momentum", "ts_momentum"),
    ],
)
def test_words_and_their_synonyms_vote_for_a_family(text, family):
    assert first(text) == family


@pytest.mark.parametrize("text", ["momentous", "carrying on", "trendy", "unpaired", "breakouted"])
def test_a_part_of_a_word_does_not_vote(text):
    assert "no word names a family" in " ".join(read_goal(text).notes)


def test_every_family_can_be_voted_for():
    assert {read_goal(family.replace("_", " ")).families[0] for family in Strategy.families} == set(Strategy.families)


def test_a_word_votes_once_however_often_it_is_said():
    assert read_goal("momentum " * 50).votes == read_goal("momentum").votes


def test_a_family_that_is_not_wanted_is_left_out_and_told():
    goal = read_goal("trend or breakout but no momentum")
    assert ("ts_momentum" in goal.families, "ts_momentum is not wanted" in goal.notes) == (False, True)


def test_not_only_is_no_refusal():
    assert first("not only momentum") == "ts_momentum"


def test_the_words_of_a_limit_do_not_vote():
    assert "volatility_trading" not in read_goal("momentum with volatility < 12%").families


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("momentum on GOOG", ("GOOG",)),
        ("momentum on goog and $ibm", ("GOOG", "IBM")),
        ("trend on google and Apple", ("GOOG", "AAPL")),
        ("pairs: Coca-Cola against IBM", ("KO", "IBM")),
        ("momentum on large tech", ("AAPL", "GOOG", "IBM", "MSFT")),
        ("carry on EUR/USD", ("EUR/USD",)),
        ("MOMENTUM ON GOOG", ("GOOG",)),
        ("position size does matter", ()),
        ("momentum with RSI and an ATR stop in the US", ()),
    ],
)
def test_instruments_are_named_by_ticker_company_or_group(text, names):
    assert read_goal(text, KNOWN).instruments == names


@pytest.mark.parametrize("text", ["momentum on TSLA", "momentum on tesla", "momentum on $nope"])
def test_an_instrument_that_is_not_in_the_catalogue_is_refused(text):
    with pytest.raises(UnknownName, match="Unknown instrument"):
        read_goal(text, KNOWN)


def test_an_unknown_instrument_beside_a_known_one_is_told():
    goal = read_goal("momentum on GOOG and TSLA", KNOWN)
    assert (goal.instruments, goal.notes) == (("GOOG",), ("TSLA is not in the catalogue and is left out",))


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("momentum, long only", "long"),
        ("momentum without shorting", "long"),
        ("short-only breakouts", "short"),
        ("long/short momentum", "both"),
        ("momentum", None),
    ],
)
def test_the_side_of_the_market_is_read(text, side):
    assert read_goal(text).direction == side


def test_two_sides_at_once_are_refused():
    with pytest.raises(ImpossibleRequest, match="long only"):
        read_goal("long only, and long/short")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        (" \n\t\x00 ", "is empty"),
        ("x" * 100_000, "at most 10,000 characters, not 100,000"),
        (7, "must be text"),
    ],
)
def test_a_goal_that_says_nothing_or_too_much_is_refused(text, said):
    with pytest.raises(InvalidField, match=said):
        read_goal(text)


def test_full_width_letters_and_foreign_digits_are_read():
    goal = read_goal("ｍｏｍｅｎｔｕｍ, drawdown＜１５％, sharpe ≥ ١")
    assert (goal.families[0], [(one.metric, one.bound) for one in goal.constraints]) == (
        "ts_momentum",
        [("max_drawdown", 0.15), ("sharpe_ratio", 1.0)],
    )


def test_what_is_kept_of_a_goal_can_be_written_as_utf_8():
    assert read_goal("momentum \ud800 \x1b[31m 📈").text == "momentum ? [31m 📈"


@pytest.mark.parametrize("piece", ["drawdown ", "max ", "at least ", "1,", "- ", "<", "between 1% and ", "drawdown is to be of a "])
def test_a_long_odd_goal_is_read_in_no_time(piece):
    began = time.perf_counter()
    read_goal((piece * 10_000)[:9_990])
    assert time.perf_counter() - began < 5.0


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_by_name(text):
    try:
        goal = read_goal(text, KNOWN)
    except InvalidInput:
        return
    assert goal.families
    assert type(goal).model_validate_json(goal.model_dump_json()) == goal
