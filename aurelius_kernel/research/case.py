"""A result brought before the rules: its strategy, its bars and its decisions found again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import pandas as pd

from aurelius_kernel import engine
from aurelius_kernel.artifacts import Store, load_result
from aurelius_kernel.errors import ImpossibleRequest, UnknownName
from aurelius_kernel.gates import Case, Policy, TrialCount, Universe
from aurelius_kernel.home import owner
from aurelius_kernel.model import BacktestResult, BacktestSpec, Signals
from aurelius_kernel.research.market_data import MarketData, gather
from aurelius_kernel.strategies import Strategy

__all__ = ["case_of", "result_of", "strategy_of", "trials_of"]


def result_of(result: BacktestResult | str, store: Store) -> BacktestResult:
    """The result itself, or the stored one under a hash, a prefix of one or a pinned name.

    Of a result in hand only its content counts: hashes that it may have computed before somebody changed it are made again.
    """
    if isinstance(result, BacktestResult):
        return replace(result)
    return load_result(store, result)


def strategy_of(spec: BacktestSpec, strategy: Strategy | None = None) -> Strategy:
    """The strategy that a spec names; raises UnknownName for a family nobody registered, ImpossibleRequest when it has changed."""
    named = spec.strategy
    if strategy is None:
        if named.type not in Strategy.families:
            raise UnknownName("strategy type", named.type, Strategy.families, field="strategy")
        strategy = Strategy.create(named.type, **named.parameters)
    if strategy.spec() != named:
        raise ImpossibleRequest.of("strategy", f"({named.type}) is not what it was when the result was made; run it again")
    return strategy


def trials_of(family: str, dataset: str, store: Store) -> TrialCount:
    """How many parameter sets of the family the ledger counts on a data set, at least one, and how many these are worth."""
    found = store.trials.effective(family, dataset, owner=owner())
    count, effective = float(max(found.count, 1)), max(found.effective, 1.0)
    return TrialCount(count=count, effective=min(effective, count), variance=found.variance)


def case_of(
    result: BacktestResult,
    store: Store,
    *,
    bars: Mapping[str, pd.DataFrame] | None = None,
    strategy: Strategy | None = None,
    policy: Policy | None = None,
    trials: TrialCount | None = None,
    universe: Universe | None = None,
    probes: int | None = None,
) -> Case:
    """The case of a result; raises ImpossibleRequest when its data or its strategy are not what they were."""
    chosen = strategy_of(result.spec, strategy).seeded(result.identity.seed)
    market = gather(result.spec, chosen.references(result.spec.instruments), bars)
    if market.data_hash != result.identity.data_hash:
        raise ImpossibleRequest.of("bars", f"are not those of the result, whose data hash is {result.identity.data_hash[:12]}")
    return Case(
        result=result,
        strategy=chosen,
        bars=market.bars,
        panel=market.panel,
        signals=chosen.signals(market.bars),
        account=partial(_account, market),
        policy=policy or Policy(),
        trials=trials or trials_of(result.spec.strategy.type, market.dataset, store),
        universe=universe,
        probes=probes,
    )


def _account(market: MarketData, spec: BacktestSpec, signals: Signals) -> engine.Simulation:
    return engine.simulate(spec, market.panel, signals)
