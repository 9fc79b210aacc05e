"""Settings of a run in plain words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from aurelius_kernel.views.numerals import money, percent

__all__ = ["costs_in_words", "frequency_in_words", "parameters_in_words", "settings", "sizing_in_words", "title"]

DIRECTIONS = {"long": "Long only", "short": "Short only", "both": "Long and short"}
FILLS = {"next_open": "At the next bar's open", "close": "At the close of the signal's own bar"}
UNITS = {"min": "minute", "h": "hour", "d": "day", "w": "week"}
EVERY = {"1d": "daily", "1w": "weekly", "1h": "hourly"}
EXITS = {"stop_loss": "stop loss", "take_profit": "take profit", "trailing_stop": "trailing stop"}

Words = Callable[[Any], str]

SIZINGS: dict[str, Words] = {
    "fraction_of_equity": lambda rule: f"{percent(rule['fraction'], 1)} of equity each",
    "fixed_cash": lambda rule: f"{money(rule['amount'])} of cash each",
    "volatility_target": lambda rule: f"{percent(rule['annual_volatility'], 1)} annual volatility, {rule['window']} bars",
    "half_kelly": lambda rule: f"Half Kelly after {rule['min_trades']} trades",
    "equal_risk": lambda rule: f"Equal risk, {rule['window']} bars, {percent(rule['total'], 1)} in all",
}
COSTS: dict[str, Words] = {
    "commission_bps": lambda value: f"commission {_plain(value)} bps",
    "commission_per_share": lambda value: f"commission {_plain(value)} a share",
    "commission_minimum": lambda value: f"at least {_plain(value)} an order",
    "slippage_bps": lambda value: f"slippage {_plain(value)} bps",
    "half_spread": lambda value: f"half spread {_plain(value)}",
    "volume_impact": lambda value: f"volume impact {_plain(value)}",
    "max_volume_share": lambda value: f"at most {percent(value, 1)} of a bar's volume",
    "borrow_rate": lambda value: f"borrow fee {percent(value)} a year",
}


def title(strategy_type: str) -> str:
    """A family's name as a heading: trend_following is Trend following; any other text stays as it is."""
    if re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", strategy_type):
        return strategy_type.replace("_", " ").capitalize()
    return strategy_type


def parameters_in_words(parameters: Mapping[str, Any]) -> str:
    """Every parameter with its value, in the order of their names."""
    return " · ".join(f"{name} {_plain(value)}" for name, value in sorted(parameters.items()))


def frequency_in_words(frequency: str) -> str:
    """How often there is a bar: daily, or every 5 minutes."""
    number, unit = frequency.rstrip("minhdw"), UNITS[frequency.lstrip("0123456789")]
    return EVERY.get(frequency, f"every {unit}" if number == "1" else f"every {number} {unit}s")


def sizing_in_words(sizing: Mapping[str, Any]) -> str:
    """The rule that decides how large a position is opened."""
    return SIZINGS[sizing["kind"]](sizing)


def costs_in_words(costs: Mapping[str, Any]) -> str:
    """The costs in force; those of zero are left out."""
    return ", ".join(words(costs[name]) for name, words in COSTS.items() if costs[name]) or "None"


def settings(spec: Mapping[str, Any], sizing: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the run was told, as label and value, without strategy, instruments, dates and capital."""
    exits = ", ".join(f"{words} {percent(spec[name], 1)}" for name, words in EXITS.items() if spec[name] is not None)
    rows = {
        "Direction": DIRECTIONS[spec["direction"]],
        "Orders fill": FILLS[spec["execution"]],
        "Position size": sizing_in_words(sizing),
        "Costs": costs_in_words(spec["costs"]),
        "Exits": exits,
        "Leverage limit": f"{_plain(spec['leverage'])}× equity" if spec["leverage"] != 1.0 else "",
        "Shares": "Whole only" if spec["whole_shares"] else "",
        "At the end": f"All sold at the last {spec['liquidate_at_end']}" if spec["liquidate_at_end"] else "",
    }
    return [(label, value) for label, value in rows.items() if value]


def _plain(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.10g}".replace("-", "−")
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
