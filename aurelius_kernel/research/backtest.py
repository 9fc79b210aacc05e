"""One backtest from question to stored result."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

import pandas as pd

from aurelius_kernel import engine, metrics
from aurelius_kernel.artifacts import Store, keep_result
from aurelius_kernel.clock import rfc3339
from aurelius_kernel.model import BacktestResult, BacktestSpec, Costs, Panel, RunIdentity, Signals, Sizing
from aurelius_kernel.model.stage import Trading
from aurelius_kernel.research.market_data import OWN_BARS, MarketData, gather
from aurelius_kernel.research.trials import add_trials, trial_of
from aurelius_kernel.strategies import Strategy
from aurelius_kernel.watching import silent, watched

__all__ = ["Progress", "backtest", "measure", "run"]

TRADING = (0.5, 0.8)
"""From which fraction of a run to which its bars are walked."""
Day: TypeAlias = date | str | None
Progress: TypeAlias = Callable[[float, str], None]
"""Called with the fraction done, 0 to 1, and what is being done; between bars that is a `Trading`, which knows the account."""


@watched("Nothing of this run was kept.")
def backtest(
    strategy: Strategy | str,
    *,
    instruments: Sequence[str] | None = None,
    start: Day = None,
    end: Day = None,
    capital: float = 100_000.0,
    costs: Costs | Mapping[str, Any] | None = None,
    execution: str = "next_open",
    sizing: Sizing | Mapping[str, Any] | None = None,
    direction: str | None = None,
    leverage: float = 1.0,
    whole_shares: bool = False,
    stop_loss: float | None = None,
    take_profit: float | None = None,
    trailing_stop: float | None = None,
    liquidate_at_end: str | None = None,
    frequency: str = "1d",
    source: str = "default",
    seed: int = 42,
    bars: Mapping[str, pd.DataFrame] | None = None,
    keep: bool = True,
    progress: Progress | None = None,
) -> BacktestResult:
    """Run a strategy over bars and return what it would have earned, under `docs/explanation/execution-model.md`.

    Parameters
    ----------
    strategy : a strategy, or the name of a family with its default parameters
    instruments : what to trade; all of `bars` unless given
    start, end : first and last day, both included; the whole of the data unless given
    capital : money at the start
    costs, sizing : records, or mappings of their fields; costs of 5 bps commission and 5 bps slippage unless given, and an equal
        share of equity for each instrument
    execution : "next_open", or "close" of the signal's own bar, which marks the run
    direction : "long", "short" or "both"; "both" for a family that needs both sides, else "long", unless given
    leverage : gross position value over equity that an order may reach
    stop_loss, take_profit, trailing_stop : fractions, of the fill price or (trailing) of the best price since
    liquidate_at_end : None marks open positions at the last close; "open" or "close" sells them there
    seed : what strategies that draw random numbers draw from
    bars : own bars by instrument instead of the catalogue's
    keep : store the result, its spec and its lineage under their hashes; what was tried is counted in any case
    progress : called with the fraction done and the stage

    Raises
    ------
    InvalidInput
        One of its children, naming the field: nothing was run and nothing was stored.
    """
    chosen = Strategy.create(strategy) if isinstance(strategy, str) else strategy
    names = tuple(instruments or bars or ()) if not isinstance(instruments, str) else (instruments,)
    spec = BacktestSpec.of(
        strategy=chosen.spec(),
        instruments=names,
        start=start,
        end=end,
        capital=capital,
        costs=Costs() if costs is None else costs,
        execution=execution,
        sizing=sizing,
        direction=direction or chosen.usual_direction,
        leverage=leverage,
        whole_shares=whole_shares,
        stop_loss=stop_loss,
        take_profit=take_profit,
        trailing_stop=trailing_stop,
        liquidate_at_end=liquidate_at_end,
        frequency=frequency,
        source=OWN_BARS if bars is not None else source,
    )
    return run(spec, chosen, seed=seed, bars=bars, keep=keep, progress=progress)


@watched("Nothing of this run was kept.")
def run(
    spec: BacktestSpec,
    strategy: Strategy | None = None,
    *,
    seed: int = 42,
    bars: Mapping[str, pd.DataFrame] | None = None,
    keep: bool = True,
    progress: Progress | None = None,
) -> BacktestResult:
    """Run a spec; the strategy is made from it unless given. Arguments and errors are those of `backtest`."""
    tell = progress or silent
    asked = RunIdentity.of(spec_hash=spec.hash, data_hash="", seed=seed, engine_version=engine.ENGINE_VERSION)
    chosen = strategy or Strategy.create(spec.strategy.type, **spec.strategy.parameters)
    tell(0.0, "loading bars")
    chosen.check_instruments(spec.instruments)
    market = gather(spec, chosen.references(spec.instruments), bars)
    tell(0.2, "deciding")
    signals = chosen.seeded(seed).signals(market.bars)
    tell(TRADING[0], "trading")
    identity = asked.model_copy(update={"data_hash": market.data_hash})
    result = measure(spec, market, signals, identity, progress=progress)
    tell(TRADING[1], "storing")
    add_trials(spec.strategy.type, [trial_of(spec, market, identity.key)], kept=keep)
    if keep:
        keep_result(Store(), result)
    tell(1.0, "done")
    return result


def measure(
    spec: BacktestSpec, market: MarketData, signals: Signals, identity: RunIdentity, *, progress: Progress | None = None
) -> BacktestResult:
    """Simulate the signals and compute every metric of what came out, and of buying and holding beside it.

    `progress` is told between stretches of bars, from half done to four fifths, with a stage that knows where the account stands.
    """
    panel = market.panel
    done = engine.simulate(spec, panel, signals, _on_bars(panel, progress) if progress else None)
    held = engine.buy_and_hold(panel, spec.capital)
    year = panel.periods_per_year
    return BacktestResult(
        spec=spec,
        identity=identity,
        index=panel.index,
        equity_values=done.equity,
        cash_values=done.cash,
        benchmark_values=held,
        position_values=done.positions,
        borrow_fee_values=done.borrow_fees,
        orders=done.orders,
        trades=done.trades,
        metrics=metrics.summarise(
            done.equity,
            spec.capital,
            trades=done.trades,
            positions=done.positions,
            periods_per_year=year,
            benchmark=held,
            index=panel.index,
        ),
        benchmark_metrics=metrics.summarise(held, spec.capital, periods_per_year=year, index=panel.index),
        flags=(*done.flags, *market.flags),
        periods_per_year=year,
        provenance=market.provenance,
    )


def _on_bars(panel: Panel, progress: Progress) -> Callable[[int, float, int], None]:
    def told(bar: int, equity: float, trades: int) -> None:
        fraction = TRADING[0] + (TRADING[1] - TRADING[0]) * (bar + 1) / len(panel.index)
        progress(fraction, Trading(bar_time=rfc3339(panel.index[bar]), equity=equity, trades=trades))

    return told
