"""The dev gate: the run is what it says it is, and anybody gets it again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aurelius_kernel.gates.verdict import Check, Subject, Verdict
from aurelius_kernel.model import BacktestResult

__all__ = ["Agreement", "DevEvidence", "Replay", "judge_dev"]


@dataclass(frozen=True, kw_only=True)
class Replay:
    """What came of running a spec again: the hash of the result, or why there is none."""

    result: str | None = None
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """The fast path and the vectorbt engine on a sample: how much was compared, and the first disagreement or why nothing was."""

    combinations: int = 0
    metrics: int = 0
    problem: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class DevEvidence:
    """What the dev gate looks at; what nobody tried is None, and counts as not shown.

    `unknown` says why there is no such strategy, `invalid` why it cannot be run as it is; empty when nothing is wrong.
    """

    result: BacktestResult
    unknown: str | None = None
    invalid: str | None = None
    replay: Replay | None = None
    agreement: Agreement | None = None


def judge_dev(evidence: DevEvidence, policy: str) -> Verdict:
    """The verdict on what was tried; `policy` is the hash of the limits in force."""
    subject = Subject.of_result(evidence.result)
    checks = tuple(_checks(evidence, subject.result))
    return Verdict.given("dev", subject, checks, policy=policy, evidence={"result": subject.result})


def _checks(evidence: DevEvidence, address: str) -> Iterator[Check]:
    result, strategy = evidence.result, evidence.result.spec.strategy
    yield _asked(
        "strategy_exists",
        "The strategy is known in the version and with the code of the run.",
        evidence.unknown,
        f"{strategy.type}, version {strategy.version}",
        address,
    )
    yield _asked(
        "strategy_validates",
        "Its parameters, instruments and data are such that it can be run.",
        evidence.invalid,
        f"{len(strategy.parameters)} parameters on {', '.join(result.spec.instruments)}",
        address,
    )
    yield _completed(result, address)
    yield _identity(result, address)
    yield _replay(evidence.replay, address)
    yield _agreement(evidence.agreement, address)


def _asked(name: str, description: str, problem: str | None, fine: str, address: str) -> Check:
    message = "Nobody looked." if problem is None else problem or f"{fine}."
    return Check(check_name=name, passed=problem == "", description=description, message=message, evidence=(address,))


def _completed(result: BacktestResult, address: str) -> Check:
    bars = len(result.index)
    complete = bars > 0 and len(result.equity_values) == bars and bool(result.metrics)
    message = f"{bars:,} bars and {len(result.orders):,} orders." if complete else "The result has no bars or no metrics."
    description = "There is a completed backtest."
    return Check(check_name="backtest_completed", passed=complete, description=description, message=message, evidence=(address,))


def _identity(result: BacktestResult, address: str) -> Check:
    identity = result.identity
    missing = [name for name in ("spec_hash", "data_hash", "engine_version") if not getattr(identity, name)]
    message = f"Run {identity.key[:12]}."
    if missing:
        message = f"The run identity lacks its {', '.join(missing)}."
    elif identity.spec_hash != result.spec.hash:
        missing, message = ["spec_hash"], "The spec of the result is not the one that its identity names."
    description = "Spec, data, seed and engine version of the run are named."
    return Check(
        check_name="run_identity_present", passed=not missing, description=description, message=message, evidence=(address,)
    )


def _replay(replay: Replay | None, address: str) -> Check:
    if replay is None:
        passed, message = False, "The run was not repeated."
    elif replay.result is None:
        passed, message = False, f"The run cannot be repeated: {replay.problem}"
    elif replay.result != address:
        passed, message = False, f"Run again, it gives {replay.result[:12]} and not {address[:12]}."
    else:
        passed, message = True, f"Run again, it gives {address[:12]}, bit for bit."
    description = "Run again from its spec, the backtest gives the identical result."
    found = (address,) if replay is None or replay.result is None else tuple(dict.fromkeys((address, replay.result)))
    return Check(check_name="replay_identical", passed=passed, description=description, message=message, evidence=found)


def _agreement(agreement: Agreement | None, address: str) -> Check:
    passed = agreement is not None and not agreement.problem and agreement.combinations > 0
    if agreement is None:
        message = "The fast path was not compared."
    elif agreement.problem:
        message = agreement.problem
    else:
        message = f"{agreement.metrics} metrics of {agreement.combinations} combinations are the same on both paths."
    description = "The fused sweep and the vectorbt engine give the same numbers for the run and combinations beside it."
    return Check(check_name="paths_agree", passed=passed, description=description, message=message, evidence=(address,))
