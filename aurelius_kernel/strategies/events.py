"""The bars on which something begins: what an entry needs, so that a position stopped out waits for a new signal.

An event is decided by two bars, the one before and the one it happens on.
"""

from __future__ import annotations

import numpy as np

from aurelius_kernel.typing import BoolArray, FloatArray

__all__ = ["begins", "crossed_above"]


def crossed_above(values: FloatArray, level: FloatArray | float) -> BoolArray:
    """Where `values` are above `level` and were known not to be on the bar before; a NaN is neither."""
    above, not_above = values > level, values <= level
    return begins(above, not_above)


def begins(now: BoolArray, before: BoolArray) -> BoolArray:
    """Where `now` holds and `before` held on the bar before."""
    out = np.zeros(len(now), dtype=np.bool_)
    out[1:] = now[1:] & before[:-1]
    return out
