"""Many instruments in accounts of their own: the numbers that each has alone, to the last bit."""

import numpy as np
import pytest

from aurelius_kernel.engine.fused import all_in, separate
from aurelius_kernel.engine.fused.all_in import AllIn
from aurelius_kernel.engine.fused.history import History
from aurelius_kernel.engine.fused.measures import MEASURES, Scale, measure
from aurelius_kernel.engine.fused.separate import Alone, Pairs, cross_each
from aurelius_kernel.engine.fused.threads import Crew
from aurelius_kernel.model import Costs

FAST, SLOW = np.array([2, 3, 5, 20, 64]), np.array([7, 40, 20, 90, 65])
COSTS, CAPITAL, YEARS = Costs(commission_bps=10.0, slippage_bps=7.0, half_spread=0.01), 10_000.0, (252.0, 365.0, 252.0, 52.0)


def histories() -> list[History]:
    """Random walks of different lengths, one of a single bar."""
    draw, found = np.random.default_rng(5), []
    for bars in (1_300, 1, 700, 1_300):
        close = 50.0 * np.exp(np.cumsum(draw.normal(0.0, 0.02, bars)))
        opens = close * np.exp(draw.normal(0.0, 0.01, bars))
        found.append(History(opens, np.maximum(opens, close), np.minimum(opens, close), close, np.ones(bars), np.arange(bars)))
    return found


def each(average: str, workers: int, *, next_open: bool = True) -> np.ndarray:
    alone = [Alone(one.open, one.close, year) for one, year in zip(histories(), YEARS, strict=True)]
    return cross_each(alone, Pairs(average, FAST, SLOW, 1e-9), COSTS, CAPITAL, MEASURES, Crew(workers), next_open=next_open)


@pytest.mark.parametrize("average", ["sma", "ema"])
@pytest.mark.parametrize("next_open", [True, False], ids=["next open", "close"])
def test_each_instrument_has_the_numbers_that_it_has_alone(average, next_open):
    expected = []
    for one, year in zip(histories(), YEARS, strict=True):
        account = AllIn(one, COSTS, next_open=next_open)
        scale = Scale(capital=CAPITAL, periods_per_year=year, benchmark=account.prices.benchmark)
        expected.append(measure(account.cross(average, FAST, SLOW, 1e-9, Crew(1)), scale, MEASURES))

    np.testing.assert_array_equal(each(average, 1, next_open=next_open), np.concatenate(expected))


@pytest.mark.parametrize("workers", [2, 3, 5])
def test_the_numbers_do_not_depend_on_how_many_workers_share_the_instruments(workers):
    np.testing.assert_array_equal(each("sma", workers), each("sma", 1))


def test_the_numbers_do_not_depend_on_how_many_bars_are_prepared_at_a_time(monkeypatch):
    whole = each("sma", 1)
    assert all_in.SPAN == separate.SPAN

    monkeypatch.setattr(all_in, "SPAN", 512)
    one = histories()[0]
    account = AllIn(one, COSTS, next_open=True)
    scale = Scale(capital=CAPITAL, periods_per_year=252.0, benchmark=account.prices.benchmark)
    alone = measure(account.cross("sma", FAST, SLOW, 1e-9, Crew(1)), scale, MEASURES)

    np.testing.assert_array_equal(whole[: len(FAST)], alone)
