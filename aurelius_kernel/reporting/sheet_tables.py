"""The tables of the tear sheet: returns, drawdowns, metrics, trades and costs as rows of written numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from aurelius_kernel.metrics import Metric
from aurelius_kernel.reporting.heat import heat
from aurelius_kernel.reporting.printable import abridged
from aurelius_kernel.views.calendar_returns import MONTHS
from aurelius_kernel.views.metric_table import GROUPS, label, written
from aurelius_kernel.views.numerals import count, day, minute, money, percent, plural, price_digits, ratio, short_percent

__all__ = ["costs", "drawdowns", "instruments", "metric_groups", "months", "trades"]

INSTRUMENTS = 60
LEFT_BY = {
    "": "still open",
    "market": "signal",
    "stop": "stop",
    "take_profit": "target",
    "trailing_stop": "trailing stop",
    "liquidation": "end of run",
}


def months(years: list[dict[str, Any]]) -> dict[str, Any]:
    """A row a year: twelve coloured cells, the year's return and that of buy and hold."""
    colours = iter(heat([value for year in years for value in year["months"]]))
    rows = [
        {
            "year": str(year["year"]),
            "months": [{"text": short_percent(value).removesuffix("%"), "fill": next(colours)} for value in year["months"]],
            "totals": [short_percent(year["return"]), short_percent(year["benchmark"])],
        }
        for year in years
    ]
    return {"head": list(MONTHS), "rows": rows}


def drawdowns(episodes: list[dict[str, Any]]) -> list[list[str]]:
    """Depth, peak, trough, recovery and length of each episode."""
    return [
        [
            percent(episode["depth"]),
            day(episode["peak"]),
            day(episode["trough"]),
            "not yet" if episode["recovery"] is None else day(episode["recovery"]),
            count(episode["bars"]),
        ]
        for episode in episodes
    ]


def metric_groups(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The metrics by heading; the column of buy and hold is empty under a heading that says nothing about it."""
    groups = {name: _metric_group(name, metrics, summary) for name, metrics in GROUPS.items()}
    tried = "not recorded" if summary["trials"] is None else count(summary["trials"])
    groups["Evidence"]["rows"].append(["Trials behind the Sharpe ratio", tried, ""])
    return list(groups.values())


def trades(summary: Mapping[str, Any]) -> dict[str, Any]:
    """A sentence that counts the round trips, and the rows of the best and the worst."""
    counted = summary["trades"]
    digits = price_digits([row[end] for row in counted["best"] + counted["worst"] for end in ("entry_price", "exit_price")])
    stamp = day if summary["spec"]["frequency"].endswith(("d", "w")) else _two_lines
    rows = {name: [_trade(row, stamp, digits) for row in counted[name]] for name in ("best", "worst")}
    return {"sentence": _trade_sentence(counted), **rows}


def instruments(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """A row an instrument, of many the most and the least profitable, with a note; none at all when there is only one."""
    shown, note = rows if len(rows) > 1 else [], ""
    if len(rows) > INSTRUMENTS:
        ranked = sorted(rows, key=lambda row: row["profit"], reverse=True)
        shown = ranked[: INSTRUMENTS // 2] + ranked[-INSTRUMENTS // 2 :]
        note = f"The {INSTRUMENTS // 2} most and the {INSTRUMENTS // 2} least profitable of {count(len(rows))}; the JSON has all."
    return {"rows": [_instrument(row) for row in shown], "note": note}


def costs(paid: Mapping[str, Any]) -> dict[str, Any]:
    """A row a kind of cost: money, share of the gross profit, basis points of the value traded."""
    gross, traded = paid["gross_profit"], paid["traded_value"]
    names = {"commission": "Commission", "slippage": "Slippage", "borrow": "Borrow fees", "total": "All costs"}
    rows = [
        [
            name,
            money(paid[kind]),
            percent(paid[kind] / gross if gross > 0 else None),
            ratio(paid[kind] / traded * 1e4 if traded > 0 else None, 1),
        ]
        for kind, name in names.items()
    ]
    return {"rows": rows, "gross": money(gross), "traded": money(traded)}


def _instrument(row: Mapping[str, Any]) -> list[str]:
    return [
        abridged(row["instrument"], 60),
        count(row["trades"]),
        count(row["won"]),
        money(row["profit"]),
        money(row["commission"]),
    ]


def _metric_group(name: str, metrics: tuple[Metric, ...], summary: Mapping[str, Any]) -> dict[str, Any]:
    own, held = summary["metrics"], summary["benchmark_metrics"]
    compared = any(held.get(metric) is not None for metric in metrics)
    rows = [[label(one), written(one, own.get(one)), written(one, held.get(one)) if compared else ""] for one in metrics]
    return {"name": name, "rows": rows, "compared": compared}


def _trade_sentence(counted: Mapping[str, Any]) -> str:
    if not counted["count"]:
        return "No trade was made in this run."
    sides = " and ".join(f"{count(counted[side])} {side}" for side in ("long", "short"))
    ends = [f"{count(number)} by {LEFT_BY.get(kind, kind)}" for kind, number in counted["closed_by"].items()]
    ends += [f"{count(counted['open'])} still open"] if counted["open"] else []
    result = f"{count(counted['won'])} won and {count(counted['lost'])} lost after costs"
    return f"{plural(counted['count'], 'trade')}, {sides}; {result}; ended: {', '.join(ends)}."


def _trade(row: Mapping[str, Any], stamp: Callable[[datetime], str], digits: int) -> list[str]:
    return [
        abridged(row["instrument"], 24),
        row["side"],
        stamp(row["entry_time"]),
        stamp(row["exit_time"]),
        count(row["bars"]),
        ratio(row["entry_price"], digits),
        ratio(row["exit_price"], digits),
        percent(row["return"]),
        money(row["pnl"]),
        LEFT_BY.get(row["exit_kind"], row["exit_kind"]),
    ]


def _two_lines(instant: datetime) -> str:
    return minute(instant).replace(" ", "\n")
