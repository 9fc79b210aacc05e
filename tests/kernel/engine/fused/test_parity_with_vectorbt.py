"""The event kernels against vectorbt itself: every metric of every combination."""

import numpy as np
import pandas as pd
import pytest
import vectorbt as vbt

from aurelius_kernel import metrics
from aurelius_kernel.engine.fused.all_in import AllIn
from aurelius_kernel.engine.fused.history import History
from aurelius_kernel.engine.fused.measures import MEASURES, Scale, measure
from aurelius_kernel.engine.fused.threads import Crew
from aurelius_kernel.engine.fused.words import as_words
from aurelius_kernel.metrics import Metric
from aurelius_kernel.model import Costs

CAPITAL, YEAR, BARS, ACCOUNTS = 10_000.0, 252.0, 1_300, 24

VECTORBTS = {
    Metric.TOTAL_RETURN: lambda account: account.total_return(),
    Metric.SHARPE_RATIO: lambda account: account.sharpe_ratio(),
    Metric.SORTINO_RATIO: lambda account: account.sortino_ratio(),
    Metric.MAX_DRAWDOWN: lambda account: account.max_drawdown(),
    Metric.CALMAR_RATIO: lambda account: account.calmar_ratio(),
    Metric.TOTAL_TRADES: lambda account: account.trades.count(),
    Metric.WIN_RATE: lambda account: account.trades.closed.win_rate(),
    Metric.PROFIT_FACTOR: lambda account: account.trades.closed.profit_factor(),
    Metric.EXPOSURE: lambda account: (account.assets() != 0.0).mean(),
}


def random_walk(*, cents: bool) -> History:
    """Prices in cents stand still on many bars, so averages tie and trades break even."""
    draw = np.random.default_rng(7)
    close = 100.0 * np.exp(np.cumsum(draw.normal(2e-4, 0.0004 if cents else 0.02, BARS)))
    opens = close * np.exp(draw.normal(0.0, 0.0002 if cents else 0.008, BARS))
    prices = [np.round(price, 2 if cents else 12) for price in (opens, np.maximum(opens, close), np.minimum(opens, close), close)]
    return History(*prices, np.full(BARS, np.nan), np.arange(BARS))


def random_signals() -> tuple[np.ndarray, np.ndarray]:
    """Entries and exits of shape (accounts, bars), from none at all to several a week, some on the same bar."""
    draw = np.random.default_rng(11)
    often = np.linspace(0.0, 0.4, ACCOUNTS)[:, None]
    entries, exits = draw.random((ACCOUNTS, BARS)) < often, draw.random((ACCOUNTS, BARS)) < often[::-1] / 3
    entries[-1], exits[-1] = True, False
    return entries, exits


def in_vectorbt(history: History, entries: np.ndarray, exits: np.ndarray, costs: Costs, *, next_open: bool) -> vbt.Portfolio:
    index = pd.date_range("2020-01-01", periods=BARS, freq="D", tz="UTC")

    def shown(signals: np.ndarray) -> pd.DataFrame:
        decided = pd.DataFrame(signals.T, index=index)
        return decided.shift(1, fill_value=False) if next_open else decided

    return vbt.Portfolio.from_signals(
        pd.Series(history.close, index=index),
        shown(entries & ~exits),
        shown(exits & ~entries),
        price=pd.Series(history.open if next_open else history.close, index=index),
        fees=costs.commission_bps * 1e-4,
        slippage=costs.slippage_bps * 1e-4,
        init_cash=CAPITAL,
        freq="1D",
    )


def in_the_sweep(history: History, entries: np.ndarray, exits: np.ndarray, costs: Costs, *, next_open: bool) -> dict:
    account = AllIn(history, costs, next_open=next_open)
    ledger = account.follow(as_words(entries), as_words(exits), Crew(2))
    scale = Scale(capital=CAPITAL, periods_per_year=YEAR, benchmark=account.prices.benchmark)
    return dict(zip(MEASURES, measure(ledger, scale, MEASURES).T, strict=True))


@pytest.fixture(
    params=[
        pytest.param((cents, next_open, costs), id=f"{name}, {'next open' if next_open else 'close'}, {charged}")
        for name, cents in {"smooth": False, "in cents": True}.items()
        for next_open in (True, False)
        for charged, costs in {"free": Costs.zero(), "with costs": Costs(commission_bps=10.0, slippage_bps=7.0)}.items()
    ],
    scope="module",
)
def both(request):
    """The same accounts simulated by vectorbt and by the sweep."""
    cents, next_open, costs = request.param
    history, (entries, exits) = random_walk(cents=cents), random_signals()
    theirs = in_vectorbt(history, entries, exits, costs, next_open=next_open)
    return history, theirs, in_the_sweep(history, entries, exits, costs, next_open=next_open)


@pytest.mark.parametrize("metric", VECTORBTS)
def test_a_metric_is_vectorbts_own(both, metric, monkeypatch):
    _, account, ours = both
    monkeypatch.setitem(vbt.settings["returns"], "year_freq", "252 days")

    theirs = VECTORBTS[metric](account).to_numpy(np.float64)
    comparable = np.isfinite(theirs) | (np.isnan(theirs) & np.isnan(ours[metric]))
    if metric in {Metric.MAX_DRAWDOWN, Metric.CALMAR_RATIO}:  # vectorbt's begin after the first bar's costs
        from_the_start = (account.assets().iloc[0] == 0.0).to_numpy()
        np.testing.assert_allclose(ours[metric][comparable & from_the_start], theirs[comparable & from_the_start], rtol=1e-9)
    else:
        np.testing.assert_allclose(ours[metric][comparable], theirs[comparable], rtol=1e-9)
    assert np.isnan(ours[metric][~comparable]).all()  # where vectorbt says infinite, there is no number


def test_every_metric_is_what_vectorbts_equity_and_trades_give(both):
    history, account, ours = both

    for column in range(ACCOUNTS):
        expected = summary(history, account, column)
        for metric, values in ours.items():
            theirs = np.nan if expected[metric] is None else expected[metric]
            if metric is Metric.INFORMATION_RATIO and np.isnan(values[column]):
                continue  # the account is the benchmark, and what vectorbt's equity differs by is rounding
            np.testing.assert_allclose(values[column], theirs, rtol=1e-9, atol=1e-12, err_msg=f"{metric} of account {column}")


def summary(history: History, account: vbt.Portfolio, column: int) -> dict[str, float | None]:
    trades = account.trades.records
    own = trades[trades["col"] == column]
    return metrics.summarise(
        account.value()[column].to_numpy(),
        CAPITAL,
        trades={
            **{name: own[name].to_numpy() for name in ("size", "entry_price", "exit_price", "pnl", "return")},
            "bars": (own["exit_idx"] - own["entry_idx"]).to_numpy(),
            "status": np.where(own["status"] == 1, "closed", "open"),
        },
        positions=account.assets()[column].to_numpy(),
        periods_per_year=YEAR,
        benchmark=np.where(np.arange(BARS) < 1, CAPITAL, CAPITAL * history.close / history.open[1]),
    )
