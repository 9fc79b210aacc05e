import numpy as np
import pytest
from arch.bootstrap import SPA, RealityCheck

from aurelius_kernel.errors import InvalidField, NotEnoughBars
from aurelius_kernel.validation.overfitting import spa_test
from aurelius_kernel.validation.overfitting.predictive_ability import _standard_errors

RNG = np.random.default_rng(20)
BENCHMARK = RNG.normal(0.0, 0.01, 250)
CANDIDATES = RNG.normal(0.0005, 0.01, (250, 12)) * RNG.uniform(0.2, 3.0, 12)
DRAWN = {"block_length": 6, "resamples": 400, "seed": 9}


def of_arch(test, benchmark, candidates):
    """What arch finds; it takes losses, and does not divide by standard errors, whatever its `studentize` says."""
    spa = test(-benchmark, -candidates, block_size=6, reps=400, seed=9)
    spa.compute()
    return spa


def test_the_reality_check_is_that_of_arch():
    assert spa_test(BENCHMARK, CANDIDATES, **DRAWN).reality_check == of_arch(RealityCheck, BENCHMARK, CANDIDATES).pvalues["upper"]


def test_hansens_test_is_that_of_arch_over_differences_in_standard_errors():
    gain = CANDIDATES - BENCHMARK[:, None]
    theirs = of_arch(SPA, np.zeros(250), gain / _standard_errors(gain, 6)).pvalues
    ours = spa_test(BENCHMARK, CANDIDATES, **DRAWN)
    assert (ours.p_lower, ours.p_value, ours.p_upper) == (theirs["lower"], theirs["consistent"], theirs["upper"])


def test_standard_errors_are_those_of_arch():
    theirs = of_arch(SPA, BENCHMARK, CANDIDATES)._loss_diff_var
    assert _standard_errors(CANDIDATES - BENCHMARK[:, None], 6) == pytest.approx(np.sqrt(theirs / 250), rel=1e-9)


def test_a_candidate_with_an_edge_is_found_among_noise():
    candidates = np.random.default_rng(1).normal(0.0, 0.01, (500, 30))
    candidates[:, 17] += 0.003
    found = spa_test(0.0, candidates, resamples=500)
    assert found.best == 17
    assert found.p_value <= 0.01
    assert found.reality_check <= 0.01


def test_among_noise_five_percent_is_found_about_five_times_in_a_hundred():
    noise = np.random.default_rng(2).normal(0.0, 0.01, (150, 200, 8))
    found = [spa_test(0.0, candidates, block_length=1, resamples=200).p_value for candidates in noise]
    assert np.mean(np.array(found) <= 0.05) == pytest.approx(0.05, abs=0.04)


def test_hopeless_and_erratic_candidates_do_not_hide_a_good_one_from_hansen():
    """Why Hansen (2005) wrote his: the reality check loses its power to candidates that nobody would choose."""
    rng = np.random.default_rng(3)
    good = rng.normal(0.0015, 0.01, (400, 1))
    hopeless = rng.normal(-0.03, 0.1, (400, 20))
    found = spa_test(0.0, np.hstack([good, hopeless]), resamples=500)
    assert found.best == 0
    assert found.p_value <= 0.05
    assert found.reality_check >= 0.3


def test_the_three_p_values_are_in_order():
    found = spa_test(0.0, np.random.default_rng(4).normal(-0.0005, 0.01, (300, 15)))
    assert found.p_lower <= found.p_value <= found.p_upper


def test_a_number_is_a_benchmark_that_earns_it_at_every_bar():
    assert spa_test(0.001, CANDIDATES, **DRAWN) == spa_test(np.full(250, 0.001), CANDIDATES, **DRAWN)


def test_a_candidate_that_never_trades_counts_for_nothing():
    idle = np.column_stack([np.zeros(250), CANDIDATES])
    found, plain = spa_test(0.0, idle, **DRAWN), spa_test(0.0, CANDIDATES, **DRAWN)
    assert (found.p_value, found.candidates, found.best) == (plain.p_value, 12, plain.best + 1)


def test_candidates_that_are_all_worse_are_no_evidence_at_all():
    found = spa_test(0.0, np.random.default_rng(5).normal(-0.02, 0.01, (100, 4)), resamples=100)
    assert (found.statistic, found.p_lower, found.p_value, found.p_upper, found.reality_check) == (0.0, 1.0, 1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        ({"benchmark": [0.0] * 249}, InvalidField, r"benchmark has 249 values where candidates has 250\."),
        ({"benchmark": "cash"}, InvalidField, "benchmark must hold numbers"),
        ({"benchmark": np.nan}, InvalidField, "benchmark must be finite at every bar"),
        ({"candidates": CANDIDATES[:, 0]}, InvalidField, r"candidates must have a row a bar and at least 1 column\(s\)"),
        (
            {"candidates": np.zeros((250, 2))},
            InvalidField,
            "candidates must hold one whose difference to the benchmark is not the same",
        ),
        ({"candidates": CANDIDATES[:10]}, NotEnoughBars, r"A bootstrap needs 20 bars and the window holds 10: 10 are missing\."),
        ({"resamples": 1}, InvalidField, "resamples must be a whole number from 100 to 100,000"),
    ],
)
def test_bad_input_is_one_sentence(arguments, error, sentence):
    with pytest.raises(error, match=sentence):
        spa_test(**{"benchmark": 0.0, "candidates": CANDIDATES, **arguments})
