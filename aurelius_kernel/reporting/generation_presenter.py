"""How generations, orchestrations and reflexions show themselves in a notebook, and what they draw."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aurelius_kernel import views
from aurelius_kernel.durable import write_whole
from aurelius_kernel.errors import InvalidField
from aurelius_kernel.hashing import canonical_json
from aurelius_kernel.reporting import generation_card as card
from aurelius_kernel.reporting.verdict_card import html_lines, text_lines
from aurelius_kernel.research.generate import Generation
from aurelius_kernel.research.orchestrate import Orchestration
from aurelius_kernel.research.reflect import Reflexion
from aurelius_kernel.views.folds import facts_table, fold
from aurelius_kernel.views.numerals import plural
from aurelius_kernel.views.verdict_tables import Line

if TYPE_CHECKING:
    from aurelius_kernel.views.theme import Chart

__all__ = ["GenerationPresenter", "OrchestrationPresenter", "ReflexionPresenter"]


class GenerationPresenter:
    """Shows a Generation as figure, JSON, HTML or text."""

    def plot(self, record: Generation) -> Chart:
        """Every candidate against luck."""
        return views.candidates_against_luck(record)

    def report(self, record: Generation, path: str | Path, **_options: Any) -> Path:
        """The record at a path that ends in .json."""
        return _written(record, path)

    def mimebundle(self, record: Generation) -> dict[str, str]:
        """A line a candidate."""
        told = card.generation_title(record), card.generation_lines(record), card.generation_notes(record)
        return _bundle(*told, fold(f"All {plural(record.trials, 'candidate')}", card.tried_table(record)))


class OrchestrationPresenter:
    """Shows an Orchestration as figure, JSON, HTML or text."""

    def plot(self, record: Orchestration) -> Chart:
        """The stages, and how far it came."""
        return views.stages_reached(record)

    def report(self, record: Orchestration, path: str | Path, **_options: Any) -> Path:
        """The record at a path that ends in .json."""
        return _written(record, path)

    def mimebundle(self, record: Orchestration) -> dict[str, str]:
        """A line a stage."""
        told = card.orchestration_title(record), card.orchestration_lines(record), card.orchestration_notes(record)
        return _bundle(*told, fold("Evidence", card.evidence_table(record)))


class ReflexionPresenter:
    """Shows a Reflexion as the child's figure, JSON, HTML or text."""

    def plot(self, record: Reflexion) -> Chart:
        """The child's equity and drawdown."""
        return views.equity_and_drawdown(record.result())

    def report(self, record: Reflexion, path: str | Path, **_options: Any) -> Path:
        """The record at a path that ends in .json."""
        return _written(record, path)

    def mimebundle(self, record: Reflexion) -> dict[str, str]:
        """What was changed, and what it is worth."""
        hashes = {"parent": record.parent, "child": record.child, **record.validations}
        return _bundle(
            card.reflexion_title(record), card.reflexion_lines(record), [], fold("Evidence", facts_table(hashes.items()))
        )


def _bundle(title: str, lines: Sequence[Line], notes: Sequence[str], folded: str) -> dict[str, str]:
    return {"text/html": html_lines(title, lines, notes, folded), "text/plain": text_lines(title, lines, notes)}


def _written(record: Generation | Orchestration | Reflexion, path: str | Path) -> Path:
    target = Path(path)
    if target.suffix.lower() != ".json":
        raise InvalidField.of("path", f"must end in .json, not {target.name!r}")
    write_whole(target, canonical_json(record.document()))
    return target
