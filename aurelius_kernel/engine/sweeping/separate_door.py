"""Many accounts of one instrument each that are all in or all out: averages that cross, through one call for all of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from aurelius_kernel.engine.fused.separate import Alone, Pairs, cross_each
from aurelius_kernel.engine.fused.threads import Crew
from aurelius_kernel.engine.sweeping.crossing_door import Crossings
from aurelius_kernel.engine.sweeping.decided import Columns
from aurelius_kernel.engine.sweeping.evaluation import Evaluator
from aurelius_kernel.engine.sweeping.outcome import Evaluation
from aurelius_kernel.model import Execution, Panel
from aurelius_kernel.strategies.trend_following import TIE

__all__ = ["SeparateDoor"]


class SeparateDoor:
    """Accounts of one family under one spec, on an instrument each; `first` has the first of them, and gives it the same bits."""

    def __init__(self, first: Evaluator, panels: Sequence[Panel]) -> None:
        self.first, self.panels = first, panels

    def evaluate(self, columns: Columns, crew: Crew) -> Evaluation | None:
        """The metrics of each combination in every account, account after account; None for what has to go one by one."""
        first = self.first
        crossings = Crossings(first.spec, columns) if first.door == "averages" else None
        if crossings is None or not first.crosses_plainly(crossings, columns):
            return None
        if not all(panel.is_whole for panel in self.panels):
            return None
        alone = [Alone(panel.open[:, 0], panel.close[:, 0], panel.periods_per_year) for panel in self.panels]
        values = np.empty((len(first.wanted), len(alone), crossings.rows))
        spec, at_open = first.spec, first.spec.execution is Execution.NEXT_OPEN
        for average, _, rows in crossings.groups(np.ones(crossings.rows, dtype=np.bool_)):
            pairs = Pairs(average, crossings.fast[rows], crossings.slow[rows], TIE)
            found = cross_each(alone, pairs, spec.costs, spec.capital, first.wanted, crew, next_open=at_open)
            found = found.T.reshape(len(values), len(alone), len(rows))
            if len(rows) == crossings.rows:
                values = found
            else:
                values[:, :, rows] = found
        failed = self._failed(values, crossings)
        return Evaluation(values=values.reshape(len(values), -1).T, failed=failed)

    def _failed(self, values: np.ndarray, crossings: Crossings) -> dict[int, str]:
        """Why rows have no metrics, which are taken from them; `values` has the shape (metrics, accounts, rows)."""
        failed, longest = dict[int, str](), crossings.warm_up.max(initial=0)
        for number, panel in enumerate(self.panels):
            if longest < panel.shape[0]:
                continue
            reasons = crossings.too_long(panel)
            values[:, number, list(reasons)] = np.nan
            failed |= {number * crossings.rows + row: reason for row, reason in reasons.items()}
        return failed
