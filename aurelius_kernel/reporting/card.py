"""A result at a glance: the few numbers that are read first, beside a small curve of the account."""

from __future__ import annotations

from html import escape

from aurelius_kernel.metrics import Metric
from aurelius_kernel.model import BacktestResult
from aurelius_kernel.reporting.card_folds import drawdown_fold, metrics_fold, run_fold, trades_fold
from aurelius_kernel.reporting.trials_beside import beside, tried
from aurelius_kernel.reporting.wording import title
from aurelius_kernel.views.metric_table import label, written
from aurelius_kernel.views.numerals import count, day, plural, short_hash
from aurelius_kernel.views.sparkline import sparkline

__all__ = ["html_card", "text_card"]

SHOWN = (
    Metric.TOTAL_RETURN,
    Metric.CAGR,
    Metric.SHARPE_RATIO,
    Metric.MAX_DRAWDOWN,
    Metric.VOLATILITY,
    Metric.TOTAL_TRADES,
)
NAMED = 4


def text_card(result: BacktestResult) -> str:
    """The result in lines of text."""
    rows = [f"  {name:<34}{own:>14}{held:>14}" for name, own, held in _rows(result, tried(result))]
    head = f"  {'':<34}{'strategy':>14}{'buy and hold':>14}"
    flags = [f"  flags: {', '.join(result.flags)}"] if result.flags else []
    return "\n".join([_headline(result), f"  result {result.hash}", head, *rows, *flags])


def html_card(result: BacktestResult) -> str:
    """The result as HTML of its own, without scripts, style sheets or anything from elsewhere; every text is escaped."""
    trials = tried(result)
    rows = [_table_row("td", escape(name), own, held) for name, own, held in _rows(result, trials)]
    head = _table_row("th", "", "strategy", "buy and hold")
    flags = f"<div style='opacity:.7'>flags: {escape(', '.join(result.flags))}</div>" if result.flags else ""
    return (
        "<div style='font-variant-numeric:tabular-nums;max-width:42em'>"
        f"<div style='font-weight:600'>{escape(_headline(result))}</div>"
        f"<div style='opacity:.6'>result {short_hash(result.hash)}, account value on a log scale</div>"
        f"{_curve(result)}<table style='margin:0'><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>{flags}"
        f"{_folds(result, trials)}</div>"
    )


def _curve(result: BacktestResult) -> str:
    return sparkline([result.benchmark, result.equity], "Account value against buy and hold")


def _folds(result: BacktestResult, trials: int | None) -> str:
    """What the card holds behind its lines."""
    return "".join([
        metrics_fold(_counted(result, trials), result.benchmark_metrics),
        trades_fold(result.trades),
        drawdown_fold(result),
        run_fold(result.spec, result.identity, result.hash),
    ])  # fmt: skip


def _counted(result: BacktestResult, trials: int | None) -> dict[str, float | None]:
    """The metrics; without the deflated Sharpe ratio, which a single run takes for one trial, when there were more."""
    return {**result.metrics, Metric.DSR.value: None} if (trials or 1) > 1 else dict(result.metrics)


def _table_row(cell: str, name: str, own: str, held: str) -> str:
    styles = ("text-align:left", "text-align:right", "text-align:right;opacity:.6")
    texts = zip(styles, (name, own, held), strict=True)
    cells = [f"<{cell} style='{style}'>{text}</{cell}>" for style, text in texts]
    return f"<tr>{''.join(cells)}</tr>"


def _headline(result: BacktestResult) -> str:
    names = result.spec.instruments
    more = f" and {count(len(names) - NAMED)} more" if len(names) > NAMED else ""
    span = f"{day(result.index[0])} to {day(result.index[-1])}"
    bars = plural(len(result.index), "bar")
    return f"{title(result.spec.strategy.type)} on {', '.join(names[:NAMED])}{more}, {span}, {bars}"


def _rows(result: BacktestResult, trials: int | None) -> list[tuple[str, str, str]]:
    own, held = result.metrics, result.benchmark_metrics
    named = {one: label(one) for one in SHOWN} | {Metric.SHARPE_RATIO: f"{label(Metric.SHARPE_RATIO)}, {beside(trials)}"}
    return [(named[one], written(one, own.get(one)), _held(one, held.get(one))) for one in SHOWN]


def _held(metric: Metric, value: float | None) -> str:
    return "" if value is None else written(metric, value)
