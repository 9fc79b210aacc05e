import math
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from aurelius_kernel.errors import ImpossibleRequest, InvalidField, NotEnoughBars, UnknownName
from aurelius_kernel.metrics import sharpe_ratio
from aurelius_kernel.validation.overfitting import probability_of_backtest_overfitting


def by_the_book(returns, blocks, performance):
    """Bailey, Borwein, López de Prado and Zhu (2017), section 2.2, step by step: chosen column and logit of every split."""
    bars, strategies = returns.shape
    rows = [np.arange(bars * b // blocks, bars * (b + 1) // blocks) for b in range(blocks)]
    found = []
    for half in combinations(range(blocks), blocks // 2):
        inside = np.concatenate([rows[b] for b in half])
        outside = np.setdiff1d(np.arange(bars), inside)
        chosen = int(np.argmax([performance(column) for column in returns[inside].T]))
        judged = [performance(column) for column in returns[outside].T]
        omega = (sum(value <= judged[chosen] for value in judged)) / (strategies + 1)
        found.append((chosen, math.log(omega / (1 - omega))))
    return found


@pytest.mark.parametrize(("metric", "performance"), [("mean", np.mean), ("sharpe", lambda r: sharpe_ratio(r, 1))])
@pytest.mark.parametrize(("bars", "blocks"), [(48, 6), (53, 8), (10, 2)])
def test_it_is_what_the_paper_says_step_by_step(metric, performance, bars, blocks):
    returns = np.random.default_rng(bars).normal(0.001, 0.02, (bars, 7))
    result = probability_of_backtest_overfitting(returns, blocks, metric)
    expected = by_the_book(returns, blocks, performance)
    assert result.chosen.tolist() == [chosen for chosen, _ in expected]
    assert result.logits == pytest.approx([logit for _, logit in expected], abs=1e-12)
    assert result.pbo == np.mean([logit <= 0 for _, logit in expected])


def test_performances_are_sharpe_ratios_per_bar_of_the_two_halves():
    returns = np.random.default_rng(3).normal(0.0, 0.02, (40, 3))
    result = probability_of_backtest_overfitting(returns, 2)
    first, second = returns[:20], returns[20:]
    assert result.in_sample[0] == pytest.approx(max(sharpe_ratio(column, 1) for column in first.T), rel=1e-12)
    assert result.out_of_sample[0] == pytest.approx(sharpe_ratio(second[:, result.chosen[0]], 1), rel=1e-12)


def test_sixteen_blocks_have_12870_splits():
    assert probability_of_backtest_overfitting(np.random.default_rng(1).normal(size=(64, 3))).n_splits == 12_870


@pytest.mark.parametrize("metric", ["mean", "sharpe"])
def test_a_strategy_that_is_best_everywhere_is_not_overfitted(metric):
    returns = np.random.default_rng(1).normal(0.0, 0.01, (400, 20))
    returns[:, 4] = 0.05 + 0.001 * returns[:, 4]
    result = probability_of_backtest_overfitting(returns, 10, metric)
    assert (result.pbo, result.probability_of_loss, set(result.chosen)) == (0.0, 0.0, {4})


def test_the_best_of_pure_noise_is_below_the_median_half_of_the_time():
    noise = np.random.default_rng(7).normal(0.0, 0.01, (100, 120, 20))
    found = [probability_of_backtest_overfitting(returns, 6).pbo for returns in noise]
    assert np.mean(found) == pytest.approx(0.5, abs=0.06)


def test_two_strategies_that_take_turns_are_overfitted_whichever_is_chosen():
    turns = np.array([[0.02, -0.01], [0.01, -0.02], [-0.02, 0.01], [-0.01, 0.02]])
    result = probability_of_backtest_overfitting(turns, 2, "mean")
    assert result.pbo == result.probability_of_loss == 1.0
    assert result.logits == pytest.approx([math.log(1 / 2)] * 2)
    assert result.in_sample.tolist() == [0.015, 0.015]
    assert result.out_of_sample.tolist() == [-0.015, -0.015]
    assert math.isnan(result.degradation_slope)


def test_the_degradation_is_the_line_through_what_the_halves_showed():
    returns = np.random.default_rng(5).normal(0.0, 0.01, (60, 5))
    result = probability_of_backtest_overfitting(returns, 6, "mean")
    slope, intercept = np.polyfit(result.in_sample, result.out_of_sample, 1)
    assert (result.degradation_slope, result.degradation_intercept) == pytest.approx((slope, intercept))


def test_equal_strategies_share_their_rank():
    returns = np.repeat(np.random.default_rng(2).normal(size=(40, 1)), 9, axis=1)
    assert probability_of_backtest_overfitting(returns, 4).logits.tolist() == [0.0] * 6


def test_a_strategy_that_never_trades_has_a_sharpe_ratio_of_zero():
    rng = np.random.default_rng(4)
    idle = np.column_stack([rng.normal(-0.05, 0.001, (40, 3)), np.zeros(40), np.full(40, -0.001)])
    result = probability_of_backtest_overfitting(idle, 4)
    assert set(result.chosen) == {3}
    assert result.in_sample.tolist() == [0.0] * 6


def test_a_frame_is_as_good_as_an_array():
    returns = np.random.default_rng(6).normal(size=(30, 4))
    frame = pd.DataFrame(returns, columns=list("abcd"))
    assert (
        probability_of_backtest_overfitting(frame, 4).logits.tolist()
        == probability_of_backtest_overfitting(returns, 4).logits.tolist()
    )


TABLE = np.random.default_rng(8).normal(size=(64, 3))
GAP = np.where(np.arange(64)[:, None] == 9, np.nan, TABLE)


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        (
            {"returns": TABLE[:, 0]},
            InvalidField,
            r"returns must have a row a bar and at least 2 column\(s\), not the shape \(64,\)\.",
        ),
        ({"returns": TABLE[:, :1]}, InvalidField, r"at least 2 column\(s\), not the shape \(64, 1\)\."),
        (
            {"returns": GAP},
            InvalidField,
            r"returns must be finite at every bar, and bar 9 is not; without a position the return is 0\.",
        ),
        ({"returns": [["a", "b"]]}, InvalidField, r"returns must hold numbers, not <U1\."),
        ({"returns": [[0.1, 0.2], [0.1]]}, InvalidField, r"returns must have rows of one length\."),
        ({"blocks": 7}, ImpossibleRequest, r"blocks must be even, so that they can be halved, not 7\."),
        ({"blocks": 22}, InvalidField, r"blocks must be a whole number from 2 to 20, not 22\."),
        ({"returns": TABLE[:30]}, NotEnoughBars, r"16 blocks needs 32 bars and the window holds 30: 2 are missing\."),
        ({"metric": "sharp"}, UnknownName, "Unknown metric 'sharp': did you mean sharpe"),
        ({"metric": ["sharpe"]}, UnknownName, "Unknown metric"),
    ],
)
def test_bad_input_is_one_sentence(arguments, error, sentence):
    with pytest.raises(error, match=sentence):
        probability_of_backtest_overfitting(**{"returns": TABLE, **arguments})
