"""What a strategy says: one typed result, either entries and exits or target weights."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from aurelius_kernel.typing import BoolArray, FloatArray

__all__ = ["Signals"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Signals:
    """The decisions of a strategy, known at the close of each bar; arrays of shape (bars, instruments).

    Either `entries`/`exits` (and the short side's), or `weights`: the share of equity each instrument should have from the
    next fill on, NaN for no change. An entry on a bar with an exit of the same side, or with an entry of the other side, is no
    decision and does nothing. Optional companions of an entry: `stop_price` and `target_price` (absolute levels),
    `trail_distance` (price units below the best price since the fill, above it for shorts) and `limit_price` (the entry fills
    only there or better, on the next bar). NaN means none.
    """

    index: pd.DatetimeIndex
    instruments: tuple[str, ...]
    entries: BoolArray | None = None
    exits: BoolArray | None = None
    short_entries: BoolArray | None = None
    short_exits: BoolArray | None = None
    weights: FloatArray | None = None
    stop_price: FloatArray | None = None
    target_price: FloatArray | None = None
    trail_distance: FloatArray | None = None
    limit_price: FloatArray | None = None

    def __post_init__(self) -> None:
        if (self.weights is None) == (self.entries is None):
            raise ValueError("signals hold either entries or weights")
        for name, array in self.arrays().items():
            if array.shape != self.shape:
                raise ValueError(f"{name} has shape {array.shape}, not {self.shape}: (bars, instruments)")

    @property
    def shape(self) -> tuple[int, int]:
        """(bars, instruments)."""
        return len(self.index), len(self.instruments)

    def arrays(self) -> dict[str, BoolArray | FloatArray]:
        """The decisions that are there, by name."""
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: array for name, array in named.items() if isinstance(array, np.ndarray)}

    def frame(self, instrument: str | None = None) -> pd.DataFrame:
        """One instrument's decisions (the first's, unless named) as a table over time."""
        column = self.instruments.index(instrument) if instrument else 0
        return pd.DataFrame({name: array[:, column] for name, array in self.arrays().items()}, index=self.index)
