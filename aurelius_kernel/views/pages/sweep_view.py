"""What is seen of a sweep for one metric when some of its combinations are chosen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any

import ipywidgets as widgets
import numpy as np
import pandas as pd

from aurelius_kernel.client import records
from aurelius_kernel.metrics import Metric
from aurelius_kernel.typing import BoolArray
from aurelius_kernel.views.markup import Html, table, tiles
from aurelius_kernel.views.metric_table import in_words, label
from aurelius_kernel.views.numerals import count, plural, ratio
from aurelius_kernel.views.pages.line_chart import LINES, legend
from aurelius_kernel.views.pages.sweep_figures import Pointed, heat_map, slice_chart, titled
from aurelius_kernel.views.pages.sweep_surface import Surface, cells, ranking

__all__ = ["SweepView"]

LISTED = 20
PLATEAU = (
    "Dots are the plateau: the tenth of the combinations that do best together with their neighbours. "
    "It is less likely luck than a peak that stands alone."
)
TENTH = 0.9
FEWEST_NEIGHBOURS = 2
BESIDE = (Metric.TOTAL_RETURN, Metric.SHARPE_RATIO, Metric.MAX_DRAWDOWN, Metric.TOTAL_TRADES)


@dataclass(frozen=True)
class SweepView:
    """A sweep's surface, the metric that is looked at, and which combinations are chosen."""

    sweep: records.SweepSummary
    surface: Surface
    metric: Metric
    chosen: BoolArray

    @cached_property
    def order(self) -> list[int]:
        """The chosen rows that have a number, the best first."""
        good = ranking(self.metric, self.surface.table[self.metric])
        known = np.flatnonzero(self.chosen & np.isfinite(good))
        return [int(row) for row in known[np.argsort(-good[known], kind="stable")]]

    @cached_property
    def middle(self) -> int | None:
        """The chosen row that does best together with its neighbours; None where there is no grid."""
        if self.plateau is None or not self.order:
            return None
        good = ranking(self.metric, self.plateau["plateau"].where(self.chosen & (self.plateau["neighbours"] >= FEWEST_NEIGHBOURS)))
        return int(np.nanargmax(good)) if np.isfinite(good).any() else None

    @cached_property
    def plateau(self) -> pd.DataFrame | None:
        """Each combination's neighbours."""
        return self.surface.plateau(self.metric)

    def facts(self) -> Html:
        """How many combinations there are, the best, and the plateau."""
        asked, table = self.sweep.asked, self.surface.table
        tried = count(self.sweep.trials)
        beside = f"{count(len(self.order))} chosen" + (
            f"; the best {count(len(table))} are drawn" if len(table) < (self.sweep.trials or 0) else ""
        )
        instruments = ", ".join(asked.get("instruments", []))
        facts = [
            ("Combinations", tried, beside if not self.sweep.failed else f"{beside}; {count(self.sweep.failed)} failed"),
            (f"Best {self.metric.label}", self._number(self.order[:1]), self._at(self.order[:1])),
        ]
        if self.middle is not None and self.plateau is not None:
            near = self.plateau.iloc[self.middle]
            mean, worst = (in_words(self.metric, float(near[name])) for name in ("plateau", "worst"))
            beside = f"{self._at([self.middle])}; of {plural(int(near['neighbours']), 'neighbour')} the worst has {worst}"
            facts.append(("Best plateau, mean", mean, beside))
        facts.append(("Seconds", ratio(self.sweep.duration, 1), f"{self.sweep.strategy_type.replace('_', ' ')} on {instruments}"))
        return tiles(facts)

    def map(self, across: str, down: str) -> list[widgets.Widget]:
        """The metric over two parameters; a parameter alone has no map."""
        if across == down:
            return [widgets.HTML("<p class='note'>A map needs two different parameters.</p>")]
        grid = self.surface.heat(across, down, self.metric, self.chosen)
        whole = self.surface.heat(across, down, self.metric, np.ones(len(self.chosen), dtype=bool)).to_numpy()
        known = whole[np.isfinite(whole)]
        limits = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
        more = ", the mean over the other parameters" if len(self.surface.parameters) > 2 else ""
        heading = f"<h2>{escape(titled(self.metric))} by {escape(down)} and {escape(across)}{more}</h2>"
        said = "The diamond is the best combination."
        if self.plateau is not None:
            said += f" {PLATEAU}"
        figure = heat_map(grid, self.metric, limits, self._pointed(across, down))
        return [widgets.HTML(f"{heading}<p class='note'>{said}</p>"), figure]

    def slices(self) -> list[widgets.Widget]:
        """The metric along each parameter alone."""
        if not self.order:
            return []
        charts = [self._slice(name) for name in self.surface.parameters]
        key = legend(["the others as the best has them", "mean over what is chosen"], (LINES[0], LINES[2]))
        grid = widgets.GridBox(
            charts, layout=widgets.Layout(grid_template_columns="repeat(auto-fit, minmax(min(320px, 100%), 1fr))")
        )
        return [widgets.HTML(f"<h2>{escape(titled(self.metric))} along each parameter</h2>{key}"), grid]

    def listing(self) -> Html:
        """The best of the chosen combinations, with what their neighbours do."""
        metrics = list(dict.fromkeys([self.metric, *(one for one in BESIDE if one in self.surface.metrics)]))
        near = [] if self.plateau is None else ["Neighbours, mean", "Neighbours, worst"]
        columns = ["Rank", *self.surface.parameters, *(label(one) for one in metrics), *near]
        rows = [self._row(rank, row, metrics) for rank, row in enumerate(self.order[:LISTED], start=1)]
        file = f"../../../api/v1/sweeps/{escape(self.sweep.id, quote=True)}/table.csv"
        shown = table(columns, rows, numeric=columns, title=f"The best {len(rows)} of {count(len(self.order))} chosen")
        return Html(f"{shown}<p class='note'><a href='{file}' download>Every combination with all its metrics as CSV</a></p>")

    def _row(self, rank: int, row: int, metrics: list[Metric]) -> list[str]:
        one = self.surface.table.iloc[row]
        near = [] if self.plateau is None else [float(self.plateau[name].iloc[row]) for name in ("mean", "worst")]
        return [
            str(rank),
            *(_plain(one[name]) for name in self.surface.parameters),
            *(in_words(metric, float(one[metric])) for metric in metrics),
            *(in_words(self.metric, value) for value in near),
        ]

    def _slice(self, name: str) -> Any:
        through = self.surface.through(self.order[0], name).set_index(name)[self.metric]
        drawn = self.surface.table[self.chosen]
        means = drawn.groupby(name)[self.metric].mean()
        return slice_chart(name, through, means, self.metric)

    def _pointed(self, across: str, down: str) -> Pointed:
        columns, rows = (cells(self.surface.table[name]).astype(str) for name in (across, down))

        def cell(row: int) -> tuple[str, str]:
            return str(columns[row]), str(rows[row])

        places = list(dict.fromkeys(cell(row) for row in self._held()))
        return Pointed(
            cell(self.order[0]) if self.order else None, places if len(places) <= len(set(columns)) * len(set(rows)) / 3 else []
        )

    def _held(self) -> list[int]:
        """The chosen rows whose plateau is among the best tenth."""
        if self.plateau is None or self.middle is None:
            return []
        good = ranking(self.metric, self.plateau["plateau"].where(self.plateau["neighbours"] >= FEWEST_NEIGHBOURS))
        return [int(row) for row in np.flatnonzero(self.chosen & (good >= TENTH))]

    def _number(self, rows: list[int]) -> str:
        return in_words(self.metric, float(self.surface.table[self.metric].iloc[rows[0]]) if rows else None)

    def _at(self, rows: list[int]) -> str:
        """The parameters of a row, as `fast 10, slow 40`."""
        return ", ".join(
            f"{name} {_plain(self.surface.table[name].iloc[row])}" for row in rows[:1] for name in self.surface.parameters
        )


def _plain(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float | np.floating) else str(value)
