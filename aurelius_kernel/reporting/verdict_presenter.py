"""How reports, verdicts and scorecards show themselves in a notebook, and what they draw."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aurelius_kernel import views
from aurelius_kernel.durable import write_whole
from aurelius_kernel.errors import InvalidField
from aurelius_kernel.gates import Scorecard, Verdict, VerificationReport
from aurelius_kernel.hashing import canonical_json
from aurelius_kernel.reporting.verdict_card import html_lines, text_lines
from aurelius_kernel.views import verdict_tables
from aurelius_kernel.views.folds import facts_table, fold
from aurelius_kernel.views.numerals import plural
from aurelius_kernel.views.verdict_tables import Line

if TYPE_CHECKING:
    from aurelius_kernel.views.theme import Chart

__all__ = ["ScorecardPresenter", "VerdictPresenter", "VerificationPresenter"]

MOST_PLACES = 30


class VerificationPresenter:
    """Shows a VerificationReport as figure, JSON, HTML or text."""

    def plot(self, record: VerificationReport) -> Chart:
        """What the result bears."""
        return views.stress_bars(record)

    def report(self, record: VerificationReport, path: str | Path, **_options: Any) -> Path:
        """The record at a path that ends in .json."""
        return _written(record, path)

    def mimebundle(self, record: VerificationReport) -> dict[str, str]:
        """A line a rule."""
        told = verdict_tables.report_title, verdict_tables.report_lines, verdict_tables.report_notes
        return _bundle(record, *told, _places(record))


class VerdictPresenter:
    """Shows a Verdict as JSON, HTML or text."""

    def plot(self, record: Verdict, **_options: Any) -> Any:
        """Refuse: a verdict is read, not drawn."""
        raise InvalidField.of("plot", f"draws no {record.gate} verdict; ak.readiness(...).plot() draws the scorecard")

    def report(self, record: Verdict, path: str | Path, **_options: Any) -> Path:
        """The record at a path that ends in .json."""
        return _written(record, path)

    def mimebundle(self, record: Verdict) -> dict[str, str]:
        """A line a check."""
        told = verdict_tables.verdict_title, verdict_tables.verdict_lines, verdict_tables.verdict_notes
        return _bundle(record, *told, _evidence(record.evidence))


class ScorecardPresenter:
    """Shows a Scorecard as figure, JSON, HTML or text."""

    def plot(self, record: Scorecard) -> Chart:
        """The components with what each lost."""
        return views.scorecard_bars(record)

    def report(self, record: Scorecard, path: str | Path, **_options: Any) -> Path:
        """The record at a path that ends in .json."""
        return _written(record, path)

    def mimebundle(self, record: Scorecard) -> dict[str, str]:
        """A line a component, and what to do next."""
        told = verdict_tables.scorecard_title, verdict_tables.scorecard_lines
        return _bundle(record, *told, lambda _: [], _evidence(record.evidence))


def _bundle(
    record: Any,
    title: Callable[[Any], str],
    lines: Callable[[Any], Sequence[Line]],
    notes: Callable[[Any], Sequence[str]],
    folded: str,
) -> dict[str, str]:
    told = title(record), lines(record), notes(record)
    return {"text/html": html_lines(*told, folded), "text/plain": text_lines(*told)}


def _places(report: VerificationReport) -> str:
    """Where each violation shows."""
    places = [(one.rule_id, str(place)) for one in report.violations for place in one.evidence]
    return fold(f"{plural(len(places), 'place')} where it shows", facts_table(places[:MOST_PLACES])) if places else ""


def _evidence(evidence: Mapping[str, str]) -> str:
    return fold("Evidence", facts_table(evidence.items()))


def _written(record: VerificationReport | Verdict | Scorecard, path: str | Path) -> Path:
    target = Path(path)
    if target.suffix.lower() != ".json":
        raise InvalidField.of("path", f"must end in .json, not {target.name!r}")
    return write_whole(target, canonical_json(record.document()))
