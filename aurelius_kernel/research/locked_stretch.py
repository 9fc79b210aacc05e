"""The one look at a locked stretch: the judged strategy goes on over bars that nobody has seen."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from aurelius_kernel import engine
from aurelius_kernel.artifacts import Store
from aurelius_kernel.data.holdout import locked
from aurelius_kernel.gates import Held
from aurelius_kernel.metrics import kurtosis, sharpe_ratio, skew
from aurelius_kernel.metrics.deflated_sharpe import probabilistic_sharpe_ratio
from aurelius_kernel.model import BacktestResult, RunIdentity
from aurelius_kernel.research.backtest import measure
from aurelius_kernel.research.market_data import OWN_BARS, gather
from aurelius_kernel.strategies import Strategy
from aurelius_kernel.validation import holdout_looks, open_holdout

__all__ = ["is_locked", "look"]


def is_locked(result: BacktestResult) -> bool:
    """Whether any instrument of the result has a locked stretch."""
    spec = result.spec
    return spec.source != OWN_BARS and any(locked(name, spec.frequency) for name in spec.instruments)


def look(result: BacktestResult, strategy: Strategy, store: Store) -> Held:
    """Run the result's spec to the end of the data, past the locks, and measure what it earns there; each call is one look.

    Only a summary is kept: the curve stays unseen.
    """
    spec = result.spec.model_copy(update={"end": None})
    begins = min(lock.start for name in spec.instruments if (lock := locked(name, spec.frequency)))
    with open_holdout(spec.instruments, reason="the product gate", evidence=result.hash, frequency=spec.frequency, store=store):
        market = gather(spec, strategy.references(spec.instruments))
        identity = RunIdentity.of(
            spec_hash=spec.hash,
            data_hash=market.data_hash,
            seed=result.identity.seed,
            engine_version=engine.ENGINE_VERSION,
        )
        done = measure(spec, market, strategy.signals(market.bars), identity)
    returns = done.returns[done.index >= pd.Timestamp(begins, tz="UTC")].to_numpy(np.float64)
    sharpe = sharpe_ratio(returns, done.periods_per_year)
    per_bar = sharpe / math.sqrt(done.periods_per_year)
    luck = probabilistic_sharpe_ratio(per_bar, len(returns), skew(returns), kurtosis(returns))
    looks = holdout_looks(spec.instruments, frequency=spec.frequency, store=store) or 1
    seen = {"bars": len(returns), "sharpe_ratio": _defined(sharpe), "psr": _defined(luck), "looks": looks}
    told = {"kind": "holdout_look", "result": result.hash, "run": done.hash, "begins": begins.isoformat(), **seen}
    address = store.put_document(told, kind="holdout_look")
    return Held(address=address, bars=len(returns), sharpe_ratio=_defined(sharpe), psr=_defined(luck), looks=looks)


def _defined(value: float) -> float | None:
    return None if math.isnan(value) else value
