"""Walk-forward: learn on the past, be judged on what comes next, move on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from aurelius_kernel.errors import ImpossibleRequest, InvalidField, NotEnoughBars
from aurelius_kernel.validation.inputs import whole_number
from aurelius_kernel.validation.splits.split import Split

__all__ = ["WalkForward"]


@dataclass(frozen=True)
class WalkForward:
    """Windows that walk through time: each learns on `train` bars and is judged on the `test` bars that follow.

    Training always comes before its test. Only whole tests count: bars at the end that do not fill one are left over.

    Parameters
    ----------
    train : bars of a training window
    test : bars of a test
    step : bars from one window to the next; `test` unless given, so that every bar is judged at most once
    anchored : every training window begins at the first bar and grows, instead of rolling along
    embargo : bars between training and test that belong to neither
    purge : bars at the end of a training window that are taken out of it, because what is learnt there reaches into the test

    Raises
    ------
    InvalidField, ImpossibleRequest
        For what is not a whole number in its range, and for a purge that leaves nothing to learn from.
    """

    train: int
    test: int
    step: int | None = None
    anchored: bool = False
    embargo: int = 0
    purge: int = 0

    def __post_init__(self) -> None:
        """Refuse sizes that make no windows."""
        lowest = {"train": 1, "test": 1, "embargo": 0, "purge": 0} | ({} if self.step is None else {"step": 1})
        for name, low in lowest.items():
            whole_number(name, getattr(self, name), low)
        if not isinstance(self.anchored, bool):
            raise InvalidField.of("anchored", f"must be True or False, not {self.anchored!r:.80}")
        if self.purge >= self.train:
            raise ImpossibleRequest.of("purge", f"({self.purge}) must be smaller than train ({self.train})")

    @property
    def shortest(self) -> int:
        """The bars that one window needs."""
        return self.train + self.embargo + self.test

    def n_windows(self, n: int) -> int:
        """How many windows fit into `n` bars."""
        return max(0, (n - self.shortest) // self._stride + 1)

    def split(self, n: int) -> Iterator[Split]:
        """Train and test positions of each window over `n` bars, in order; raises NotEnoughBars when not even one fits."""
        if whole_number("n", n) < self.shortest:
            raise NotEnoughBars(self.shortest, n, "One walk-forward step")
        return (self._window(start) for start in range(0, n - self.shortest + 1, self._stride))

    @property
    def _stride(self) -> int:
        return self.test if self.step is None else self.step

    def _window(self, start: int) -> Split:
        learnt, judged = start + self.train, start + self.train + self.embargo
        first = 0 if self.anchored else start
        return Split(np.arange(first, learnt - self.purge), np.arange(judged, judged + self.test))
