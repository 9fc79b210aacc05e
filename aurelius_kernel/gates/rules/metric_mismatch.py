"""Every reported number is what the trades and the equity give."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from aurelius_kernel.gates.case import Case, Found
from aurelius_kernel.gates.round_trips import first_wrong_trade
from aurelius_kernel.gates.violation import Evidence, Severity, Violation
from aurelius_kernel.metrics import Metric, Unit

__all__ = ["metric_mismatch"]

RELATIVE = 1e-9
ROUNDING = 1e-12
"""Of one unit, or of the capital for money: what is left of zero after many sums."""
UNITS: Mapping[str, Unit] = {str(metric): metric.unit for metric in Metric}


def metric_mismatch(case: Case) -> Found:
    """Make every metric again from trades and equity, the trades again from the orders, and compare what is reported."""
    if not case.same_bars:
        return Found(looked="nothing: the result is not on its bars", known=False)
    own, held = case.result.metrics, case.result.benchmark_metrics
    violations = [
        *_differing(case, "metrics", own, case.recomputed),
        *_differing(case, "benchmark_metrics", held, case.benchmark_recomputed),
        *_year(case),
        *_trades(case),
    ]
    return Found.of(f"{len(own) + len(held)} numbers and {len(case.result.trades):,} trades", violations)


def _differing(
    case: Case, where: str, reported: Mapping[str, float | None], recomputed: Mapping[str, float | None]
) -> Iterator[Violation]:
    for name in [*recomputed, *(name for name in reported if name not in recomputed)]:
        told, found = reported.get(name), recomputed.get(name)
        if name in reported and name in recomputed and _same(told, found, UNITS[name], case.result.spec.capital):
            continue
        what = f"{where}.{name}" if where != "metrics" else name
        evidence = Evidence.at(f"{where}.{name}", found=told, expected=found, artifact=case.address)
        yield _violation(f"{what} is reported as {_written(told)} and comes to {_written(found)}.", evidence)


def _year(case: Case) -> Iterator[Violation]:
    told, known = case.result.periods_per_year, case.panel.periods_per_year
    if told != known:
        evidence = Evidence.at("periods_per_year", found=told, expected=known, artifact=case.address)
        yield _violation(f"The year of the result has {told:g} bars, and that of its calendar {known:g}.", evidence)


def _trades(case: Case) -> Iterator[Violation]:
    wrong = first_wrong_trade(case.result, case.position_worth)
    if wrong:
        place, found, expected = wrong
        evidence = Evidence.at(place, found=found, expected=expected, artifact=case.address)
        yield _violation(f"{place} is {found}, and the orders come to {expected}.", evidence)


def _same(told: float | None, found: float | None, unit: Unit, capital: float) -> bool:
    if told is None or found is None:
        return told is found
    scale = capital if unit is Unit.MONEY else 1.0
    return math.isclose(told, found, rel_tol=RELATIVE, abs_tol=ROUNDING * scale)


def _written(value: float | None) -> str:
    return "nothing" if value is None else f"{value:.6g}"


def _violation(message: str, evidence: Evidence) -> Violation:
    return Violation(rule_id="metric_mismatch", severity=Severity.HIGH, message=message, evidence=(evidence,))
