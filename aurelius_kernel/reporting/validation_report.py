"""A walk-forward validation as a report, with the verdicts of the gates that looked at it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from aurelius_kernel import views
from aurelius_kernel.gates import Scorecard, Verdict
from aurelius_kernel.metrics import Metric, Unit
from aurelius_kernel.metrics.drawdown import below_peak
from aurelius_kernel.reporting.comparison_report import bars_of
from aurelius_kernel.reporting.folio import Amount, Cell, Figure, Folio, Headline, Section, Table, amount
from aurelius_kernel.reporting.walk_forward_card import evidence, notes, sentence
from aurelius_kernel.reporting.wording import settings, title
from aurelius_kernel.research.walk_forward import WalkForwardResult
from aurelius_kernel.validation.stability import STABLE
from aurelius_kernel.views.metric_table import GROUPS, label, written
from aurelius_kernel.views.verdict_tables import Line, scorecard_lines, scorecard_title, verdict_lines, verdict_notes, verdict_title

__all__ = ["validation_folio"]

UNITS = {
    "objective": Unit.RATIO, "train_sharpe": Unit.RATIO, "test_sharpe": Unit.RATIO, "train_return": Unit.FRACTION,
    "test_return": Unit.FRACTION, "test_trades": Unit.COUNT, "trades": Unit.COUNT,
}  # fmt: skip


def validation_folio(result: WalkForwardResult, verdicts: Sequence[Verdict] = (), scorecard: Scorecard | None = None) -> Folio:
    """The validation as a report; with the verdicts of gates and the readiness scorecard when they are given."""
    base = result.spec.base
    wealth = pd.DataFrame({"Out of sample": result.equity, "Buy and hold": result.benchmark}) / base.capital
    falls = wealth.apply(lambda values: below_peak(np.concatenate([[1.0], values.to_numpy()]))[1:])
    return Folio(
        kind="Walk-forward validation",
        title=title(base.strategy.type),
        lead=sentence(result),
        hash=result.hash,
        date=result.index[-1].to_pydatetime(),
        facts=_facts(result),
        notices=notes(result),
        headline=_headline(result),
        sections=[
            Section("Out of sample", [
                Figure(views.walk_forward_windows(result), "The account out of sample against buy and hold, and every window"),
                Figure(views.walk_forward_degradation(result), "Sharpe ratios in training and in test, window by window"),
            ]),
            Section("How much of it is luck", [_evidence(result), *_evidence_figures(result)], fresh=True),
            *_gates(verdicts, scorecard),
            Section("Metrics out of sample", [_metrics(result)], fresh=True),
            Section("Windows", [_windows(result)]),
            Section("Bars", [bars_of("What 1 became", wealth, Unit.RATIO), bars_of("Drawdown", falls)]),
        ],
    )  # fmt: skip


def _facts(result: WalkForwardResult) -> list[tuple[str, Cell]]:
    base = result.spec.base
    return [
        ("Instruments", ", ".join(base.instruments)),
        ("First bar out of sample", result.index[0].to_pydatetime()),
        ("Last bar", result.index[-1].to_pydatetime()),
        ("Windows", Amount(len(result), Unit.COUNT)),
        ("Training, days", Amount(result.spec.train_days, Unit.COUNT)),
        ("Test, days", Amount(result.spec.test_days, Unit.COUNT)),
        ("Embargo, days", Amount(result.embargo_days, Unit.COUNT)),
        ("Parameter sets tried", Amount(result.tried(), Unit.COUNT)),
        *settings(base.document(), base.effective_sizing.document()),
    ]


def _headline(result: WalkForwardResult) -> list[Headline]:
    metrics, held = result.metrics, result.benchmark_metrics
    lost = None if result.degradation is None else result.degradation / 100.0
    return [
        Headline("Verdict", "Passed" if result.passed else "Not passed", [f"{STABLE:.0f} of stability to pass"]),
        Headline("Stability, of 100", Amount(round(result.stability), Unit.COUNT)),
        Headline("Degradation", Amount(lost, Unit.FRACTION), ["of the Sharpe ratio in training"]),
        *(
            Headline(label(one), Amount(metrics.get(one), one.unit), [_held(one, held.get(one))])
            for one in (Metric.TOTAL_RETURN, Metric.SHARPE_RATIO, Metric.MAX_DRAWDOWN)
        ),
    ]


def _held(metric: Metric, value: float | None) -> str:
    return "" if value is None else f"{written(metric, value)} buy and hold"


def _evidence(result: WalkForwardResult) -> Table:
    return Table("", ["Question", "Answer"], [list(row) for row in evidence(result)], sheet="Overfitting")


def _evidence_figures(result: WalkForwardResult) -> list[Figure]:
    found, figures = result.overfitting, []
    if found.logits is not None and found.pbo is not None:
        chart = views.logit_histogram(found.logits["value"], found.logits["splits"], found.pbo)
        figures.append(Figure(chart, "How the set chosen in one half of the bars ranked in the other, over all splits"))
    if found.fan is not None:
        chart = views.wealth_fan(found.fan["bars"], found.fan, result.equity / result.spec.base.capital)
        figures.append(Figure(chart, "What 1 becomes in resampled histories: bands between quantiles, and what it really became"))
    figures.append(Figure(views.parameter_map(result), "What each value of each parameter was worth on each training window"))
    return figures


def _gates(verdicts: Sequence[Verdict], scorecard: Scorecard | None) -> list[Section]:
    parts: list[str | Table | Figure] = []
    if scorecard is not None:
        parts += [Figure(views.scorecard_bars(scorecard), "The readiness score and its components"), _lines("Readiness",
                  scorecard_title(scorecard), scorecard_lines(scorecard), [])]  # fmt: skip
    for verdict in verdicts:
        name = f"{verdict.gate.capitalize()} gate"
        parts.append(_lines(name, verdict_title(verdict), verdict_lines(verdict), verdict_notes(verdict)))
    return [Section("Gates and readiness", parts, fresh=True)] if parts else []


def _lines(sheet: str, heading: str, lines: Sequence[Line], notes: Sequence[str]) -> Table:
    rows = [[line.mark, line.name.replace("_", " "), line.text] for line in lines]
    return Table(heading, ["", "Check", "What was found"], rows, note=". ".join(notes), sheet=sheet)


def _metrics(result: WalkForwardResult) -> Table:
    own, held = result.metrics, result.benchmark_metrics
    rows: list[list[Cell]] = [
        [label(metric), Amount(own[metric], metric.unit), Amount(held.get(metric), metric.unit)]
        for metrics in GROUPS.values()
        for metric in metrics
        if result.metrics.get(metric) is not None
    ]
    return Table("", ["Metric", "Out of sample", "Buy and hold"], rows, numeric=(1, 2), sheet="Metrics")


def _windows(result: WalkForwardResult) -> Table:
    frame = result.windows
    columns = [str(name) for name in frame.columns]
    numeric = [place for place, name in enumerate(columns) if frame[name].dtype.kind in "fiu"]
    rows = [[_cell(name, value) for name, value in zip(columns, row, strict=True)] for row in frame.itertuples(index=False)]
    return Table("", [name.replace("_", " ").capitalize() for name in columns], rows, numeric=numeric, sheet="Windows")


def _cell(column: str, value: Any) -> Cell:
    if isinstance(value, pd.Timestamp):
        return (value.tz_localize("UTC") if value.tzinfo is None else value).to_pydatetime()
    if isinstance(value, int | float | np.number) and not isinstance(value, bool | np.bool_):
        return amount(value, UNITS.get(column, Unit.BARS))
    return None if value is None else str(value)
