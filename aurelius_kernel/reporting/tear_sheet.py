"""The tear sheet as text, ready to be set: every number written, every table a list of rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aurelius_kernel.metrics import Metric
from aurelius_kernel.model import BacktestResult
from aurelius_kernel.reporting.notices import notices
from aurelius_kernel.reporting.printable import abridged, clipped, printable
from aurelius_kernel.reporting.sheet_appendix import definitions, identity, named, sources, specification
from aurelius_kernel.reporting.sheet_tables import costs, drawdowns, instruments, metric_groups, months, trades
from aurelius_kernel.reporting.wording import frequency_in_words, parameters_in_words, settings, title
from aurelius_kernel.views.metric_table import label, written
from aurelius_kernel.views.numerals import count, day, money, percent, plural, short_hash
from aurelius_kernel.views.theme import FONTS, PALETTE

__all__ = ["tear_sheet"]

HEADLINE = (
    Metric.TOTAL_RETURN,
    Metric.CAGR,
    Metric.SHARPE_RATIO,
    Metric.MAX_DRAWDOWN,
    Metric.VOLATILITY,
    Metric.WIN_RATE,
)


def tear_sheet(result: BacktestResult, summary: Mapping[str, Any], paper: str) -> dict[str, Any]:
    """All text of the report for the template; every string of strangers is printable, and the template takes none as markup."""
    spec = summary["spec"]
    name = title(spec["strategy"]["type"])
    return {
        "paper": paper,
        "palette": dict(PALETTE),
        "fonts": list(FONTS.values()),
        "date": [result.index[-1].year, result.index[-1].month, result.index[-1].day],
        "title": printable(name),
        "running_title": abridged(name, 60),
        "short_hash": short_hash(summary["hash"]),
        "parameters": clipped(parameters_in_words(spec["strategy"]["parameters"]), 400),
        "instruments": named(spec["instruments"]),
        "facts": _facts(result, summary),
        "notices": [printable(sentence) for sentence in notices(summary)],
        "headline": _headline(summary),
        "months": months(summary["monthly_returns"]),
        "drawdowns": drawdowns(summary["drawdowns"]),
        "rolling": _rolling(summary),
        "metrics": metric_groups(summary),
        "undefined": _undefined(summary),
        "definitions": definitions(),
        "trades": trades(summary),
        "costs": costs(summary["costs_paid"]),
        "by_instrument": instruments(summary["by_instrument"]),
        "sources": sources(summary["provenance"]),
        "identity": identity(summary),
        "specification": specification(spec),
    }


def _facts(result: BacktestResult, summary: Mapping[str, Any]) -> list[list[str]]:
    period, spec = summary["period"], summary["spec"]
    bars = f"{count(period['bars'])}, {frequency_in_words(spec['frequency'])}, {period['periods_per_year']:g} a year"
    rows = [
        ("Period", f"{day(period['first'])} to {day(period['last'])}"),
        ("Bars", bars),
        ("Starting capital", money(spec["capital"])),
        ("Final value", money(summary["final_equity"])),
        *settings(spec, result.spec.effective_sizing.document()),
        ("Costs paid", _paid(summary["costs_paid"])),
        ("Result", short_hash(summary["hash"])),
        ("Identity", short_hash(summary["identity"]["key"])),
        ("Data", short_hash(summary["identity"]["data_hash"])),
    ]
    return [[name, printable(value)] for name, value in rows]


def _paid(paid: Mapping[str, Any]) -> str:
    share = paid["share_of_gross"]
    return money(paid["total"]) + ("" if share is None else f", {percent(share, 1)} of gross profit")


def _headline(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    own = summary["metrics"]
    return [{"label": label(one), "value": written(one, own.get(one)), "notes": _beside(one, summary)} for one in HEADLINE]


def _beside(metric: Metric, summary: Mapping[str, Any]) -> list[str]:
    """What stands under a headline number: that of buy and hold, and what it counts."""
    if metric is Metric.WIN_RATE:
        return [f"of {plural(summary['trades']['closed'], 'closed trade')}"]
    notes = [f"{written(metric, summary['benchmark_metrics'].get(metric))} buy and hold"]
    if metric is Metric.SHARPE_RATIO and (trials := summary["trials"]) is not None:
        notes.append(f"the best of {count(trials)} trials" if trials > 1 else "the only trial")
    return notes


def _undefined(summary: Mapping[str, Any]) -> str:
    """What a dash among the metrics means."""
    dash = "A dash is a number that is not defined for this run."
    if (summary["trials"] or 1) == 1:
        return dash
    return f"{dash} The deflated Sharpe ratio needs the Sharpe ratios of all trials, which one run does not know."


def _rolling(summary: Mapping[str, Any]) -> str:
    window = summary["rolling_window"]
    if window is None:
        return f"{plural(summary['period']['bars'], 'bar')}: too few for a rolling Sharpe ratio and volatility."
    return f"Sharpe ratio and volatility look back over {count(window)} bars; their lines begin with the first full window."
