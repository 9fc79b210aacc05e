"""Several instruments side by side, for rules that weigh one against another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from aurelius_kernel.errors import ImpossibleRequest, NotEnoughBars
from aurelius_kernel.model import Bars, Signals
from aurelius_kernel.strategies.frames import complete_bars, present, union_index
from aurelius_kernel.typing import FloatArray, IntArray

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

    @property
    def index(self) -> pd.DatetimeIndex:
        """The stamps of the rows of `close`."""
        return self.union[self.rows]

    def closes_of(self, frame: pd.DataFrame) -> FloatArray:
        """The closes of another series at these stamps, NaN where it has none."""
        own = pd.DatetimeIndex(frame.index).get_indexer(self.index)
        closes = frame["close"].to_numpy(np.float64)[own]
        return np.where((own >= 0) & present(closes), closes, np.nan)

    def book(self, weights: FloatArray) -> Signals:
        """Target weights of shape (bars, instruments), where the instrument has a bar, as signals on every stamp."""
        decided = np.full((len(self.union), len(self.instruments)), np.nan)
        decided[self.rows] = np.where(np.isnan(self.close), np.nan, weights)
        return Signals(index=self.union, instruments=self.instruments, weights=decided)


def together(bars: Bars, names: Sequence[str], *, least: int, warm_up: int, family: str) -> Together:
    """The named instruments side by side wherever at least `least` of them have a bar.

    Raises ImpossibleRequest when that is nowhere, NotEnoughBars when it is on no more than `warm_up` stamps.
    """
    frames = {name: bars[name] for name in names}
    union = union_index(frames)
    close = np.full((len(union), len(frames)), np.nan)
    for column, frame in enumerate(frames.values()):
        own, whole = complete_bars(frame)
        at = slice(None) if len(own) == len(union) else union.get_indexer(pd.DatetimeIndex(frame.index)[whole])
        close[at, column] = own["close"].to_numpy(np.float64)
    rows = np.flatnonzero((~np.isnan(close)).sum(axis=1) >= least)
    if not len(rows):
        raise ImpossibleRequest.of(
            "instruments", f"do not overlap in time: at no stamp do {least} of {', '.join(names)} have a bar"
        )
    if len(rows) <= warm_up:
        raise NotEnoughBars(warm_up + 1, len(rows), f"{family} over {', '.join(names)}, which share their stamps,")
    return Together(union=union, rows=rows, instruments=tuple(names), close=close[rows])
