import numpy as np
import pytest

from aurelius_kernel.errors import ImpossibleRequest, InvalidField, NotEnoughBars
from aurelius_kernel.metrics import sharpe_ratio
from aurelius_kernel.validation.overfitting import deflated_sharpe_ratio, effective_trials


def families(rng, bars, families, members, correlation):
    """Returns of so many unrelated families, whose members correlate."""
    common = np.repeat(rng.normal(size=(bars, families)), members, axis=1)
    return np.sqrt(correlation) * common + np.sqrt(1 - correlation) * rng.normal(size=(bars, families * members))


def exactly_correlated(correlations, bars=50):
    """Returns whose sample correlations are the given ones."""
    raw = np.random.default_rng(1).normal(size=(bars, len(correlations)))
    orthonormal = np.linalg.qr(raw - raw.mean(axis=0))[0]
    return orthonormal @ np.linalg.cholesky(np.array(correlations)).T


def test_unrelated_trials_all_count():
    assert effective_trials(np.random.default_rng(1).normal(size=(250, 80))).trials == 80


def test_copies_of_one_trial_count_once_and_deflate_nothing():
    copies = np.random.default_rng(2).normal(0.1, 1.0, (100, 1)) * np.arange(1, 21)
    found = effective_trials(copies)
    assert (found.trials, found.variance) == (1, 0.0)


def test_families_of_like_trials_count_once_each():
    returns = families(np.random.default_rng(3), 500, 7, 6, 0.95)
    assert effective_trials(returns).cluster.tolist() == np.repeat(np.arange(7), 6).tolist()


def test_every_two_of_a_cluster_are_alike_and_not_only_neighbours():
    chain = exactly_correlated([[1.0, 0.95, 0.85], [0.95, 1.0, 0.93], [0.85, 0.93, 1.0]])
    assert effective_trials(chain).cluster.tolist() == [0, 0, 1]
    assert effective_trials(chain, correlation=0.84).trials == 1
    assert effective_trials(chain, correlation=0.96).trials == 3


def test_a_trial_and_its_opposite_are_two():
    r = np.random.default_rng(4).normal(size=(60, 1))
    assert effective_trials(np.hstack([r, -r])).trials == 2


def test_a_cluster_weighs_its_trials_by_the_inverse_of_their_variances():
    rng = np.random.default_rng(5)
    calm, other = rng.normal(0.1, 1.0, (90, 1)), rng.normal(0.0, 1.0, (90, 1))
    wild = 3.0 * calm + 0.1 * rng.normal(size=(90, 1))
    weights = np.array([1 / calm.var(), 1 / wild.var()])
    together = np.hstack([calm, wild]) @ (weights / weights.sum())
    sharpes = [sharpe_ratio(together, 1), sharpe_ratio(other[:, 0], 1)]
    assert effective_trials(np.hstack([calm, wild, other])).variance == pytest.approx(np.var(sharpes, ddof=1))


def test_clusters_are_numbered_as_they_appear_and_idle_trials_belong_to_none():
    a, b = np.random.default_rng(6).normal(size=(2, 40))
    assert effective_trials(np.column_stack([np.zeros(40), b, a, b, np.ones(40), a])).cluster.tolist() == [-1, 0, 1, 0, -1, 1]


def test_the_best_of_correlated_noise_is_seldom_taken_for_skill():
    rng = np.random.default_rng(7)
    passed = 0
    for _ in range(60):
        returns = families(rng, 250, 5, 8, 0.8)
        found = effective_trials(returns)
        best = max(sharpe_ratio(column, 1) for column in returns.T)
        passed += deflated_sharpe_ratio(best, 250, found.trials, found.variance) > 0.95
    assert passed <= 3


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        ({"returns": np.zeros((30, 3))}, InvalidField, r"returns must hold a trial whose returns are not all equal\."),
        ({"returns": [0.1, 0.2, 0.3]}, InvalidField, r"returns must have a row a bar and at least 1 column\(s\)"),
        (
            {"returns": [[0.1, 0.2], [0.3, np.nan], [0.1, 0.0]]},
            InvalidField,
            "returns must be finite at every bar, and bar 1 is not",
        ),
        (
            {"returns": [[0.1, 0.2], [0.3, 0.1]]},
            NotEnoughBars,
            r"A correlation needs 3 bars and the window holds 2: 1 are missing\.",
        ),
        ({"returns": np.zeros((3, 5_001))}, ImpossibleRequest, r"returns may hold up to 5,000 trials, not 5,001\."),
        ({"correlation": 1.0}, InvalidField, r"correlation must be a number between 0 and 1, not 1\.0\."),
    ],
)
def test_bad_input_is_one_sentence(arguments, error, sentence):
    with pytest.raises(error, match=sentence):
        effective_trials(**{"returns": np.random.default_rng(8).normal(size=(30, 3)), **arguments})
