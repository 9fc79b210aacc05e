"""What it costs to decide: 2,500 bars, warm, each family with its defaults."""

from __future__ import annotations

from collections.abc import Iterator

from aurelius_kernel.data.samples import BokehStocks, CarryIndices, SkfolioCloses
from aurelius_kernel.strategies import Strategy
from aurelius_kernel.strategies.laws import check_laws
from benchmarks.measure import Measured, seconds

BARS = 2_500
FITTED = {"ml_classifier": 3_000.0}
SEVERAL = {"pairs_trading": 2, "stat_arb": 4, "market_neutral": 4, "carry_trade": 2}


def bench_signals() -> Iterator[Measured]:
    for name in sorted(Strategy.families):
        count = SEVERAL.get(name, 1)
        strategy, bars = Strategy.create(name), market(name, count)
        strategy.signals(bars)
        yield Measured(
            what=f"{name}, {BARS:,} bars" + (f" × {count}" if count > 1 else ""),
            value=seconds(lambda strategy=strategy, bars=bars: strategy.signals(bars), repeats=9) * 1e3,
            unit="ms",
            at_most=FITTED.get(name, 5.0),
        )


def bench_a_universe() -> Iterator[Measured]:
    provider = SkfolioCloses()
    universe = {name: provider.whole(name).bars.iloc[-BARS:] for name in provider.names[:20]}
    for name in ("market_neutral", "stat_arb"):
        strategy = Strategy.create(name)
        strategy.signals(universe)
        yield Measured(what=f"{name}, {BARS:,} bars × 20", value=seconds(lambda s=strategy: s.signals(universe)) * 1e3, unit="ms")


def bench_the_law_book() -> Iterator[Measured]:
    strategy, bars = Strategy.create("trend_following"), market("trend_following", 1)
    yield Measured(what="the law book, trend_following", value=seconds(lambda: check_laws(strategy, bars)) * 1e3, unit="ms")


def market(name: str, count: int) -> dict:
    """Real daily bars to March 2013 of as many stocks as asked for, and their carry where the family reads it."""
    stocks, carry = BokehStocks(), CarryIndices()
    names = ("IBM", "MSFT", "AAPL")[:count]
    bars = {stock: stocks.whole(stock).bars.iloc[-BARS:] for stock in names}
    if count > len(bars):
        bars["MIX"] = sum(bars.values()) / len(bars)
    if name == "carry_trade":
        bars |= {f"{stock}.CARRY": carry.whole(f"{stock}.CARRY").bars.iloc[-BARS:] for stock in names}
    return bars
