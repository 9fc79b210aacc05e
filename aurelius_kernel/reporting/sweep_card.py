"""A sweep at a glance: its best combinations, how many were tried, and how much of the best one is luck."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import Any

from aurelius_kernel.metrics import Metric
from aurelius_kernel.reporting.card_folds import run_fold
from aurelius_kernel.reporting.wording import title
from aurelius_kernel.research.sweep import SweepResult
from aurelius_kernel.views.folds import facts_table, fold, rows_table
from aurelius_kernel.views.metric_table import label, written
from aurelius_kernel.views.numerals import count, percent, plural, short_hash

__all__ = ["html_card", "text_card"]

SHOWN = (Metric.SHARPE_RATIO, Metric.TOTAL_RETURN, Metric.CAGR, Metric.MAX_DRAWDOWN, Metric.TOTAL_TRADES)
ROWS, MORE, NAMED = 5, 50, 4


def text_card(result: SweepResult) -> str:
    """The sweep in lines of text."""
    head, rows = _table(result)
    widths = [max(len(row[at]) for row in [head, *rows]) for at in range(len(head))]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in [head, *rows]]
    return "\n".join([_headline(result), *(f"  {line}" for line in lines), *(f"  {note}" for note in _notes(result))])


def html_card(result: SweepResult) -> str:
    """The sweep as HTML of its own, without scripts, style sheets or anything from elsewhere; every text is escaped."""
    head, rows = _table(result)
    lines = [_line("th", head), *(_line("td", row) for row in rows)]
    notes = "".join(f"<div style='opacity:.7'>{escape(note)}</div>" for note in _notes(result))
    return (
        "<div style='font-variant-numeric:tabular-nums;max-width:56em'>"
        f"<div style='font-weight:600'>{escape(_headline(result))}</div>"
        f"<table style='margin:4px 0'><thead>{lines[0]}</thead><tbody>{''.join(lines[1:])}</tbody></table>"
        f"{notes}{_folds(result)}</div>"
    )


def _folds(result: SweepResult) -> str:
    """What the card holds behind its lines: more of the best, what failed, and how it was run."""
    head, rows = _table(result, MORE)
    more = (
        fold(f"The best {len(rows)} of {plural(result.trials, 'combination')}", rows_table(head, rows)) if len(rows) > ROWS else ""
    )
    reasons = [(f"row {row}", reason) for row, reason in list(result.failed.items())[:ROWS]]
    failed = fold(f"{plural(len(result.failed), 'combination')} failed", facts_table(reasons))
    space = facts_table([(name, _values(values)) for name, values in result.spec.space.items()])
    return f"{more}{failed}{fold('What was tried', space)}{run_fold(result.spec.base, result.identity, result.hash)}"


def _values(values: Any) -> str:
    """The values of one parameter, or the ends of its interval."""
    if isinstance(values, dict):
        return " to ".join(_plain(end) for end in values.values())
    told = [_plain(value) for value in values]
    return ", ".join(told) if len(told) <= 2 * ROWS else f"{', '.join(told[:ROWS])} … {told[-1]} ({len(told)} values)"


def _line(cell: str, texts: Sequence[str]) -> str:
    cells = [f"<{cell} style='text-align:right'>{escape(text)}</{cell}>" for text in texts]
    return f"<tr>{''.join(cells)}</tr>"


def _headline(result: SweepResult) -> str:
    base = result.spec.base
    more = f" and {count(len(base.instruments) - NAMED)} more" if len(base.instruments) > NAMED else ""
    span = f"{result.data['first'][:10]} to {result.data['last'][:10]}"
    on = f"{', '.join(base.instruments[:NAMED])}{more}"
    return f"{title(base.strategy.type)} on {on}, {span}, {plural(result.trials, 'combination')}"


def _table(result: SweepResult, most: int = ROWS) -> tuple[list[str], list[list[str]]]:
    """The head, and the best rows: the row's number, its parameters, and the metrics that are read first."""
    objective, _ = result.measured()
    metrics = [metric for metric in dict.fromkeys([objective, *SHOWN]) if metric in result.metrics]
    names = list(result.columns)
    best = result.top(most)
    rows = [
        [str(row), *(_plain(found[name]) for name in names), *(written(metric, found[metric]) for metric in metrics)]
        for row, found in best.iterrows()
    ]
    return ["row", *names, *(label(metric) for metric in metrics)], rows


def _notes(result: SweepResult) -> list[str]:
    objective, _ = result.measured()
    failed = f", {plural(len(result.failed), 'combination')} failed" if result.failed else ""
    notes = [f"ranked by {objective.label}{failed}; sweep {short_hash(result.hash)}"]
    if result.failed:
        notes.append(f"the first that failed: {next(iter(result.failed.values()))}")
    luck = _luck(result)
    if luck is not None:
        trials = plural(result.trials, "trial")
        notes.append(f"the best Sharpe ratio of {trials} is more than luck with probability {percent(luck, 1)}")
    return notes


def _luck(result: SweepResult) -> float | None:
    needed = (Metric.SHARPE_RATIO, Metric.SKEW, Metric.KURTOSIS)
    if any(metric not in result.metrics for metric in needed) or "instrument" in result.columns:
        return None
    if not len(result.top(1, Metric.SHARPE_RATIO)):
        return None
    found = result.deflated_sharpe()
    return None if math.isnan(found) else found


def _plain(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
