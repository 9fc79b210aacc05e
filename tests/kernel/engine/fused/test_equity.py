"""An account's path, added up eight bars at a time: what numpy finds in it."""

import numpy as np
import pytest
from numba import njit

from aurelius_kernel.engine.fused.equity import add_up, blank_path, with_room
from aurelius_kernel.engine.fused.ledger import EQUITY, EQUITY_SUM, FIELDS, PEAK, SUMS, TROUGH


@njit
def added_up(ledger, values, benchmark, bars):
    path = blank_path(bars)
    path[: bars + 1] = values
    return add_up(ledger, 0, path, benchmark, bars)


@pytest.mark.parametrize("bars", [1, 63, 64, 65, 700])
@pytest.mark.parametrize("drift", [-0.002, 0.0, 0.002], ids=["falling", "level", "rising"])
def test_the_sums_of_a_path_are_those_that_numpy_finds(bars, drift):
    draw = np.random.default_rng(bars)
    moves = np.where(draw.random(bars) < 0.3, 0.0, draw.normal(drift, 0.02, bars))
    values, benchmark, ledger = 1e4 * np.exp(np.cumsum([0.0, *moves])), draw.normal(0.0, 0.01, bars), np.zeros((1, FIELDS))

    least = added_up(ledger, values, with_room(benchmark), bars)

    r = values[1:] / values[:-1] - 1.0
    loss = np.minimum(r, 0.0)
    expected = [term.sum() for term in (r, r**2, r**3, r**4, loss, loss**2, (r - benchmark) ** 2)]
    np.testing.assert_allclose(ledger[0, 1:SUMS], expected, rtol=1e-11, atol=1e-15)
    np.testing.assert_allclose(ledger[0, EQUITY_SUM], values[1:].sum(), rtol=1e-12)
    deepest = (values / np.maximum.accumulate(values)).min()
    assert (ledger[0, EQUITY], ledger[0, PEAK], ledger[0, TROUGH], least) == (values[-1], values.max(), deepest, values.min())
