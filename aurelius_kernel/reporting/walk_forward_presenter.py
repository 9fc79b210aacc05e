"""How a walk-forward validation shows itself in a notebook, and what its `plot` and `report` do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from aurelius_kernel import views
from aurelius_kernel.errors import ImpossibleRequest, UnknownName
from aurelius_kernel.gates import Scorecard, Verdict
from aurelius_kernel.reporting.folio_files import write_folio
from aurelius_kernel.reporting.folio_page import Paper
from aurelius_kernel.reporting.validation_report import validation_folio
from aurelius_kernel.reporting.walk_forward_card import html_card, text_card
from aurelius_kernel.research.walk_forward import WalkForwardResult

if TYPE_CHECKING:
    from aurelius_kernel.views.theme import Chart

__all__ = ["WalkForwardPresenter"]

FIGURES = ("windows", "degradation", "overfitting", "fan", "parameters")


class WalkForwardPresenter:
    """Shows a WalkForwardResult as figure, report, HTML or text."""

    def plot(self, record: WalkForwardResult, *, what: str = "windows") -> Chart:
        """One of the five figures; raises ImpossibleRequest for one whose numbers could not be computed."""
        match what:
            case "windows":
                return views.walk_forward_windows(record)
            case "degradation":
                return views.walk_forward_degradation(record)
            case "overfitting":
                return _logits(record)
            case "fan":
                return _fan(record)
            case "parameters":
                return views.parameter_map(record)
            case _:
                raise UnknownName("figure", what, FIGURES, field="what")

    def report(
        self,
        record: WalkForwardResult,
        path: str | Path,
        *,
        paper: Paper = "a4",
        verdicts: Sequence[Verdict] = (),
        scorecard: Scorecard | None = None,
    ) -> Path:
        """The validation at a path that ends in .pdf, .html, .xlsx or .json, or its windows alone in .csv.

        `verdicts` of gates and the readiness `scorecard` become a chapter of their own. Raises InvalidField for another ending.
        """
        target = Path(path)
        if target.suffix.lower() == ".csv":
            record.windows.to_csv(target)
            return target
        return write_folio(validation_folio(record, verdicts, scorecard), target, paper)

    def mimebundle(self, record: WalkForwardResult) -> dict[str, str]:
        """A card with the verdict and what it stands on, and the same as text."""
        return {"text/html": html_card(record), "text/plain": text_card(record)}


def _logits(record: WalkForwardResult) -> Chart:
    found = record.overfitting
    if found.logits is None or found.pbo is None:
        raise ImpossibleRequest.of("what", f"(overfitting) has nothing to show: {_why(record, 'overfitting')}")
    return views.logit_histogram(found.logits["value"], found.logits["splits"], found.pbo)


def _fan(record: WalkForwardResult) -> Chart:
    fan = record.overfitting.fan
    if fan is None:
        raise ImpossibleRequest.of("what", f"(fan) has nothing to show: {_why(record, 'intervals')}")
    return views.wealth_fan(fan["bars"], fan, record.equity / record.spec.base.capital)


def _why(record: WalkForwardResult, name: str) -> str:
    return next((note for note in record.overfitting.notes if note.startswith(name)), name).rstrip(".")
