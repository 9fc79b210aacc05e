"""The door for averages that cross: the same decisions as the strategy's own signals, however the work is cut up."""

import numpy as np
import pandas as pd
import pytest

from aurelius_kernel.engine.fused import all_in
from aurelius_kernel.engine.fused.all_in import AllIn
from aurelius_kernel.engine.fused.threads import Crew
from aurelius_kernel.engine.fused.words import as_words
from aurelius_kernel.model import Costs
from aurelius_kernel.strategies import TrendFollowing
from aurelius_kernel.strategies.trend_following import TIE

PAIRS = [(2, 3), (2, 200), (3, 4), (5, 20), (7, 31), (10, 50), (16, 17), (20, 100), (64, 128), (63, 129), (199, 400), (400, 401)]
FAST, SLOW = (np.array(windows, dtype=np.int64) for windows in zip(*PAIRS, strict=True))


@pytest.fixture(params=[True, False], ids=["next open", "close"])
def account(request, prices_in_cents):
    return AllIn(prices_in_cents, Costs(), next_open=request.param)


def crossed(account: AllIn, average: str, workers: int = 1) -> np.ndarray:
    return account.cross(average, FAST, SLOW, TIE, Crew(workers))


@pytest.mark.parametrize("average", ["sma", "ema"])
def test_the_ledger_of_crossing_averages_is_that_of_the_strategys_signals_to_the_last_bit(account, average, prices_in_cents):
    index = pd.date_range("2020-01-01", periods=account.bars, tz="UTC")
    frame = pd.DataFrame({"close": prices_in_cents.close}, index=index)
    decided = [TrendFollowing(fast=fast, slow=slow, average=average).decide_one(frame) for fast, slow in PAIRS]
    entries, exits = (as_words(np.array([signals[kind] for signals in decided])) for kind in ("entries", "exits"))

    followed = account.follow(entries, exits, Crew(1))

    np.testing.assert_array_equal(crossed(account, average), followed)
    assert followed[:, 0].std() > 0.0


@pytest.mark.parametrize("workers", [2, 3, 5])
def test_the_ledger_does_not_depend_on_the_number_of_threads(account, workers):
    np.testing.assert_array_equal(crossed(account, "sma", workers), crossed(account, "sma", 1))


def test_the_ledger_does_not_depend_on_how_many_bars_are_prepared_at_a_time(account, prices_in_cents, monkeypatch):
    whole = crossed(account, "sma")
    monkeypatch.setattr(all_in, "SPAN", 512)

    np.testing.assert_array_equal(crossed(AllIn(prices_in_cents, Costs(), next_open=account.next_open), "sma", 2), whole)


def test_prices_in_another_currency_give_the_same_ledger(prices_in_cents):
    dearer = prices_in_cents._replace(open=prices_in_cents.open * 8.0, close=prices_in_cents.close * 8.0)

    one, other = (crossed(AllIn(prices, Costs(), next_open=True), "sma") for prices in (prices_in_cents, dearer))

    np.testing.assert_array_equal(one[:, :18], other[:, :18])
