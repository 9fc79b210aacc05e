"""Runs side by side: counted from one, over the bars that all have, with the best of each row marked."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from aurelius_kernel.client import records
from aurelius_kernel.views.pages.compare import Together
from aurelius_kernel.views.pages.correlation import correlation_table
from aurelius_kernel.views.pages.runs import account, capital_first, names


def detail(first_day, equity, capital=100.0, **more):
    """A finished backtest whose bars are days of January 2020."""
    days = [datetime(2020, 1, first_day, 21, tzinfo=UTC) + timedelta(days=place) for place in range(len(equity))]
    points = [
        records.AccountPoint(time=day, equity=value, benchmark=value, exposure=100.0, costs=0.0)
        for day, value in zip(days, equity, strict=True)
    ]
    one = records.Backtest(
        id=more.get("id", "a"), owner_id="o", strategy_id="s", job_id="j", status="completed", progress=1.0, stage="", error=None,
        instruments=["GOOG"], initial_capital=capital,
        spec={"strategy": {"type": "breakout", "parameters": more.get("parameters", {})}},
        metrics={}, benchmark_metrics={}, flags=[], identity=None, result="r", duration=1.0, created_at=days[0],
    )  # fmt: skip
    return records.BacktestDetail(backtest=one, trades=[], equity_curve=points, costs={}, periods_per_year=252.0)


@pytest.fixture
def together():
    """One run from the 1st, and one of other size from the 3rd."""
    return Together(
        {"long": detail(1, [110.0, 220.0, 110.0, 330.0, 440.0]), "short": detail(3, [2_000.0, 1_000.0, 1_500.0], capital=1_000.0)}
    )


def test_only_the_bars_that_all_have_count(together):
    assert [time.day for time in together.shared.wealth.index] == [3, 4, 5]


def test_each_begins_at_one_before_the_first_shared_bar(together):
    np.testing.assert_allclose(together.shared.wealth["long"], [0.5, 1.5, 2.0])
    np.testing.assert_allclose(together.shared.wealth["short"], [2.0, 1.0, 1.5])
    np.testing.assert_allclose(together.shared.returns["short"], [1.0, -0.5, 0.5])


def test_the_metrics_are_those_of_the_shared_bars(together):
    assert together.metrics.loc["total_return"].tolist() == pytest.approx([1.0, 0.5])
    assert together.metrics.loc["max_drawdown"].tolist() == pytest.approx([-0.5, -0.5])


def test_drawdowns_count_from_the_shared_beginning(together):
    np.testing.assert_allclose(together.shared.drawdowns["long"], [-0.5, 0.0, 0.0])


def test_runs_that_share_no_bar_share_none():
    assert Together({"a": detail(1, [1.0, 2.0]), "b": detail(9, [1.0, 2.0])}).shared.wealth.empty


def test_the_first_return_counts_from_the_capital():
    assert capital_first(account(detail(1, [110.0, 99.0]))["equity"], 100.0).tolist() == pytest.approx([0.1, -0.1])


def test_runs_of_the_same_name_are_told_apart():
    alike = [detail(1, [1.0], id=name, parameters={"lookback": value}).backtest for name, value in (("a", 5), ("b", 9), ("c", 9))]
    assert list(names(alike).values()) == ["Breakout on GOOG", "Breakout on GOOG, lookback 9", "Breakout on GOOG, lookback 9 (2)"]


def test_the_correlation_of_what_moves_alike_is_one(together):
    doubled = together.shared.returns.assign(long=together.shared.returns["short"] * 2)
    said = correlation_table(doubled, "Correlation")
    assert said.count("1.00</span>") == 4
    assert "2 short" in said
