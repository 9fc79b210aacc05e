"""Market data as the library passes it around: a frame an instrument, and a panel of aligned arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any

import numpy as np
import pandas as pd
from pydantic import Field

from aurelius_kernel.model.record import Record
from aurelius_kernel.typing import BoolArray, FloatArray

__all__ = ["COLUMNS", "PRICES", "Adjustment", "Bars", "FidelityTier", "Panel", "Provenance"]

PRICES = ("open", "high", "low", "close")
COLUMNS = (*PRICES, "volume")

Bars = Mapping[str, pd.DataFrame]
"""Frames by instrument: columns `open high low close volume`, a strictly rising UTC index of each bar's close."""


class Adjustment(StrEnum):
    """What was done to prices for splits and dividends."""

    RAW = "raw"
    SPLIT = "split"
    TOTAL_RETURN = "total-return"


class FidelityTier(StrEnum):
    """How much of each bar is known."""

    CLOSE_ONLY = "tier0_close"
    BAR = "tier1_bar"


class Provenance(Record):
    """Where a data set comes from and what was done to it; stored beside the bars and named by every result."""

    provider: str
    venue_class: str = "exchange"
    calendar: str = "XNYS"
    adjustment: Annotated[Adjustment, Field(strict=False)] = Adjustment.RAW
    fidelity: Annotated[FidelityTier, Field(strict=False)] = FidelityTier.BAR
    licence: str = ""
    retrieved_at: str = ""
    transforms: Annotated[tuple[str, ...], Field(strict=False)] = ()
    quality_flags: Annotated[tuple[str, ...], Field(strict=False)] = ()

    def essence(self) -> dict[str, Any]:
        """What decides whether two data sets may be compared: all but when it was fetched and what was noticed about it since."""
        return self.model_dump(mode="json", exclude={"retrieved_at", "quality_flags"})


@dataclass(frozen=True, kw_only=True, eq=False)
class Panel:
    """Bars of several instruments on one index: arrays of shape (bars, instruments), NaN where an instrument has no bar.

    `index` is datetime64[ns] in UTC, strictly rising: the union of the instruments' own stamps. An instrument whose data has
    closes only carries its close in every price and is marked in `close_only`. `periods_per_year` is the number of bars a
    year of the calendar.
    """

    index: pd.DatetimeIndex
    instruments: tuple[str, ...]
    open: FloatArray
    high: FloatArray
    low: FloatArray
    close: FloatArray
    volume: FloatArray
    close_only: BoolArray
    periods_per_year: float
    data_hash: str

    @property
    def shape(self) -> tuple[int, int]:
        """(bars, instruments)."""
        return len(self.close), len(self.instruments)

    @cached_property
    def is_whole(self) -> bool:
        """Whether there is one instrument, and it has every bar."""
        return len(self.instruments) == 1 and not np.isnan(self.close).any()

    def present(self, column: int) -> BoolArray:
        """Which bars the instrument in `column` really has."""
        return ~np.isnan(self.close[:, column])
