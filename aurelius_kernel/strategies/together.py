"""Several instruments side by side, for rules that weigh one against another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from aurelius_kernel.errors import ImpossibleRequest, NotEnoughBars
from aurelius_kernel.model import Bars, Signals
from aurelius_kernel.strategies.frames import present, union_index, which_are_bars
from aurelius_kernel.typing import BoolArray, FloatArray, IntArray

__all__ = ["Together", "together"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Together:
    """Closes of shape (bars, instruments) on the stamps where enough of the instruments have a bar, NaN where one has none.

    `rows` are the positions of those stamps in `union`, every stamp of any instrument. Nothing is filled forward: whether a stamp
    belongs depends on the bars at that stamp alone.
    """

    union: pd.DatetimeIndex
    rows: IntArray
    instruments: tuple[str, ...]
    close: FloatArray
    warm_up: int

    @property
    def index(self) -> pd.DatetimeIndex:
        """The stamps of the rows of `close`."""
        return self.union[self.rows]

    def closes_of(self, name: str, frame: pd.DataFrame) -> FloatArray:
        """The closes of another series at these stamps, NaN where it has none; raises ImpossibleRequest when it has none at all."""
        own = pd.DatetimeIndex(frame.index).get_indexer(self.index)
        closes = np.full(len(own), np.nan)
        closes[own >= 0] = frame["close"].to_numpy(np.float64)[own[own >= 0]]
        closes[~present(closes)] = np.nan
        if np.isnan(closes).all():
            raise ImpossibleRequest.of("bars", f"of {name} share no stamp with those of {', '.join(self.instruments)}")
        return closes

    def book(self, chosen: BoolArray, weights: FloatArray) -> Signals:
        """The target weights of the chosen rows, shape (rows chosen, instruments), as signals on every stamp.

        An instrument without a bar there gets none, no row that was not chosen changes anything, and the first `warm_up` never do.
        """
        decided = np.full((len(self.union), len(self.instruments)), np.nan)
        decided[self.rows[chosen]] = np.where(np.isnan(self.close[chosen]), np.nan, weights)
        decided[self.rows[: self.warm_up]] = np.nan
        return Signals(index=self.union, instruments=self.instruments, weights=decided)


def together(bars: Bars, names: Sequence[str], *, least: int, warm_up: int, family: str) -> Together:
    """The named instruments side by side wherever at least `least` of them have a bar.

    Raises ImpossibleRequest when that is nowhere, NotEnoughBars when it is on no more than `warm_up` stamps.
    """
    frames = {name: bars[name] for name in names}
    union = union_index(frames)
    close = np.full((len(union), len(frames)), np.nan)
    for column, frame in enumerate(frames.values()):
        whole, _ = which_are_bars(frame)
        at = slice(None) if len(frame) == len(union) else union.get_indexer(pd.DatetimeIndex(frame.index))
        close[at, column] = np.where(whole, frame["close"].to_numpy(np.float64), np.nan)
    rows = np.flatnonzero((~np.isnan(close)).sum(axis=1) >= least)
    if not len(rows):
        raise ImpossibleRequest.of(
            "instruments", f"do not overlap in time: at no stamp do {least} of {', '.join(names)} have a bar"
        )
    if len(rows) <= warm_up:
        raise NotEnoughBars(warm_up + 1, len(rows), f"{family} over {', '.join(names)}, which share their stamps,")
    return Together(union=union, rows=rows, instruments=tuple(names), close=close[rows], warm_up=warm_up)
