"""A walk-forward validation at a glance: the verdict, the numbers it is made of, and how much of them is luck."""

from __future__ import annotations

import json
from html import escape

from aurelius_kernel.metrics import Metric
from aurelius_kernel.reporting.card_folds import metrics_fold, run_fold, windows_fold
from aurelius_kernel.reporting.wording import title
from aurelius_kernel.research.walk_forward import WalkForwardResult
from aurelius_kernel.validation.stability import STABLE
from aurelius_kernel.views.metric_table import label, written
from aurelius_kernel.views.numerals import count, percent, plural, ratio, short_hash
from aurelius_kernel.views.sparkline import sparkline

__all__ = ["evidence", "html_card", "notes", "sentence", "text_card"]

SHOWN = (Metric.TOTAL_RETURN, Metric.CAGR, Metric.SHARPE_RATIO, Metric.MAX_DRAWDOWN, Metric.TOTAL_TRADES)
NAMED = 4


def text_card(result: WalkForwardResult) -> str:
    """The validation in lines of text."""
    lines = [f"  {name:<34}{value}" for name, value in [*_numbers(result), *evidence(result)]]
    return "\n".join([sentence(result), f"  {_verdict(result)}", *lines, *(f"  {note}" for note in notes(result))])


def html_card(result: WalkForwardResult) -> str:
    """The validation as HTML of its own, without scripts, style sheets or anything from elsewhere; every text is escaped."""
    rows = "".join(
        f"<tr><td style='text-align:left'>{escape(name)}</td><td style='text-align:left'>{escape(value)}</td></tr>"
        for name, value in [*_numbers(result), *evidence(result)]
    )
    below = "".join(f"<div style='opacity:.7'>{escape(note)}</div>" for note in notes(result))
    curve = sparkline([result.benchmark, result.equity], "Judged account against buy and hold")
    return (
        "<div style='font-variant-numeric:tabular-nums;max-width:52em'>"
        f"<div style='font-weight:600'>{escape(sentence(result))}</div>"
        f"<div>{escape(_verdict(result))}</div>{curve}"
        f"<table style='margin:4px 0'><tbody>{rows}</tbody></table>{below}{_folds(result)}</div>"
    )


def _folds(result: WalkForwardResult) -> str:
    """What the card holds behind its lines."""
    return "".join([
        windows_fold(result.windows, result.parameters),
        metrics_fold(result.metrics, result.benchmark_metrics),
        run_fold(result.spec.base, result.identity, result.hash),
    ])  # fmt: skip


def sentence(result: WalkForwardResult) -> str:
    """What was validated on which instruments, over which days, in how many windows."""
    base, windows = result.spec.base, result.windows
    more = f" and {count(len(base.instruments) - NAMED)} more" if len(base.instruments) > NAMED else ""
    span = f"{windows['train_start'].iloc[0]:%Y-%m-%d} to {windows['test_end'].iloc[-1]:%Y-%m-%d}"
    return f"{title(base.strategy.type)} on {', '.join(base.instruments[:NAMED])}{more}, {span}, {plural(len(result), 'window')}"


def _verdict(result: WalkForwardResult) -> str:
    lost = "undefined" if result.degradation is None else f"{count(round(result.degradation))}%"
    verdict = "Passed" if result.passed else "Not passed"
    return f"{verdict}: stability {result.stability:.0f} of 100 ({STABLE:.0f} to pass), degradation {lost}"


def _numbers(result: WalkForwardResult) -> list[tuple[str, str]]:
    rows = []
    for metric in SHOWN:
        held = result.benchmark_metrics.get(metric)
        beside = "" if held is None else f", {written(metric, held)} buy and hold"
        tried = f", {_tried(result)}" if metric is Metric.SHARPE_RATIO else ""
        rows.append((label(metric), f"{written(metric, result.metrics.get(metric))}{beside}{tried}"))
    return rows


def _tried(result: WalkForwardResult) -> str:
    known = result.tried()
    return f"{plural(known, 'parameter set')} tried"


def evidence(result: WalkForwardResult) -> list[tuple[str, str]]:
    """What was asked about luck, and each answer; questions without an answer are left out."""
    found = result.overfitting
    sharpe = None if found.intervals is None else found.intervals["sharpe_ratio"]
    worth = f"{plural(found.combinations, 'set')} worth {found.effective_trials:.3g} independent ones"
    told = [
        ("Above 0, by its own record", _probability(found.psr)),
        ("More than luck", f"{_probability(result.deflated_sharpe())} ({worth})"),
        ("Overfitted", _probability(found.pbo)),
        ("No set better than cash", None if found.p_value is None else f"p = {found.p_value:.3f}"),
        ("No set better than holding", None if found.p_value_holding is None else f"p = {found.p_value_holding:.3f}"),
        ("Sharpe ratio, 95% interval", sharpe and f"{ratio(sharpe[1])} to {ratio(sharpe[2])}"),
    ]
    return [(name, value) for name, value in told if value is not None]


def _probability(value: float | None) -> str:
    return "undefined" if value is None else percent(value, 1)


def notes(result: WalkForwardResult) -> list[str]:
    """How it was validated, and what a reader must know of it."""
    spec = result.spec
    kind = "anchored" if spec.anchored else "rolling"
    days = f"{spec.train_days} days of training, {result.embargo_days} of embargo, {spec.test_days} of test, {kind}"
    flags = [f"flags: {', '.join(result.flags)}"] if result.flags else []
    space = f"fitted: {', '.join(f'{name} {_values(values)}' for name, values in spec.space.items())}"
    return [days, space, *flags, *result.overfitting.notes, f"validation {short_hash(result.hash)}"]


def _values(values: object) -> str:
    if isinstance(values, list) and len(values) > NAMED:
        return f"{values[0]} … {values[-1]} ({len(values)})"
    return json.dumps(values)
