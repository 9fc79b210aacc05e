"""One sweep: a metric over two of its parameters, all of them at once, each alone, and the best there are."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as widgets

from aurelius_kernel.client import records
from aurelius_kernel.errors import AureliusError
from aurelius_kernel.metrics import Metric
from aurelius_kernel.views.markup import Html, card, empty
from aurelius_kernel.views.metric_table import label
from aurelius_kernel.views.pages.desk import asked, desk, state
from aurelius_kernel.views.pages.line_chart import LINES, legend
from aurelius_kernel.views.pages.live import hearing, told
from aurelius_kernel.views.pages.parallel_coordinates import ParallelCoordinates
from aurelius_kernel.views.pages.sweep_figures import titled
from aurelius_kernel.views.pages.sweep_surface import Surface, dimension, ranking
from aurelius_kernel.views.pages.sweep_view import SweepView

__all__ = ["Explorer", "explorer"]

ROWS = 20_000
"""So many combinations are drawn at most, the best of the sweep's own objective."""
EVENTS = ("job_queued", "job_started", "job_progress", "job_completed", "job_failed", "job_cancelled")
NONE = (
    "There is no sweep yet",
    "Run one by “aurelius sweep run”, from a notebook, or over the API, or have one shared with you: it appears here by itself.",
)
BRUSHING = "Drag along an axis, or use its arrow keys, to choose combinations; a click or Escape takes the brush off again."


def explorer() -> Explorer:
    """The page's sweep, which is chosen from those that the looker may see."""
    return Explorer()


class Explorer:
    """A sweep that is looked at: what is chosen in one part of the page is chosen in all of them."""

    def __init__(self) -> None:
        self._found: dict[str, records.SweepSummary] = {}
        self._surface: Surface | None = None
        self._offers = False
        self.sweep = _choice("Sweep", "1 1 420px")
        self.metric = _choice("Metric", "0 1 300px")
        self.across, self.down = _choice("Across", "0 1 220px"), _choice("Down", "0 1 220px")
        self.axes = _row(self.across, self.down)
        self.lines = ParallelCoordinates()
        self.facts, self.best = widgets.HTML(), widgets.HTML()
        self.map, self.slices, self.all = (widgets.VBox() for _ in range(3))
        self._chosen(self.sweep, self._open)
        self._chosen(self.metric, self._draw)
        self._chosen(self.across, self._narrow)
        self._chosen(self.down, self._narrow)
        self.lines.observe(lambda _change: self._narrow(), names="brushes")
        self._says = told(self._list)

    def head(self) -> widgets.Widget:
        """Which sweep and which metric, and what came of it; the list grows as sweeps are run."""
        choices = _row(self.sweep, self.metric)
        shown = widgets.VBox(self._says or (choices, self.facts))
        shown.add_class("bare")

        def again() -> None:
            self._says = told(self._list)
            shown.children = self._says or (choices, self.facts)

        return hearing(shown, again, *EVENTS)

    def heat(self) -> widgets.Widget:
        """The metric over two parameters, with its best cell and its plateau."""
        return self.map

    def parallel(self) -> widgets.Widget:
        """Every combination as a line through its parameters; what is brushed there is chosen in every part."""
        return self.all

    def alone(self) -> widgets.Widget:
        """The metric along each parameter alone."""
        return self.slices

    def listing(self) -> widgets.Widget:
        """The best of the chosen combinations."""
        return self.best

    def _list(self) -> list[widgets.Widget]:
        """Take in the sweeps there are; gives what is said when there are none."""
        before, wanted = self._found.get(self.sweep.value), self.sweep.value or asked("sweep_id")
        self._found = {one.id: one for one in desk().sweeps(limit=100).sweeps}
        if wanted and wanted not in self._found and (one := _sweep(wanted)):
            self._found = {one.id: one, **self._found}
        if not self._found:
            return [widgets.HTML(empty(*NONE))]
        finished = next((one.id for one in self._found.values() if one.result), next(iter(self._found)))
        options = [(_named(one), one.id) for one in self._found.values()]
        self._offer(self.sweep, options, wanted if wanted in self._found else finished)
        if before is None or before.result != self._found[before.id].result or before.result is None:
            self._open()
        return []

    def _open(self) -> None:
        """Read the chosen sweep's table and show it; one that has none yet says how it stands."""
        one, self._surface = self._found.get(self.sweep.value), None
        if one is None or one.result is None:
            self.facts.value, self.best.value = _standing(one) if one else "", ""
            self.map.children = self.slices.children = self.all.children = ()
            return
        surface = Surface.of(desk().sweep_table(one.id, limit=ROWS), one.asked)
        names, known = surface.parameters, surface.metrics
        metrics = [(label(metric), str(metric)) for metric in known]
        self._offer(self.metric, metrics, one.objective if one.objective in known else str(known[0]))
        self._offer(self.across, [(name, name) for name in names], names[0])
        self._offer(self.down, [(name, name) for name in names], names[min(1, len(names) - 1)])
        self._surface = surface
        self._draw()

    def _draw(self) -> None:
        """Show every part anew, with nothing brushed."""
        if self._surface is None:
            return
        metric, found = self._metric(), self._surface.table
        axes = [dimension(name, found[name]) for name in self._surface.parameters]
        self.lines.draw([*axes, dimension(titled(metric), found[metric])], ranking(metric, found[metric]))
        key = legend(
            ("the best half", "the other half, and what is not chosen", "the best of all"),
            (LINES[0], "var(--grey, #8d95a1)", LINES[1]),
        )
        heading = f"<h2>All parameters at once</h2><p class='note'>{BRUSHING}</p>{key}"
        self.all.children = (widgets.HTML(heading), self.lines)
        self._narrow()

    def _narrow(self) -> None:
        """Show what is chosen by the brushes."""
        if self._surface is None:
            return
        seen = SweepView(self._found[self.sweep.value], self._surface, self._metric(), self.lines.chosen())
        self.facts.value, self.best.value = seen.facts(), seen.listing()
        if len(self._surface.parameters) > 1:
            heading, *figure = seen.map(self.across.value, self.down.value)
            self.map.children = (heading, self.axes, *figure)
        else:
            self.map.children = ()
        self.slices.children = tuple(seen.slices())

    def _offer(self, choice: widgets.Dropdown, options: list[tuple[str, str]], value: str) -> None:
        """Let something be chosen from, without anything being drawn for it."""
        self._offers = True
        choice.options, choice.value = options, value
        self._offers = False

    def _chosen(self, choice: widgets.Dropdown, then: Callable[[], None]) -> None:
        """Do that when somebody has chosen."""
        choice.observe(lambda _change: None if self._offers else then(), names="value")

    def _metric(self) -> Metric:
        return next(metric for metric in Metric if metric == self.metric.value)


def _choice(name: str, flex: str) -> widgets.Dropdown:
    return widgets.Dropdown(description=name, layout=widgets.Layout(width="auto", flex=flex, margin="0 16px 8px 0"))


def _row(*choices: widgets.Widget) -> widgets.HBox:
    return widgets.HBox(choices, layout=widgets.Layout(flex_flow="row wrap"))


def _sweep(sweep_id: str) -> records.SweepSummary | None:
    """A sweep by its id; None where there is none that this account may see."""
    try:
        return desk().sweep(sweep_id)
    except AureliusError:
        return None


def _named(one: records.SweepSummary) -> str:
    instruments = one.asked.get("instruments", [])
    more = f" +{len(instruments) - 2}" if len(instruments) > 2 else ""
    made = f"{one.created_at:%Y-%m-%d %H:%M}"
    family = one.strategy_type.replace("_", " ").capitalize()
    tried = f"{one.trials:,} tried" if one.trials is not None else one.status
    return f"{family} on {', '.join(instruments[:2])}{more}, {tried}, {made}"


def _standing(one: records.SweepSummary) -> str:
    bar = f" <progress max='1' value='{one.progress:.3f}' aria-label='Progress'></progress>" if one.status == "running" else ""
    why = card("", one.error) if one.error else ""
    return card("", Html(f"<p>This sweep is {state(one.status)}{bar}</p>")) + why
