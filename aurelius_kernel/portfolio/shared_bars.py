"""Accounts over the bars that all of them have, each begun there as 1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np
import pandas as pd

from aurelius_kernel.metrics.drawdown import below_peak

__all__ = ["SharedBars", "shared_index"]


def shared_index(indexes: Iterable[pd.Index]) -> pd.DatetimeIndex:
    """The bars that every index has; empty when there are none."""
    return pd.DatetimeIndex(reduce(lambda shared, index: shared.intersection(index), indexes))


@dataclass(frozen=True, eq=False)
class SharedBars:
    """Values of accounts by name at their own bars, what each began with, and the bars that they share."""

    equity: Mapping[str, pd.Series]
    capital: Mapping[str, float]
    index: pd.DatetimeIndex

    def begun_with(self, name: str) -> float:
        """The account's value at its last bar before the shared ones, or its starting capital where there is none."""
        own = self.equity[name]
        place = int(own.index.searchsorted(self.index[0])) if len(self.index) else 0
        return float(own.iloc[place - 1]) if place else self.capital[name]

    @cached_property
    def wealth(self) -> pd.DataFrame:
        """What 1 put into each account has become at each shared bar, a column an account."""
        grown = {name: own.reindex(self.index).to_numpy() / self.begun_with(name) for name, own in self.equity.items()}
        return pd.DataFrame(grown, index=self.index)

    @cached_property
    def returns(self) -> pd.DataFrame:
        """Simple returns from one shared bar to the next, a column an account; NaN after a value of 0."""
        before = self.wealth.shift(fill_value=1.0)
        return self.wealth / before.where(before != 0.0) - 1.0

    @cached_property
    def drawdowns(self) -> pd.DataFrame:
        """Each account below its running maximum of the shared bars, a column an account; at most 0."""
        falls = {name: below_peak(np.concatenate([[1.0], values.to_numpy()]))[1:] for name, values in self.wealth.items()}
        return pd.DataFrame(falls, index=self.index)
