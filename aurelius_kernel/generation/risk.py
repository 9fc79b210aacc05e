"""What a taste for risk sets: the base lookback, the volatility aimed at, and the largest position."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from aurelius_kernel.errors import UnknownName
from aurelius_kernel.model import FractionOfEquity, Sizing
from aurelius_kernel.strategies import Strategy

__all__ = ["PRESETS", "Preset", "Risk", "preset"]


class Risk(StrEnum):
    """A taste for risk, by its name."""

    CONSERVATIVE = "conservative"
    MODERATE = "moderate"
    AGGRESSIVE = "aggressive"


class Preset(NamedTuple):
    """The base lookback in bars, the yearly volatility aimed at, and the largest share of equity in positions."""

    lookback: int
    vol_target: float
    max_position: float

    def fixed(self, family: type[Strategy]) -> dict[str, Any]:
        """The parameters of a family that the taste for risk decides."""
        own = {"vol_target": self.vol_target, "max_position": self.max_position, "gross": self.max_position}
        return {name: value for name, value in own.items() if name in family.model_fields}

    def sizing(self, instruments: int) -> Sizing:
        """The size of a position where a family gives entries and no weights: an equal part of the largest share."""
        return FractionOfEquity(self.max_position / instruments)

    @property
    def leverage(self) -> float:
        """Gross position value over equity that is allowed: 1, or more where positions may be larger than the account."""
        return max(self.max_position, 1.0)


PRESETS: Mapping[Risk, Preset] = {
    Risk.CONSERVATIVE: Preset(40, 0.10, 0.5),
    Risk.MODERATE: Preset(20, 0.15, 1.0),
    Risk.AGGRESSIVE: Preset(10, 0.25, 1.5),
}


def preset(risk: str) -> Preset:
    """The preset of that name; raises UnknownName with those there are."""
    known = {str(name): values for name, values in PRESETS.items()}
    if risk not in known:
        raise UnknownName("risk", risk, known, field="risk")
    return known[risk]
