"""One reflexion: from a run that failed to a child that was changed, run and measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from aurelius_kernel.artifacts import Store
from aurelius_kernel.errors import InvalidField
from aurelius_kernel.gates import GATES, Verdict, VerificationReport
from aurelius_kernel.gates.keeping import latest_verdict
from aurelius_kernel.generation import changed, fitted, longest_warm_up, preset
from aurelius_kernel.model import BacktestResult, BacktestSpec
from aurelius_kernel.research.backtest import Progress, run
from aurelius_kernel.research.case import result_of
from aurelius_kernel.research.reflect.reflexion import Reflexion, reflexions
from aurelius_kernel.research.sweep.tiles import Cancel
from aurelius_kernel.research.trials import trials
from aurelius_kernel.research.walk_forward import WalkForwardResult, walk_forward
from aurelius_kernel.strategies import Strategy
from aurelius_kernel.watching import silent, watched

__all__ = ["reflect"]

LOOKBACK = preset("moderate").lookback


@watched("The child and finished windows are kept, the reflexion is not: the same call goes on from there.")
def reflect(
    parent: BacktestResult | str,
    feedback: str = "",
    *,
    failed: Sequence[str] | None = None,
    train_days: int = 180,
    test_days: int = 90,
    bars: Mapping[str, pd.DataFrame] | None = None,
    cancel: Cancel = None,
    progress: Progress | None = None,
) -> Reflexion:
    """Change one thing about a run that failed, for a reason that is said, run the child and measure what the change is worth.

    The reader's words come first, then the failed checks in their order; what was tried on this result before is not tried again.
    The improvement is the child's out-of-sample Sharpe ratio less the parent's, over the same walk-forward windows, between −2 and
    2. Everything that is run counts as a trial.

    Parameters
    ----------
    parent : a backtest, in hand or by its hash, a prefix of one or a pinned name
    feedback : the reader's words: "too many trades", "stop loss 5%", "lookback 60"
    failed : names of checks or rules that failed; those of the newest verdicts on the result unless given
    train_days, test_days : as in `ak.walk_forward`; training is made longer where a strategy needs more to begin
    bars : own bars by instrument, needed again where the parent was run on some
    cancel, progress : as in `ak.sweep`

    Raises
    ------
    ImpossibleRequest
        When nothing is wrong that a parameter could mend, or every known change was tried.
    """
    store, tell = Store(), progress or silent
    if not isinstance(feedback, str):
        raise InvalidField.of("feedback", f"must be text, not {type(feedback).__name__}")
    found = result_of(parent, store)
    complaints = tuple(failed) if failed is not None else failed_checks(found, store)
    tried = {one.change.spec.hash for one in reflexions(found, store)}
    change = changed(found.spec, complaints, feedback, tried)
    tell(0.05, change.reason)
    child = run(change.spec, seed=found.identity.seed, bars=bars)
    train = max(train_days, *(2 * _warm_up(spec) for spec in (found.spec, child.spec)))
    measured: dict[str, WalkForwardResult] = {}
    for number, (role, one) in enumerate((("parent", found), ("child", child))):
        share = _share(tell, 0.2 + 0.4 * number, 0.4, f"measuring the {role}")
        measured[role] = _measured(one, train, test_days, bars, cancel, share)
    reflexion = Reflexion(
        parent=found.hash,
        child=child.hash,
        change=change,
        complaints=complaints,
        feedback=feedback,
        parent_sharpe=measured["parent"].metrics["sharpe_ratio"],
        child_sharpe=measured["child"].metrics["sharpe_ratio"],
        validations={role: one.hash for role, one in measured.items()},
        trials=trials(child.spec.strategy.type, child.identity.data_hash),
    )
    reflexion.keep(store)
    tell(1.0, "done")
    return reflexion


def failed_checks(result: BacktestResult, store: Store) -> tuple[str, ...]:
    """The checks that the newest verdicts on a result name as failed; for a failed verification the rules that were broken."""
    verdicts = [verdict for gate in GATES if (verdict := latest_verdict(store, gate, result.hash))]
    return tuple(dict.fromkeys(name for verdict in verdicts for name in _failed(verdict, store)))


def _failed(verdict: Verdict, store: Store) -> list[str]:
    names = [check.check_name for check in verdict.failed_checks]
    if "verification" not in names or "report" not in verdict.evidence:
        return names
    report = VerificationReport.of(store.document(verdict.evidence["report"]))
    broken = [violation.rule_id for violation in report.violations]
    return [name for name in names if name != "verification"] + broken


def _measured(
    result: BacktestResult,
    train: int,
    test: int,
    bars: Mapping[str, pd.DataFrame] | None,
    cancel: Cancel,
    tell: Progress,
) -> WalkForwardResult:
    """The walk-forward validation of a run: what is fitted is what stands beside its own parameters."""
    spec, strategy = result.spec, _strategy(result.spec)
    return walk_forward(
        strategy,
        grid=fitted(None, strategy, LOOKBACK),
        train_days=train,
        test_days=test,
        instruments=spec.instruments,
        start=spec.start,
        end=spec.end,
        capital=spec.capital,
        costs=spec.costs,
        execution=str(spec.execution),
        sizing=spec.sizing,
        direction=str(spec.direction),
        leverage=spec.leverage,
        whole_shares=spec.whole_shares,
        stop_loss=spec.stop_loss,
        take_profit=spec.take_profit,
        trailing_stop=spec.trailing_stop,
        frequency=spec.frequency,
        source="default" if bars is not None else spec.source,
        bars=bars,
        seed=result.identity.seed,
        cancel=cancel,
        progress=tell,
    )


def _warm_up(spec: BacktestSpec) -> int:
    strategy = _strategy(spec)
    return longest_warm_up(strategy, fitted(None, strategy, LOOKBACK))


def _strategy(spec: BacktestSpec) -> Strategy:
    return Strategy.create(spec.strategy.type, **spec.strategy.parameters)


def _share(tell: Progress, begin: float, share: float, what: str) -> Progress:
    return lambda fraction, _stage: tell(begin + share * fraction, what)
