"""How a sweep shows itself in a notebook, and what its `plot` draws."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from aurelius_kernel import views
from aurelius_kernel.errors import InvalidField
from aurelius_kernel.reporting.sweep_card import html_card, text_card
from aurelius_kernel.research.sweep import SweepResult

if TYPE_CHECKING:
    from aurelius_kernel.views.theme import Chart

__all__ = ["SweepPresenter"]


class SweepPresenter:
    """Shows a SweepResult as figure, CSV, HTML or text."""

    def plot(
        self, record: SweepResult, *, x: str | None = None, y: str | None = None, metric: str | None = None, parallel: bool = False
    ) -> Chart:
        """A heat map of two parameters, a line of one, or every combination as a line through all of them."""
        if parallel:
            return views.parallel_coordinates(record, metric)
        if len(record.parameters) == 1 and y is None:
            return views.parameter_line(record, x or record.parameters[0], metric)
        return views.parameter_heat(record, x, y, metric)

    def report(self, record: SweepResult, path: str | Path, **_options: Any) -> Path:
        """The table as CSV at a path that ends in .csv; raises InvalidField for any other ending."""
        target = Path(path)
        if target.suffix.lower() != ".csv":
            raise InvalidField.of("path", f"must end in .csv, not {target.name!r}")
        record.table.to_csv(target, index_label="row")
        return target

    def mimebundle(self, record: SweepResult) -> dict[str, str]:
        """A card with the best combinations, and the same as text."""
        return {"text/html": html_card(record), "text/plain": text_card(record)}
