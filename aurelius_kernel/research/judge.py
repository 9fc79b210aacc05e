"""The evidence for the gates, collected and brought before them: what `ak.gates.dev`, `crv` and `product` do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pandas as pd

from aurelius_kernel import engine
from aurelius_kernel.artifacts import Store
from aurelius_kernel.clock import utc_now
from aurelius_kernel.errors import AureliusError
from aurelius_kernel.gates import (
    DevEvidence,
    Policy,
    Present,
    ProductEvidence,
    Replay,
    Subject,
    Universe,
    Validated,
    Verdict,
    VerificationReport,
    Waiver,
    judge,
    judge_crv,
    judge_dev,
    judge_product,
    stale_reasons,
)
from aurelius_kernel.gates.keeping import (
    keep_judged,
    keep_policy,
    keep_report,
    keep_verdict,
    keep_waiver,
    latest_verdict,
    load_verdict,
    policy_in_force,
    waivers_for,
)
from aurelius_kernel.gates.lineage_gaps import lineage_gaps
from aurelius_kernel.gates.waiver import WAIVABLE
from aurelius_kernel.model import BacktestResult, RunIdentity
from aurelius_kernel.research.agreement import agreement
from aurelius_kernel.research.backtest import Progress, measure
from aurelius_kernel.research.case import case_of, result_of, strategy_of
from aurelius_kernel.research.locked_stretch import is_locked, look
from aurelius_kernel.research.market_data import MarketData, gather
from aurelius_kernel.research.walk_forward import WalkForwardResult
from aurelius_kernel.strategies import Strategy
from aurelius_kernel.watching import silent, watched

__all__ = ["crv", "dev", "present", "product", "stale", "waive"]

Bars = Mapping[str, pd.DataFrame] | None
KEPT = "No verdict was given."


@watched(KEPT)
def dev(
    result: BacktestResult | str,
    *,
    bars: Bars = None,
    strategy: Strategy | None = None,
    policy: Policy | None = None,
    progress: Progress | None = None,
) -> Verdict:
    """The verdict of the dev gate on a result; everything is tried, and what cannot be is told."""
    store, tell = Store(), progress or silent
    found, limits = result_of(result, store), policy or policy_in_force(store)
    tell(0.0, "finding strategy and data")
    chosen, unknown = _attempt(lambda: strategy_of(found.spec, strategy))
    seeded = chosen.seeded(found.identity.seed) if chosen else None
    market, invalid = (None, unknown) if seeded is None else _attempt(lambda: _market(found, seeded, bars))
    evidence = DevEvidence(result=found, unknown=unknown, invalid=invalid)
    if seeded is not None and market is not None:
        tell(0.2, "running it again")
        replay = _replay(found, seeded, market)
        tell(0.6, "comparing both paths")
        evidence = DevEvidence(
            result=found, unknown=unknown, invalid=invalid, replay=replay, agreement=agreement(found, seeded, market)
        )
    kept = {"result": keep_judged(store, found), "policy": keep_policy(store, limits)}
    verdict = judge_dev(evidence, limits.hash)
    keep_verdict(store, verdict, kept)
    tell(1.0, "done")
    return verdict


@watched(KEPT)
def crv(
    result: BacktestResult | str,
    *,
    report: VerificationReport | str | None = None,
    bars: Bars = None,
    strategy: Strategy | None = None,
    universe: Universe | Mapping[str, object] | None = None,
    policy: Policy | None = None,
    progress: Progress | None = None,
) -> Verdict:
    """The verdict of the crv gate on a result; a result that cannot be verified fails."""
    store = Store()
    found, limits = result_of(result, store), policy or policy_in_force(store)
    named = Universe.of(universe) if isinstance(universe, Mapping) else universe
    told = VerificationReport.of(store.document(report)) if isinstance(report, str) else report
    if told is None:
        told, _ = _attempt(
            lambda: judge(case_of(found, store, bars=bars, strategy=strategy, policy=limits, universe=named), progress)
        )
    kept = {"result": keep_judged(store, found), "policy": keep_policy(store, limits)}
    if told is not None:
        kept["report"] = keep_report(store, told, found, limits, named)
    verdict = judge_crv(found, limits, told)
    keep_verdict(store, verdict, kept)
    return verdict


@watched(KEPT)
def product(
    result: BacktestResult | str,
    *,
    validation: WalkForwardResult | str | None = None,
    bars: Bars = None,
    strategy: Strategy | None = None,
    universe: Universe | Mapping[str, object] | None = None,
    policy: Policy | None = None,
    waivers: Sequence[Waiver] | None = None,
    progress: Progress | None = None,
) -> Verdict:
    """The verdict of the product gate on a result; dev and crv are judged where no verdict of theirs holds.

    `waivers` are those that count, where a platform keeps them; those in the store unless given.
    """
    store, tell = Store(), progress or silent
    found, limits = result_of(result, store), policy or policy_in_force(store)
    subject = Subject.of_result(found)
    own: dict[str, Any] = {"bars": bars, "strategy": strategy, "policy": limits}
    tell(0.0, "dev gate")
    before = {"dev": _holding(store, "dev", subject, limits, own) or dev(found, **own)}
    tell(0.3, "crv gate")
    before["crv"] = (None if universe else _holding(store, "crv", subject, limits, own)) or crv(found, universe=universe, **own)
    tell(0.8, "lineage")
    judged = WalkForwardResult.load(validation, store) if isinstance(validation, str) else validation
    evidence = ProductEvidence(
        subject=subject,
        dev=before["dev"],
        crv=before["crv"],
        validation=None if judged is None else _validated(judged, found),
        gaps=lineage_gaps(store, found, dict(before)),
        waivers=waivers_for(store, subject.key, WAIVABLE) if waivers is None else _kept(store, waivers),
        locked=is_locked(found),
    )
    if evidence.locked and [one.check_name for one in judge_product(evidence, limits).failed_checks] == ["holdout"]:
        tell(0.9, "locked stretch")
        seeded = strategy_of(found.spec, strategy).seeded(found.identity.seed)
        evidence = replace(evidence, held=look(found, seeded, store))
    kept = {"result": keep_judged(store, found), "policy": keep_policy(store, limits)}
    kept |= {role: verdict.hash for role, verdict in before.items()}
    if judged is not None:
        kept["validation"] = judged.hash if store.exists(judged.hash) else judged.keep(store)
    if evidence.held:
        kept["holdout"] = evidence.held.address
    verdict = judge_product(evidence, limits)
    keep_verdict(store, verdict, kept)
    tell(1.0, "done")
    return verdict


def waive(
    result: BacktestResult | str,
    *,
    by: str,
    reason: str,
    check_name: str = "deflated_sharpe",
    expires_at: datetime | None = None,
) -> Waiver:
    """A waiver for the run of a result, stored so that later verdicts find it until it expires."""
    store = Store()
    subject = Subject.of_result(result_of(result, store))
    waiver = Waiver.granted(subject, by=by, reason=reason, check_name=check_name, expires_at=expires_at)
    keep_waiver(store, waiver)
    return waiver


def stale(verdict: Verdict | str, *, bars: Bars = None, strategy: Strategy | None = None) -> tuple[str, ...]:
    """Why a verdict no longer holds; empty while it does."""
    store = Store()
    told = load_verdict(store, verdict) if isinstance(verdict, str) else verdict
    return stale_reasons(told.subject, present(told.subject, store, bars=bars, strategy=strategy))


def present(subject: Subject, store: Store, *, bars: Bars = None, strategy: Strategy | None = None) -> Present:
    """The strategy, the data and the engine as they are now."""
    found = result_of(subject.result, store)
    named = subject.strategy
    now, _ = _attempt(lambda: strategy or Strategy.create(named.type, **named.parameters))
    data = None if now is None else _attempt(lambda: gather(found.spec, now.references(subject.instruments), bars).data_hash)[0]
    spec = now.spec() if now else None
    return Present(strategy=spec, data_hash=data, engine_version=engine.ENGINE_VERSION)


def _kept(store: Store, waivers: Sequence[Waiver]) -> list[Waiver]:
    """The waivers that have not expired, each in the store, so that a verdict may rest on it."""
    holding = [waiver for waiver in waivers if waiver.holds(utc_now())]
    for waiver in holding:
        keep_waiver(store, waiver)
    return holding


def _holding(store: Store, gate: str, subject: Subject, policy: Policy, own: Mapping[str, Any]) -> Verdict | None:
    """The newest verdict of a gate on this very result, if it is passed under the policy and not stale.

    One that failed is judged again: it may have lacked evidence that is there by now.
    """
    found = latest_verdict(store, gate, subject.result)
    if found is None or not found.passed or found.policy != policy.hash:
        return None
    return None if stale_reasons(subject, present(subject, store, bars=own["bars"], strategy=own["strategy"])) else found


def _market(result: BacktestResult, strategy: Strategy, bars: Bars) -> MarketData:
    strategy.check_instruments(result.spec.instruments)
    market = gather(result.spec, strategy.references(result.spec.instruments), bars)
    strategy.check_length({name: market.bars[name] for name in result.spec.instruments})
    return market


def _replay(result: BacktestResult, strategy: Strategy, market: MarketData) -> Replay:
    """Decide, trade and measure again, from the spec alone."""
    identity = RunIdentity.of(
        spec_hash=result.spec.hash,
        data_hash=market.data_hash,
        seed=result.identity.seed,
        engine_version=engine.ENGINE_VERSION,
    )
    again, problem = _attempt(lambda: measure(result.spec, market, strategy.signals(market.bars), identity))
    return Replay(result=again.hash) if again else Replay(problem=problem)


def _validated(found: WalkForwardResult, result: BacktestResult) -> Validated:
    own, run = found.spec.base, result.spec
    same = {
        "strategy": (own.strategy.type, own.strategy.version, own.strategy.code)
        == (run.strategy.type, run.strategy.version, run.strategy.code),
        "instruments": own.instruments == run.instruments and own.frequency == run.frequency,
        "data": own.source == run.source and _essence(found) == _essence(result),
    }
    other = [name for name, matches in same.items() if not matches]
    return Validated(
        address=found.hash,
        passed=found.passed,
        stability=found.stability,
        sharpe_ratio=found.metrics["sharpe_ratio"],
        deflated_sharpe=found.deflated_sharpe(),
        trials=float(found.tried()),
        problem=f"The validation is of another {' and '.join(other)}." if other else "",
    )


def _essence(found: BacktestResult | WalkForwardResult) -> dict[str, Any]:
    return {name: found.provenance[name].essence() for name in sorted(found.provenance)}


def _attempt(what: Callable[[], Any]) -> tuple[Any, str]:
    """What it gives, or None and the sentence that says why not."""
    try:
        return what(), ""
    except AureliusError as error:
        return None, error.message
    except Exception as error:  # noqa: BLE001  a strategy of one's own may fail in any way, and the gate has to say so
        return None, f"{type(error).__name__}: {error}."
