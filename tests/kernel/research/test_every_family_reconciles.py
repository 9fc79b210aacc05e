"""Every family, on every sample that can carry it, through the engine: the books balance to 1e-9."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import aurelius_kernel as ak
from aurelius_kernel import data
from aurelius_kernel.model import BacktestResult
from aurelius_kernel.strategies import Strategy

CROSS_SECTION = ("AAPL", "JPM", "KO", "PG", "WMT", "XOM")
WITH_CARRY = ("AAPL", "GOOG", "IBM", "MSFT")
FULL_BARS = (("bokeh", "GOOG"), ("bokeh", "IBM"), ("arch", "SP500"))
CLOSES = (("arch", "WTI"), ("skfolio", "KO"))


@pytest.fixture(scope="module", autouse=True)
def samples(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AURELIUS_HOME", str(tmp_path_factory.mktemp("home")))
        data.install_samples()
        yield


def questions() -> list[tuple[str, str, tuple[str, ...]]]:
    """(family, source, instruments) for every pair of a family and a sample that fit."""
    rows = []
    for name, family in sorted(Strategy.families.items()):
        if name == "carry_trade":
            rows += [(name, "bokeh", (one,)) for one in WITH_CARRY] + [(name, "bokeh", WITH_CARRY)]
        elif family.max_instruments == 2:
            rows += [(name, "skfolio", ("KO", "PEP")), (name, "bokeh", ("AAPL", "MSFT")), (name, "arch", ("NASDAQ", "SP500"))]
        elif family.min_instruments > 1:
            rows += [(name, "skfolio", CROSS_SECTION), (name, "bokeh", WITH_CARRY)]
        else:
            rows += [(name, source, (one,)) for source, one in (*FULL_BARS, *CLOSES)] + [(name, "bokeh", WITH_CARRY)]
    return rows


def run(family: str, source: str, instruments: tuple[str, ...]) -> BacktestResult:
    return ak.backtest(
        family,
        instruments=instruments,
        source=source,
        start="2005-01-01",
        end="2012-12-31",
        direction="both",
        costs=ak.Costs(commission_bps=10.0, slippage_bps=5.0, borrow_rate=0.02),
        keep=False,
    )


@pytest.mark.parametrize(
    ("family", "source", "instruments"), questions(), ids=lambda value: value if isinstance(value, str) else "+".join(value)
)
def test_equity_is_cash_and_positions_and_the_orders_explain_both(family, source, instruments):
    result = run(family, source, instruments)
    prices = {name: ak.load_bars(name, source=source)["close"] for name in instruments}
    closes = pd.DataFrame(prices).reindex(result.index).ffill()[list(instruments)].to_numpy()
    worth = np.where(result.position_values == 0.0, 0.0, result.position_values * closes).sum(axis=1)
    np.testing.assert_allclose(result.equity_values, result.cash_values + worth, rtol=1e-9)
    side = np.where(result.orders["side"] == "buy", 1.0, -1.0)
    spent = side * result.orders["size"] * result.orders["price"].fillna(0.0) + result.orders["commission"]
    by_bar = spent.groupby(result.orders["time"]).sum().reindex(result.index, fill_value=0.0).cumsum()
    np.testing.assert_allclose(result.cash_values, 100_000 - by_bar - result.borrow_fee_values.cumsum(), rtol=1e-9, atol=1e-4)
    gained = result.trades["pnl"].sum() - result.borrow_fee_values.sum()
    assert result.equity_values[-1] - 100_000 == pytest.approx(gained, rel=1e-9, abs=1e-4)
