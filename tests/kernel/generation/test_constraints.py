from __future__ import annotations

import pytest

from aurelius_kernel.errors import ImpossibleRequest
from aurelius_kernel.generation import Constraint, broken
from aurelius_kernel.generation.constraints import read_constraints


def limits(text: str) -> list[tuple[str, str, float]]:
    return [(one.metric, one.side, pytest.approx(one.bound)) for one in read_constraints(text).constraints]


@pytest.mark.parametrize(
    "text",
    [
        "drawdown < 15%",
        "drawdown<15 %",
        "drawdown < 0.15",
        "drawdown < 15 percent",
        "drawdown below 15 per cent",
        "drawdown < 1500 bps",
        "drawdown at most fifteen percent",
        "max drawdown 15%",
        "max drawdown of 15%",
        "maximum draw-down: 15pct",
        "max dd 15%",
        "mdd <= 15%",
        "drawdown must stay under 15%",
        "drawdown should not exceed 15%",
        "drawdown > -15%",
        "drawdown < -15%",
        "less than 15% drawdown",
        "a 15% max drawdown",
        "no more than 15% drawdown",
        "15% drawdown",
        "15% > drawdown",
        "drawdown capped at 15,0%",
        "drawdown < 15",
    ],
)
def test_a_limit_on_the_drawdown_is_read_however_it_is_written(text):
    assert limits(text) == [("max_drawdown", "at_most", 0.15)]


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("sharpe > 1", ("sharpe_ratio", "at_least", 1.0)),
        ("sharpe ratio of at least 1.5", ("sharpe_ratio", "at_least", 1.5)),
        ("sharp ratio above 1,5", ("sharpe_ratio", "at_least", 1.5)),
        ("minimum sharpe ratio of 1", ("sharpe_ratio", "at_least", 1.0)),
        ("1.2 sharpe", ("sharpe_ratio", "at_least", 1.2)),
        ("0.8 < sharpe", ("sharpe_ratio", "at_least", 0.8)),
        ("sharpe ≥ 1e0", ("sharpe_ratio", "at_least", 1.0)),
        ("return > 10%", ("cagr", "at_least", 0.10)),
        ("returns over 10%", ("cagr", "at_least", 0.10)),
        ("annual return > 10%", ("cagr", "at_least", 0.10)),
        ("at least 10% profit", ("cagr", "at_least", 0.10)),
        ("total return > 50%", ("total_return", "at_least", 0.50)),
        ("vol under 12%", ("volatility", "at_most", 0.12)),
        ("12% volatility", ("volatility", "at_most", 0.12)),
        ("at least 1,000 trades", ("total_trades", "at_least", 1_000.0)),
        ("fewer trades; trades < 30", ("total_trades", "at_most", 30.0)),
        ("win rate above 55%", ("win_rate", "at_least", 0.55)),
        ("profit factor > 1.3", ("profit_factor", "at_least", 1.3)),
        ("calmar at least 0.5", ("calmar_ratio", "at_least", 0.5)),
    ],
)
def test_limits_have_their_metric_side_and_unit(text, limit):
    assert limits(text) == [limit]


def test_between_sets_both_ends():
    assert limits("volatility between 10% and 20%") == [("volatility", "at_least", 0.1), ("volatility", "at_most", 0.2)]


def test_several_limits_in_one_sentence_are_all_read():
    text = "momentum, max drawdown of 15%, minimum sharpe ratio of 1.0 and return >= 10% per year, at least 30 trades"
    assert {metric for metric, _, _ in limits(text)} == {"max_drawdown", "sharpe_ratio", "cagr", "total_trades"}


def test_of_two_limits_the_tighter_counts_and_that_is_told():
    reading = read_constraints("drawdown < 20%, drawdown < 10%")
    assert ([one.bound for one in reading.constraints], reading.notes) == (
        [0.1],
        ("“drawdown < 20%” and “drawdown < 10%”: the tighter one counts",),
    )


@pytest.mark.parametrize("text", ["sharpe > 2 and sharpe < 1", "volatility > 20%, volatility < 10%"])
def test_limits_that_nothing_can_keep_together_are_refused(text):
    with pytest.raises(ImpossibleRequest, match="at once"):
        read_constraints(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("drawdwon < 15%", "“drawdwon < 15%” was not understood and is left out: did you mean drawdown?"),
        ("xyzzy > 3", "“xyzzy > 3” was not understood and is left out"),
        ("drawdown >", "“drawdown >” was not understood and is left out: did you mean drawdown?"),
        ("drawdown > 15%", "“drawdown > 15%” asks for a deeper fall; it is left out: say drawdown < 15% for a limit"),
        ("sharpe > 10%", "“sharpe > 10%” is left out: sharpe ratio is not counted in percent"),
        ("sharpe > 1.2.3", "“sharpe > 1.2.3” has no number that can be read; it is left out"),
    ],
)
def test_what_cannot_be_understood_is_told_and_left_out(text, told):
    reading = read_constraints(text)
    assert (reading.constraints, reading.notes) == ((), (told,))


def test_a_bare_number_for_a_fraction_is_read_as_percent_and_told():
    assert read_constraints("drawdown < 15").notes == ("“drawdown < 15” is read as 15%",)


@pytest.mark.parametrize(
    ("limit", "metrics", "kept"),
    [
        (("max_drawdown", "at_most", 0.15), {"max_drawdown": -0.10}, True),
        (("max_drawdown", "at_most", 0.15), {"max_drawdown": -0.15}, True),
        (("max_drawdown", "at_most", 0.15), {"max_drawdown": -0.16}, False),
        (("sharpe_ratio", "at_least", 1.0), {"sharpe_ratio": 1.0}, True),
        (("sharpe_ratio", "at_least", 1.0), {"sharpe_ratio": 0.9}, False),
        (("sharpe_ratio", "at_least", 1.0), {"sharpe_ratio": None}, False),
        (("sharpe_ratio", "at_least", 1.0), {"sharpe_ratio": float("nan")}, False),
        (("sharpe_ratio", "at_least", 1.0), {}, False),
    ],
)
def test_a_limit_is_kept_or_not(limit, metrics, kept):
    metric, side, bound = limit
    assert Constraint(metric=metric, side=side, bound=bound, text="").holds(metrics) is kept


def test_what_is_not_kept_says_what_was_wanted_and_what_it_is():
    limit = Constraint(metric="max_drawdown", side="at_most", bound=0.15, text="drawdown < 15%")
    assert broken([limit], {"max_drawdown": -0.231}) == ("wanted is maximum drawdown at most 15%, and it is 23.1%",)
