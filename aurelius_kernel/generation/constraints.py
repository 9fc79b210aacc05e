"""Limits that a goal sets: read out of its text, with their units, and asked of measured metrics."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from aurelius_kernel.errors import ImpossibleRequest, nearest_names
from aurelius_kernel.metrics import Metric, Unit
from aurelius_kernel.model import Record

__all__ = ["Constraint", "Reading", "broken", "read_constraints"]

METRICS = {str(metric): metric for metric in Metric}
Side = Literal["at_least", "at_most"]

PHRASES: Mapping[str, Metric] = {
    **dict.fromkeys(("drawdown", "drawdowns", "draw down", "dd", "mdd", "max loss", "maximum loss"), Metric.MAX_DRAWDOWN),
    **dict.fromkeys(("sharpe", "sharpe ratio", "sharp ratio", "sharpes"), Metric.SHARPE_RATIO),
    **dict.fromkeys(("sortino", "sortino ratio"), Metric.SORTINO_RATIO),
    **dict.fromkeys(("calmar", "calmar ratio"), Metric.CALMAR_RATIO),
    **dict.fromkeys(("volatility", "vol", "annual volatility", "annualised volatility"), Metric.VOLATILITY),
    **dict.fromkeys(("return", "returns", "cagr", "growth", "profit", "gain", "gains"), Metric.CAGR),
    **dict.fromkeys(("annual return", "yearly return", "annualised return", "annual returns", "annual growth"), Metric.CAGR),
    **dict.fromkeys(("total return", "cumulative return", "overall return"), Metric.TOTAL_RETURN),
    **dict.fromkeys(("win rate", "winrate", "hit rate", "hit ratio"), Metric.WIN_RATE),
    **dict.fromkeys(("profit factor",), Metric.PROFIT_FACTOR),
    **dict.fromkeys(("trades", "number of trades", "trade count"), Metric.TOTAL_TRADES),
    **dict.fromkeys(("turnover",), Metric.TURNOVER),
    **dict.fromkeys(("exposure", "time in the market"), Metric.EXPOSURE),
}
"""What a limit may be set on, by the words for it; a return without more is one a year."""
LESS_IS_WANTED = {Metric.MAX_DRAWDOWN, Metric.VOLATILITY, Metric.TURNOVER, Metric.EXPOSURE}

UPWARDS = (
    *(">=", "=>", "≥", ">", "at least", "no less than", "not less than", "not below", "more than", "greater than", "higher than"),
    *("better than", "over", "above", "exceeding", "exceeds", "beyond", "minimum of", "minimum", "min"),
)
DOWNWARDS = (
    *("<=", "=<", "≤", "<", "at most", "no more than", "not more than", "not above", "not over", "not exceed", "not exceeding"),
    *("less than", "lower than", "smaller than", "under", "below", "within", "up to", "limited to", "capped at"),
    *("maximum of", "maximum", "max"),
)


def _either(words: Sequence[str]) -> str:
    """The words as alternatives, the longest first, blanks of any length."""
    longest_first = sorted(words, key=len, reverse=True)
    return "|".join(rf"\b{_spaced(word)}\b" if word[0].isalpha() else re.escape(word) for word in longest_first)


def _spaced(phrase: str) -> str:
    return r"[\s-]{1,3}".join(re.escape(part) for part in phrase.split())


METRIC = rf"(?:{_either(list(PHRASES))})"
SIDE = rf"(?:{_either([*UPWARDS, *DOWNWARDS])})"
FILLER = r"(?:\s{0,3}\b(?:ratio|should|must|to|be|is|stays?|stay|keep|kept|of|a|the)\b){0,4}"
NUMBER = r"[+-]?\d[\d.,]{0,15}(?:e[+-]?\d{1,2})?"
UNIT = r"(?:%|percent\b|per\s?cent\b|pct\b|bps?\b|basis\s{1,3}points?\b)"
AMOUNT = rf"{NUMBER}\s{{0,3}}{UNIT}?"
SIZED = r"(?:\b(?:max|maximum|min|minimum)\b\.?\s{1,3})"
PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?P<metric>{METRIC}){FILLER}\s{{0,3}}between\s{{1,3}}(?P<amount>{AMOUNT})\s{{0,3}}(?:and|to)\s{{1,3}}(?P<second>{AMOUNT})",
        rf"(?<![\w.])(?P<amount>{AMOUNT})\s{{0,3}}(?P<flipped><=|>=|≤|≥|<|>)\s{{0,3}}(?P<metric>{METRIC})",
        rf"(?P<sized>{SIZED})?(?P<metric>{METRIC}){FILLER}\s{{0,3}}(?P<side>{SIDE}|=|:|~)?\s{{0,3}}(?P<amount>{AMOUNT})",
        rf"(?P<side>{SIDE})?\s{{0,3}}(?:an?\s|the\s)?(?<![\w.])(?P<amount>{AMOUNT})\s{{0,3}}(?P<sized>{SIZED})?(?P<metric>{METRIC})",
    )
)
LEFT_OVER = re.compile(
    rf"(?:(?P<word>[^\W\d_]{{2,30}})[\s:]{{0,3}})?(?:<=|>=|≤|≥|<|>)\s{{0,3}}(?:{AMOUNT})?|(?<![\w.]){NUMBER}\s{{0,3}}{UNIT}"
)
IN_WORDS = {"five": 5, "ten": 10, "fifteen": 15, "twenty": 20, "twenty five": 25, "thirty": 30, "forty": 40, "fifty": 50}
WRITTEN_OUT = re.compile(rf"\b({'|'.join(_spaced(word) for word in sorted(IN_WORDS, key=len, reverse=True))})(?=\s{{0,3}}{UNIT})")


class Constraint(Record):
    """One limit: the metric is at least, or at most, the bound; a drawdown is counted as how deep it is, 0.15 for 15 %."""

    metric: str
    side: Side
    bound: float
    text: str

    def holds(self, metrics: Mapping[str, float | None]) -> bool:
        """Whether measured metrics keep the limit; one that is undefined keeps none."""
        value = metrics.get(self.metric)
        if value is None or math.isnan(value):
            return False
        depth = -value if self.metric == Metric.MAX_DRAWDOWN else value
        return depth >= self.bound if self.side == "at_least" else depth <= self.bound

    def __str__(self) -> str:
        words = "at least" if self.side == "at_least" else "at most"
        return f"{METRICS[self.metric].label.lower()} {words} {_written(METRICS[self.metric], self.bound)}"


class Reading(NamedTuple):
    """The limits of a text, what to tell about them, and the text without them."""

    constraints: tuple[Constraint, ...]
    notes: tuple[str, ...]
    rest: str


def read_constraints(text: str) -> Reading:
    """The limits in a text of small letters; raises ImpossibleRequest for two that nothing can keep together.

    What looks like a limit and cannot be understood is told and left out.
    """
    rest = WRITTEN_OUT.sub(lambda found: str(IN_WORDS[re.sub(r"[\s-]+", " ", found[1])]), text)
    found: list[Constraint] = []
    notes: list[str] = []
    for pattern in PATTERNS:
        for match in pattern.finditer(rest):
            found += _limits(match, notes)
        rest = pattern.sub(" ; ", rest)
    notes += [_not_understood(match) for match in LEFT_OVER.finditer(rest)]
    return Reading(_tightest(found, notes), tuple(dict.fromkeys(notes)), LEFT_OVER.sub(" ; ", rest))


def broken(constraints: Sequence[Constraint], metrics: Mapping[str, float | None]) -> tuple[str, ...]:
    """A sentence for each limit that measured metrics do not keep."""
    return tuple(_broken(constraint, metrics) for constraint in constraints if not constraint.holds(metrics))


def _broken(constraint: Constraint, metrics: Mapping[str, float | None]) -> str:
    value = metrics.get(constraint.metric)
    known = value is not None and not math.isnan(value)
    has = (
        _written(METRICS[constraint.metric], abs(value) if constraint.metric == Metric.MAX_DRAWDOWN else value)
        if known and value is not None
        else "undefined"
    )
    return f"wanted is {constraint}, and it is {has}"


def _limits(match: re.Match[str], notes: list[str]) -> Iterator[Constraint]:
    """The limits that one match sets: two where it says between."""
    groups, said = match.groupdict(), " ".join(match[0].split())
    metric = PHRASES[_words(groups["metric"])]
    if groups.get("second"):
        edges = [_value(metric, groups[edge], said, notes) for edge in ("amount", "second")]
        known = [edge for edge in edges if edge is not None]
        if len(known) == len(edges):
            yield Constraint(metric=metric, side="at_least", bound=min(known), text=said)
            yield Constraint(metric=metric, side="at_most", bound=max(known), text=said)
        return
    value = _value(metric, groups["amount"], said, notes)
    if value is None:
        return
    side = _side(metric, groups, negative=groups["amount"].lstrip().startswith("-"))
    if metric is Metric.MAX_DRAWDOWN and side == "at_least":
        notes.append(f"“{said}” asks for a deeper fall; it is left out: say drawdown < 15% for a limit")
        return
    yield Constraint(metric=metric, side=side, bound=value, text=said)


def _side(metric: Metric, groups: Mapping[str, str | None], *, negative: bool) -> Side:
    """Which side of the bound is wanted: as said, else as one wants the metric to be."""
    usual: Side = "at_most" if metric in LESS_IS_WANTED else "at_least"
    if metric is Metric.MAX_DRAWDOWN and negative:
        return "at_most"
    if flipped := groups.get("flipped"):
        return "at_most" if flipped in UPWARDS else "at_least"
    said = _words(groups.get("side") or "") or _words(groups.get("sized") or "").rstrip(". ")
    if metric is Metric.MAX_DRAWDOWN and said in {"max", "maximum", "min", "minimum"}:
        return "at_most"
    return "at_least" if said in UPWARDS else "at_most" if said in DOWNWARDS else usual


def _value(metric: Metric, amount: str, said: str, notes: list[str]) -> float | None:
    """The bound in the metric's own unit; None, and told, for a number or a unit that makes no sense."""
    found = re.fullmatch(rf"({NUMBER})\s*({UNIT})?", amount.strip())
    number, unit = _number(found[1]) if found else None, (found[2] or "") if found else ""
    if number is None or not math.isfinite(number):
        notes.append(f"“{said}” has no number that can be read; it is left out")
        return None
    if metric.unit is not Unit.FRACTION:
        if unit:
            notes.append(f"“{said}” is left out: {metric.label.lower()} is not counted in percent")
            return None
        return number
    size = abs(number) if metric is Metric.MAX_DRAWDOWN else number
    if unit.startswith(("bp", "basis")):
        return size / 10_000.0
    if unit:
        return size / 100.0
    if abs(size) >= 1.0:
        notes.append(f"“{said}” is read as {size:g}%")
        return size / 100.0
    return size


def _number(text: str) -> float | None:
    """A number with a point or a comma for decimals: 1,5 is 1.5, and 1,000 is a thousand."""
    plain = text.rstrip(".,")
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    plain = plain.replace(",", ".") if plain.count(",") == 1 and "." not in plain else plain
    try:
        return float(plain)
    except ValueError:
        return None


def _tightest(found: Sequence[Constraint], notes: list[str]) -> tuple[Constraint, ...]:
    """One limit for each metric and side, the tighter where there are two; raises ImpossibleRequest for a gap that is empty."""
    kept: dict[tuple[str, Side], Constraint] = {}
    for constraint in found:
        key = (constraint.metric, constraint.side)
        before = kept.get(key)
        if before and before.bound != constraint.bound:
            notes.append(f"“{before.text}” and “{constraint.text}”: the tighter one counts")
        if before is None or (constraint.bound > before.bound) == (constraint.side == "at_least"):
            kept[key] = constraint
    for (metric, side), low in kept.items():
        high = kept.get((metric, "at_most"))
        if side == "at_least" and high and low.bound > high.bound:
            raise ImpossibleRequest.of("goal", f"asks for “{low.text}” and “{high.text}” at once, which nothing can keep")
    return tuple(kept.values())


def _not_understood(match: re.Match[str]) -> str:
    near = nearest_names(match["word"] or "", list(PHRASES))
    hint = f": did you mean {near[0]}?" if near else ""
    return f"“{' '.join(match[0].split())}” was not understood and is left out{hint}"


def _words(text: str) -> str:
    return re.sub(r"[\s-]+", " ", text).strip()


def _written(metric: Metric, value: float) -> str:
    return f"{value * 100:.4g}%" if metric.unit is Unit.FRACTION else f"{value:.4g}"
