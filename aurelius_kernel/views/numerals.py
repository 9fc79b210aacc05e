"""Numbers and dates as a reader sees them; what is undefined is a dash."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import datetime

__all__ = [
    "DASH",
    "count",
    "day",
    "minute",
    "money",
    "percent",
    "plural",
    "price_digits",
    "ratio",
    "short_hash",
    "short_money",
    "short_percent",
]

DASH = "–"
LARGE = ((1e15, "qn"), (1e12, "tn"), (1e9, "bn"))
SMALLER = ((1e6, "m"), (1e3, "k"))


def percent(value: float | None, digits: int = 2) -> str:
    """A fraction in percent: 0.1234 is 12.34%."""
    return _written(value, lambda size: f"{size:,.{digits}%}")


def short_percent(value: float | None) -> str:
    """A fraction in percent in at most five figures: 12.3%, 1,234%, and 4e8% beyond ten thousand percent."""
    return _written(value, _short_percent)


def ratio(value: float | None, digits: int = 2) -> str:
    """A plain number: 0.844 is 0.84."""
    return _written(value, lambda size: f"{size:,.{digits}f}")


def count(value: float | None) -> str:
    """A whole number: 1225 is 1,225."""
    return _written(value, lambda size: f"{size:,.0f}")


def money(value: float | None) -> str:
    """An amount to the cent; from 1e9 on in billions (bn), trillions (tn) or quadrillions (qn)."""
    return _written(value, _money)


def short_money(value: float | None) -> str:
    """An amount for an axis, with a suffix from a thousand up: 1500 is 1.5k."""
    return _written(value, _short_money)


def plural(number: int, noun: str) -> str:
    """A count with its noun: 1 trade, 34 trades."""
    return f"{count(number)} {noun}" if number == 1 else f"{count(number)} {noun}s"


def price_digits(prices: Iterable[float]) -> int:
    """How many decimals the smallest of some prices needs: 2 from ten units up, else five figures, at most 8."""
    known = [abs(value) for value in prices if value and math.isfinite(value)]
    exponent = math.floor(math.log10(min(known))) if known else 1
    return 2 if exponent >= 1 else min(4 - exponent, 8)


def day(instant: datetime) -> str:
    """The date, as 2004-08-19."""
    return f"{instant:%Y-%m-%d}"


def minute(instant: datetime) -> str:
    """Date and time to the minute, in UTC."""
    return f"{instant:%Y-%m-%d %H:%M}"


def short_hash(value: str) -> str:
    """The first ten characters of a hash: enough to tell runs apart."""
    return value[:10]


def _short_percent(size: float) -> str:
    if size < 100:
        return f"{size:.1%}" if size < 10 else f"{size:,.0%}"
    figure, _, power = f"{size * 100:.0e}".partition("e")
    return f"{figure}e{int(power)}%"


def _money(size: float) -> str:
    for least, name in LARGE:
        if size >= least:
            return f"{size / least:,.2f} {name}"
    return f"{size:,.2f}"


def _short_money(size: float) -> str:
    for least, name in (*LARGE, *SMALLER):
        if size >= least:
            return f"{size / least:,.6g}{name}"
    return f"{size:,.6g}"


def _written(value: float | None, write: Callable[[float], str]) -> str:
    """The number's size as `write` has it, with a true minus sign unless it is rounded to zero."""
    if value is None or math.isnan(value):
        return DASH
    size = "∞" if math.isinf(value) else write(abs(value))
    is_zero = not any(digit in size for digit in "123456789∞")
    return f"−{size}" if value < 0 and not is_zero else size
