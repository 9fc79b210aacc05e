"""How many parameter sets were tried: every run adds to the ledger, and anyone may ask it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from numpy.typing import NDArray

from aurelius_kernel.artifacts import Clusters, Store, Trial, fingerprints, fingerprints_of_each, smallest_of_each
from aurelius_kernel.errors import StorageUnavailable
from aurelius_kernel.home import owner as whoever_asks
from aurelius_kernel.model import BacktestSpec
from aurelius_kernel.research.market_data import MarketData

__all__ = ["add_clusters", "add_trials", "trial_of", "trials", "trials_of_each"]


def trials(family: str, data_hash: str, *, owner: str | None = None) -> int:
    """How many different parameter sets of a family were ever evaluated on a data set, in sweeps and single runs, failed ones too.

    The same parameters under other costs, sizes or sides are another set; over other dates they are the same one. The number is
    exact below 512 and within a few percent beyond. `data_hash` is that of a result's identity, which says what data set is meant;
    `owner` is whoever runs this, `local` in a notebook of one's own.
    """
    return Store().trials.count(family, data_hash, owner=owner or whoever_asks())


def trial_of(
    spec: BacktestSpec, market: MarketData, identity: str, columns: Mapping[str, NDArray[Any]] | None = None, failed: int = 0
) -> Trial:
    """The entry of a run of the spec on the market, or of a sweep of it over `columns`."""
    return Trial.of(market.data_hash, identity, fingerprints(spec, columns), failed, dataset=market.dataset)


def trials_of_each(
    spec: BacktestSpec, markets: Mapping[str, MarketData], identity: str, columns: Mapping[str, NDArray[Any]], failed: Sequence[int]
) -> list[Trial]:
    """The entries of one sweep of the spec over `columns` on each instrument alone, of which so many rows failed."""
    sets = fingerprints_of_each(spec, list(markets), columns)
    told = zip(markets.values(), smallest_of_each(sets), failed, strict=True)
    return [
        Trial.sketched(market.data_hash, identity, sketch, sets.shape[1], count, dataset=market.dataset)
        for market, sketch, count in told
    ]


def add_trials(family: str, entries: list[Trial], *, kept: bool) -> None:
    """Write what was evaluated into the ledger; a run that keeps nothing else goes on without one, with a warning."""
    with _counted(kept):
        Store().trials.record(family, entries, owner=whoever_asks())


def add_clusters(family: str, clusters: Clusters, *, kept: bool) -> None:
    """Write into the ledger how alike some sets were, as `add_trials` does."""
    with _counted(kept):
        Store().trials.note_clusters(family, clusters, owner=whoever_asks())


@contextmanager
def _counted(kept: bool) -> Iterator[None]:
    try:
        yield
    except StorageUnavailable as error:
        if kept:
            raise
        warnings.warn(f"This run is not counted among the trials: {error.message}", stacklevel=4)
