"""Colours of a heat table: blue for gains, ochre for losses, paler the smaller they are."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from aurelius_kernel.views.theme import PALETTE

__all__ = ["heat"]

STRONGEST = 0.55
"""How much of the full colour the strongest cell takes; dark text stays readable on it."""


def heat(values: Sequence[float]) -> list[str | None]:
    """A colour for each value, None for NaN and for zero; full strength at the 95th percentile of the values' sizes."""
    sizes = [abs(value) for value in values if math.isfinite(value)]
    scale = float(np.quantile(sizes, 0.95)) if sizes else 0.0
    return [_colour(value, scale) for value in values]


def _colour(value: float, scale: float) -> str | None:
    if not math.isfinite(value) or value == 0.0 or scale == 0.0:
        return None
    strength = STRONGEST * min(abs(value) / scale, 1.0)
    full = _channels(PALETTE["accent" if value > 0 else "loss"])
    mixed = [round(255 + (channel - 255) * strength) for channel in full]
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def _channels(colour: str) -> list[int]:
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]
