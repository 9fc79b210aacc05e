"""How ready a result is, from the verdicts that were given on it: what `ak.readiness` does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import pandas as pd

from aurelius_kernel.artifacts import Store
from aurelius_kernel.clock import utc_now
from aurelius_kernel.errors import InvalidField
from aurelius_kernel.gates import GATES, Check, Policy, ReadinessFacts, Scorecard, Subject, Verdict, score, stale_reasons
from aurelius_kernel.gates.keeping import (
    judged_at,
    keep_document,
    keep_scorecard,
    latest_document,
    latest_scorecard,
    latest_verdict,
    policy_in_force,
)
from aurelius_kernel.model import BacktestResult
from aurelius_kernel.research.case import result_of
from aurelius_kernel.research.judge import present
from aurelius_kernel.strategies import Strategy

__all__ = ["readiness"]

MEDIA = {".pdf": "application/pdf", ".html": "text/html", ".json": "application/json", ".xlsx": "application/vnd.ms-excel"}
NUMBERS = ("sharpe_ratio", "max_drawdown", "total_return")


def readiness(
    result: BacktestResult | str,
    *,
    report: str | Path | None = None,
    maturity: str = "",
    reasons: Sequence[str] = (),
    bars: Mapping[str, pd.DataFrame] | None = None,
    strategy: Strategy | None = None,
    policy: Policy | None = None,
    at: datetime | None = None,
) -> Scorecard:
    """The readiness of a result: a score of five parts, what blocks it, what to do next, and the change since the last one.

    Only what is in the store counts: the newest verdicts of the three gates on this very result, not older than the policy allows
    and not stale. Nothing is judged here; what is missing lowers the score and says what to do. The scorecard is stored.

    Parameters
    ----------
    result : a backtest, in hand or by its hash, a prefix of one or a pinned name
    report : the file of a report that `result.report` wrote; it is stored, and need not be given again
    maturity : a label such as "candidate"; the one of the last scorecard unless given
    reasons : what is wrong with operations, as whoever runs the platform knows
    bars, strategy, policy : as in `ak.gates.dev`
    at : the moment it is scored, now unless given
    """
    store = Store()
    found = result_of(result, store)
    subject = Subject.of_result(found)
    document = _document(store, found, report)
    verdicts = {gate: latest_verdict(store, gate, subject.result) for gate in GATES}
    previous = latest_scorecard(store, subject.result)
    given = {gate: verdict for gate, verdict in verdicts.items() if verdict}
    stale = stale_reasons(subject, present(subject, store, bars=bars, strategy=strategy)) if given else ()
    ages = [judged_at(store, gate, subject.result) for gate in given]
    dev, crv, product = (verdicts[gate] for gate in GATES)
    wrong = (*reasons, *stale)
    facts = ReadinessFacts(
        identity=_passed(dev, "run_identity_present"),
        replayed=_replayed(dev),
        paths_agree=None if dev is None else _passed(dev, "paths_agree"),
        validation_passed=_passed(product, "validation_passed"),
        crv_metrics=crv is not None,
        risk_complete=crv is not None and all(found.metrics.get(name) is not None for name in NUMBERS) and "report" in crv.evidence,
        policy_violations=None if crv is None else tuple(check.check_name for check in crv.failed_checks),
        lineage_complete=_passed(product, "lineage_complete"),
        healthy=bool(given) and not wrong,
        evidence_hours=_hours(ages, at or utc_now()),
        limit_hours=(policy or policy_in_force(store)).evidence_hours,
        reasons=wrong,
        report=document is not None,
        maturity=maturity or (previous.maturity if previous else ""),
    )
    evidence = {gate: verdict.hash for gate, verdict in given.items()} | ({"report": document} if document else {})
    scorecard = score(subject, facts, evidence=evidence, previous=previous)
    keep_scorecard(store, scorecard)
    return scorecard


def _document(store: Store, result: BacktestResult, report: str | Path | None) -> str | None:
    if report is None:
        return latest_document(store, result.hash)
    path = Path(report)
    if not path.is_file() or path.suffix.lower() not in MEDIA:
        raise InvalidField.of("report", f"must be the file of a report, as report.pdf, not {path.name!r}")
    return keep_document(store, path.read_bytes(), MEDIA[path.suffix.lower()], result)


def _check(verdict: Verdict | None, name: str) -> Check | None:
    return verdict.check(name) if verdict else None


def _passed(verdict: Verdict | None, name: str) -> bool:
    check = _check(verdict, name)
    return check is not None and check.passed


def _replayed(dev: Verdict | None) -> bool | None:
    """Whether the run was repeated with the same result; None where it was not repeated at all."""
    check = _check(dev, "replay_identical")
    if check is None or (not check.passed and len(check.evidence) < 2):
        return None
    return check.passed


def _hours(ages: Sequence[datetime | None], now: datetime) -> float | None:
    """The age of the oldest evidence in hours; None without any."""
    known = [(now - moment).total_seconds() / 3600 for moment in ages if moment]
    return max(known, default=None)
