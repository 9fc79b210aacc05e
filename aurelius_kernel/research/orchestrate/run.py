"""One orchestration from a goal or a strategy to the verdict of the last gate that was reached."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from aurelius_kernel import engine, gates
from aurelius_kernel.artifacts import Store, orchestrations
from aurelius_kernel.errors import AureliusError, ImpossibleRequest, RunCancelled
from aurelius_kernel.gates import Policy
from aurelius_kernel.gates.keeping import keep_policy
from aurelius_kernel.model import BacktestSpec, Costs, RunIdentity, Sizing, StrategySpec
from aurelius_kernel.research.backtest import Day, Progress
from aurelius_kernel.research.generate.run import understood
from aurelius_kernel.research.generate.stretch import common_stamps, stretch_of
from aurelius_kernel.research.market_data import OWN_BARS, gather
from aurelius_kernel.research.orchestrate.journal import Journal, open_journal
from aurelius_kernel.research.orchestrate.result import Orchestration
from aurelius_kernel.research.orchestrate.spec import ANY, STAGES, OrchestrationSpec, StageRecord
from aurelius_kernel.research.orchestrate.work import WORK, Bench
from aurelius_kernel.research.sweep.tiles import Cancel
from aurelius_kernel.strategies import Strategy
from aurelius_kernel.watching import silent, watched

__all__ = ["orchestrate", "resume_orchestration"]

KEPT = "Finished stages are kept: the same call goes on from there, and so does ak.resume_orchestration."


@watched(KEPT)
def orchestrate(
    goal: str | None = None,
    *,
    strategy: Strategy | str | None = None,
    parameters: Mapping[str, Any] | None = None,
    risk: str = "moderate",
    count: int = 5,
    tries: int = 60,
    instruments: Sequence[str] | str | None = None,
    start: Day = None,
    end: Day = None,
    unseen: float = 0.3,
    train_days: int = 180,
    test_days: int = 90,
    grid: Mapping[str, Sequence[Any]] | None = None,
    capital: float = 100_000.0,
    costs: Costs | Mapping[str, Any] | None = None,
    sizing: Sizing | Mapping[str, Any] | None = None,
    direction: str | None = None,
    frequency: str = "1d",
    source: str = "default",
    bars: Mapping[str, pd.DataFrame] | None = None,
    seed: int = 42,
    policy: Policy | Mapping[str, Any] | None = None,
    alias: str | None = None,
    cancel: Cancel = None,
    progress: Progress | None = None,
) -> Orchestration:
    """Take a goal, or a strategy, through generation, backtest, validation and the three gates, and return how far it came.

    Every stage is stored as it ends. It stops at the first gate that is not passed; a validation that is not passed is left to the
    product gate. Killed and asked again, it goes on with the stage that was cut off. Nothing but a gate decides a verdict.

    Parameters
    ----------
    goal : what is wanted, as in `ak.generate`; the best candidate that keeps the goal's limits goes on
    strategy : a strategy, or the name of a family with `parameters`, to take through instead
    risk, count, tries, unseen : as in `ak.generate`; windows of the validation are judged on the part that generation did not see
    train_days, test_days : days with bars in a training window of the validation, and in the test after it
    grid : what the validation fits; values beside those of the strategy unless given
    instruments, start, end, capital, costs, sizing, direction, frequency, source, bars, seed : as in `ak.backtest`
    policy : limits other than those in force, for the gates
    alias : a name of 8 to 64 letters, digits and hyphens, by which whoever started the run finds it while it goes on
    cancel : an Event, or a function that answers True, to stop; what is finished stays
    progress : called with the fraction done, and the stage with what it is doing

    Raises
    ------
    InvalidInput
        One of its children, naming the field.
    RunCancelled
        When `cancel` said so.
    """
    store = Store()
    limits = _limits(policy)
    keep_policy(store, limits)
    run_settings = {"capital": capital, "costs": costs, "sizing": sizing, "direction": direction, "frequency": frequency}
    spec = _spec(
        goal,
        Strategy.create(strategy, **(parameters or {})) if isinstance(strategy, str) else strategy,
        instruments,
        run_settings,
        bars,
        start=start,
        end=end,
        source=source,
        policy=limits,
        more={
            "risk": risk,
            "count": count,
            "tries": tries,
            "unseen": unseen,
            "train_days": train_days,
            "test_days": test_days,
            "grid": None if grid is None else {name: list(values) for name, values in grid.items()},
        },
    )
    market = gather(spec.base, _references(spec), bars)
    identity = RunIdentity.of(spec_hash=spec.hash, data_hash=market.data_hash, seed=seed, engine_version=engine.ENGINE_VERSION)
    journal = Journal(store=store, spec=spec, identity=identity)
    if alias is not None:
        orchestrations.call_it(store, journal.key, alias)
    return _carry_out(journal, limits, bars, cancel, progress or silent)


@watched(KEPT)
def resume_orchestration(
    run: str,
    *,
    bars: Mapping[str, pd.DataFrame] | None = None,
    cancel: Cancel = None,
    progress: Progress | None = None,
) -> Orchestration:
    """Take an orchestration up again where it was, by its name or the beginning of it; a finished one comes back as it is.

    `bars` are needed again for one on the caller's own bars. Raises NotFound, and what `orchestrate` raises.
    """
    store = Store()
    journal = open_journal(run, store)
    policy = Policy.of(store.document(journal.spec.policy))
    return _carry_out(journal, policy, bars, cancel, progress or silent)


def _carry_out(
    journal: Journal, policy: Policy, bars: Mapping[str, pd.DataFrame] | None, cancel: Cancel, tell: Progress
) -> Orchestration:
    """Do what is not done yet, stage by stage, and keep the whole when nothing is left."""
    standing = Orchestration.standing(journal)
    if not standing.finished:
        journal.begin()
        before: str | None = None
        for number, stage in enumerate(STAGES):
            record = journal.find(stage)
            if record is None:
                if _is_cancelled(cancel):
                    journal.note("cancelled", stage)
                    raise RunCancelled(f"Cancelled before the stage {stage}; what is finished stays.")
                share = _share(tell, number)
                share(0.0, "")
                bench = Bench(journal=journal, bars=bars, cancel=cancel, tell=share, policy=policy)
                record = _do(journal, bench, stage_before=before, number=number)
            before = journal.address(stage)
            if record.ends_the_run:
                break
        standing = Orchestration.standing(journal)
    standing.keep(journal.store)
    tell(1.0, standing.status)
    return standing


def _do(journal: Journal, bench: Bench, *, stage_before: str | None, number: int) -> StageRecord:
    """One stage, timed, and durable when it has ended; what it raises is written down and raised."""
    stage = STAGES[number]
    journal.note("stage_started", stage)
    began = time.monotonic()
    try:
        record = WORK[stage](bench).model_copy(update={"before": stage_before})
    except AureliusError as error:
        journal.note("stage_broke_off", stage, seconds=round(time.monotonic() - began, 3), error=error.message)
        raise
    address = journal.keep(record)
    seconds = round(time.monotonic() - began, 3)
    journal.note("stage_ended", stage, seconds=seconds, outcome=str(record.outcome), record=address)
    return record


def _spec(
    goal: str | None,
    chosen: Strategy | None,
    instruments: Sequence[str] | str | None,
    run_settings: Mapping[str, Any],
    bars: Mapping[str, pd.DataFrame] | None,
    *,
    start: Day,
    end: Day,
    source: str,
    policy: Policy,
    more: Mapping[str, Any],
) -> OrchestrationSpec:
    """What is asked, with every default written out, and the days of the parts of the data."""
    names = _instruments(goal, chosen, instruments, bars, run_settings)
    days = common_stamps(names, start=start, end=end, frequency=run_settings["frequency"], source=source, bars=bars)
    stretch = stretch_of(days, more["unseen"])
    base = BacktestSpec.of(
        {name: value for name, value in run_settings.items() if value is not None},
        strategy=chosen.spec() if chosen else StrategySpec(type=ANY),
        instruments=names,
        start=stretch.start,
        end=stretch.end,
        direction=run_settings["direction"] or (chosen.usual_direction if chosen else "long"),
        source=OWN_BARS if bars is not None else source,
    )
    judged = days[stretch.seen_bars].date() if goal is not None and stretch.unseen_bars else stretch.start
    return OrchestrationSpec.of(goal=goal, base=base, judged_from=judged, policy=policy.hash, **more)


def _instruments(
    goal: str | None,
    strategy: Strategy | None,
    given: Sequence[str] | str | None,
    bars: Mapping[str, pd.DataFrame] | None,
    run_settings: Mapping[str, Any],
) -> tuple[str, ...]:
    """What is traded; raises ImpossibleRequest unless either a goal or a strategy is given, with what belongs to it."""
    if (goal is None) == (strategy is None):
        raise ImpossibleRequest.of("goal", "or a strategy must be given, and not both")
    if goal is None:
        return (given,) if isinstance(given, str) else tuple(given or bars or ())
    for name in ("sizing", "direction"):
        if run_settings[name] is not None:
            raise ImpossibleRequest.of(name, "belongs to a strategy that is given; for a goal its words and the risk decide it")
    return understood(goal, given, bars)[1]


def _references(spec: OrchestrationSpec) -> tuple[str, ...]:
    """The series that a given strategy reads beside what it trades."""
    named = spec.base.strategy
    return () if named.type == ANY else Strategy.create(named.type, **named.parameters).references(spec.base.instruments)


def _limits(policy: Policy | Mapping[str, Any] | None) -> Policy:
    """The limits that the gates hold to."""
    if policy is None:
        return gates.policy_in_force()
    return policy if isinstance(policy, Policy) else Policy.of(policy)


def _share(tell: Progress, number: int) -> Progress:
    """Progress within one stage, as the fraction of all six."""

    def told(fraction: float, what: str) -> None:
        stage = str(STAGES[number])
        tell((number + min(max(fraction, 0.0), 1.0)) / len(STAGES), f"{stage}: {what}" if what else stage)

    return told


def _is_cancelled(cancel: Cancel) -> bool:
    if cancel is None:
        return False
    return bool(cancel()) if callable(cancel) else cancel.is_set()
