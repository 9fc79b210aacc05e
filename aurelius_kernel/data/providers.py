"""What a source of market data has to offer: one small interface for bundled samples and for feeds over the network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from aurelius_kernel.data.window import Moment
from aurelius_kernel.model import Provenance

__all__ = ["DataProvider", "Delivery"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Delivery:
    """The bars of one instrument, in the form of the catalogue, and where they come from."""

    bars: pd.DataFrame
    provenance: Provenance


class DataProvider(Protocol):
    """A source of bars; `source` is its name in the catalogue, `frequency` the length of its bars."""

    @property
    def source(self) -> str:
        """The name under which the catalogue keeps these bars."""

    @property
    def frequency(self) -> str:
        """The length of every bar it delivers, like 1d."""

    @property
    def version(self) -> str:
        """What changes when the provider would deliver other bars; it becomes `retrieved_at` of the provenance."""

    def instruments(self) -> tuple[str, ...]:
        """The names that it can deliver."""

    def fetch(self, instrument: str, start: Moment = None, end: Moment = None) -> Delivery:
        """The bars of one instrument from `start` to `end`; raises NotFound when the source cannot be reached."""
