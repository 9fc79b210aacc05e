"""What every peer is asked: crossing averages of one instrument, all in or out at the next open, a commission in proportion.

Knows nothing but numpy, so that it can be imported in any environment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

CAPITAL, FEE = 100_000.0, 0.001
NEAR = 2e-9
MINUTES = 50_000
"""So many bars and more are minutes of every day; fewer are working days."""
DAYS_A_YEAR, MINUTES_A_YEAR = 252, 525_600
METRICS = (
    "total_return",
    "sharpe_ratio",
    "sortino_ratio",
    "max_drawdown",
    "calmar_ratio",
    "total_trades",
    "win_rate",
    "profit_factor",
    "exposure",
)


@dataclass(frozen=True, kw_only=True)
class Work:
    """Prices of shape (bars, instruments), and the windows of each combination's averages; the instruments are run on their own."""

    open: np.ndarray
    high: np.ndarray
    low: np.ndarray
    close: np.ndarray
    fast_values: np.ndarray
    slow_values: np.ndarray

    @classmethod
    def of(cls, bars: int, fast: range, slow: range, instruments: int = 1, seed: int = 1) -> Work:
        """Random walks, and every pair of a fast window and a longer slow one."""
        draw, days = np.random.default_rng(seed), 1.0 if bars < MINUTES else DAYS_A_YEAR / MINUTES_A_YEAR
        close = 100.0 * np.exp(np.cumsum(draw.normal(2e-4 * days, 0.01 * days**0.5, (bars, instruments)), axis=0))
        opens = close * np.exp(draw.normal(0.0, 0.003 * days**0.5, (bars, instruments)))
        return cls(
            open=opens,
            high=np.maximum(opens, close) * 1.001,
            low=np.minimum(opens, close) * 0.999,
            close=close,
            fast_values=np.array(fast),
            slow_values=np.array(slow),
        )

    @classmethod
    def read(cls, path: Path) -> Work:
        """The work that was written to a file."""
        with np.load(path) as told:
            return cls(**{name: told[name] for name in told})

    def write(self, path: Path) -> None:
        """Write the work to a file."""
        np.savez(path, **vars(self))

    @property
    def is_daily(self) -> bool:
        """Whether a bar is a working day; of long histories it is a minute of every day."""
        return len(self.close) < MINUTES

    @property
    def frequency(self) -> str:
        """A bar's length in our words."""
        return "1d" if self.is_daily else "1min"

    @property
    def year(self) -> int:
        """Bars a year."""
        return DAYS_A_YEAR if self.is_daily else MINUTES_A_YEAR

    @property
    def pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """The fast and the slow window of each combination."""
        fast, slow = (grid.ravel() for grid in np.meshgrid(self.fast_values, self.slow_values, indexing="ij"))
        return fast[fast < slow], slow[fast < slow]

    def averages(self, instrument: int = 0) -> dict[int, np.ndarray]:
        """The simple average of each window of an instrument, NaN until it is full."""
        close = self.close[:, instrument]
        sums = np.concatenate([[0.0], np.cumsum(close)])
        found = {}
        for window in np.unique(np.concatenate(self.pairs)).tolist():
            found[window] = np.full(len(close), np.nan)
            found[window][window - 1 :] = (sums[window:] - sums[:-window]) / window
        return found

    def signals(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Of each combination, where its fast average comes to be above its slow one, and where below."""
        averages = self.averages()
        for fast, slow in zip(*self.pairs, strict=True):
            above, below = averages[fast] > averages[slow], averages[fast] < averages[slow]
            up, down = np.zeros(len(above), dtype=bool), np.zeros(len(above), dtype=bool)
            up[1:], down[1:] = above[1:] & below[:-1], below[1:] & above[:-1]
            yield up, down

    def random_signals(self) -> tuple[np.ndarray, np.ndarray]:
        """As many entries and exits as there are combinations, of shape (combinations, bars), one in fifty bars each."""
        draw = np.random.default_rng(2)
        shape = len(self.pairs[0]), len(self.close)
        entries, exits = draw.random(shape) < 0.02, draw.random(shape) < 0.02
        return entries & ~exits, exits & ~entries

    def is_clear(self) -> np.ndarray:
        """Of each instrument's combinations, which never have averages so near each other that rounding could tell them apart."""
        return np.concatenate([self._is_clear(self.averages(instrument)) for instrument in range(self.close.shape[1])])

    def _is_clear(self, averages: dict[int, np.ndarray]) -> list[bool]:
        pairs = zip(*self.pairs, strict=True)
        return [not np.any(np.abs(averages[fast] / averages[slow] - 1.0) < NEAR) for fast, slow in pairs]
