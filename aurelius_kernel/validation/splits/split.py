"""One split: what is learnt from and what is judged."""

from __future__ import annotations

from typing import NamedTuple

from aurelius_kernel.typing import IntArray

__all__ = ["Split"]


class Split(NamedTuple):
    """Positions of bars to learn from and of bars to be judged on, both rising, with none in common."""

    train: IntArray
    test: IntArray
