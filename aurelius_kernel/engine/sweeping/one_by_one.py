"""The slow way, which every other is held to: one run of the vectorbt engine for each combination."""

from __future__ import annotations

from typing import Any

import numpy as np

from aurelius_kernel import engine, metrics
from aurelius_kernel.engine.sweeping.decided import Columns, Decided
from aurelius_kernel.metrics import Metric
from aurelius_kernel.model import BacktestSpec, Panel
from aurelius_kernel.typing import FloatArray

__all__ = ["OneByOne"]


class OneByOne:
    """One market, and what buying and holding it would have brought."""

    def __init__(self, spec: BacktestSpec, panel: Panel) -> None:
        self.spec, self.panel = spec, panel
        self.held = engine.buy_and_hold(panel, spec.capital)

    def summary(self, decided: Decided, exits: Columns, wanted: tuple[Metric, ...]) -> FloatArray:
        """The metrics of one combination; NaN where undefined."""
        own: dict[str, Any] = {name: _or_none(column[decided.row].item()) for name, column in exits.items()}
        spec = self.spec.model_copy(update=own)
        done = engine.simulate(spec, self.panel, decided.signals)
        found = metrics.summarise(
            done.equity,
            spec.capital,
            trades=done.trades,
            positions=done.positions,
            periods_per_year=self.panel.periods_per_year,
            benchmark=self.held,
            index=self.panel.index,
        )
        return np.array([found[metric] for metric in wanted], dtype=np.float64)


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else value
