"""One generation from a goal to ranked candidates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pandas as pd

from aurelius_kernel import data, engine
from aurelius_kernel.errors import AureliusError, ImpossibleRequest, UnknownName
from aurelius_kernel.generation import (
    Brief,
    Goal,
    Proposer,
    broken,
    confidences,
    configured_proposer,
    preset,
    ranked,
    read_goal,
    taken,
)
from aurelius_kernel.hashing import content_hash, plain
from aurelius_kernel.model import BacktestSpec, Costs, RunIdentity, StrategySpec
from aurelius_kernel.research.backtest import Day, Progress
from aurelius_kernel.research.generate.measuring import Lot, measure_all
from aurelius_kernel.research.generate.result import Generation
from aurelius_kernel.research.generate.spec import Candidate, GenerationSpec
from aurelius_kernel.research.generate.stretch import common_stamps, stretch_of
from aurelius_kernel.research.market_data import OWN_BARS
from aurelius_kernel.research.sweep.tiles import Cancel
from aurelius_kernel.research.trials import trials
from aurelius_kernel.strategies import Strategy, describe
from aurelius_kernel.watching import silent, watched

__all__ = ["generate", "understood"]

USUAL = ("GOOG", "MSFT", "AAPL", "IBM")
"""What is traded when the goal names nothing: as many of these as the family with the most votes needs."""


@watched("What was measured is kept as sweeps, and counted as trials; the ranking is not.")
def generate(
    goal: str,
    *,
    risk: str = "moderate",
    count: int = 5,
    tries: int = 60,
    instruments: Sequence[str] | str | None = None,
    start: Day = None,
    end: Day = None,
    unseen: float = 0.3,
    capital: float = 100_000.0,
    costs: Costs | Mapping[str, Any] | None = None,
    frequency: str = "1d",
    source: str = "default",
    bars: Mapping[str, pd.DataFrame] | None = None,
    proposer: Proposer | Literal[False] | None = None,
    seed: int = 42,
    keep: bool = True,
    cancel: Cancel = None,
    progress: Progress | None = None,
) -> Generation:
    """Turn a goal in words into candidates, measure every one, and return the best with the probability that each is not luck.

    Words vote for families. The candidates of these are drawn by the seed and run on the first part of the data, after costs; the
    last part stays unseen, for validation. The same goal, data and seed give the same candidates.

    Parameters
    ----------
    goal : what is wanted, as "momentum on large tech, drawdown < 20%, long only"
    risk : "conservative", "moderate" or "aggressive": base lookback 40, 20 or 10 bars, volatility target 10, 15 or 25 %, and the
        largest position .5, 1 or 1.5 of equity
    count : how many candidates come back, at most 20
    tries : how many are drawn, over all families, at most 2,000; each one counts as a trial
    instruments : what to trade; what the goal names unless given
    unseen : the share of the bars at the end that nothing here looks at
    proposer : whoever proposes candidates beside those that are drawn; the configured language model unless given, False for none
    start, end, capital, costs, frequency, source, bars, seed, keep, cancel, progress : as in `ak.sweep`

    Raises
    ------
    InvalidInput
        One of its children: a goal without words or that contradicts itself, an unknown instrument, too few bars.
    RunCancelled
        When `cancel` said so.
    """
    tell = progress or silent
    tell(0.0, "reading the goal")
    chosen = preset(risk)
    read, names, told = understood(goal, instruments, bars)
    days = common_stamps(names, start=start, end=end, frequency=frequency, source=source, bars=bars)
    stretch = stretch_of(days, unseen)
    base = BacktestSpec.of(
        strategy=StrategySpec(type="any"),
        instruments=names,
        start=stretch.start,
        end=stretch.seen_until,
        capital=capital,
        costs=Costs() if costs is None else costs,
        sizing=chosen.sizing(len(names)),
        leverage=chosen.leverage,
        frequency=frequency,
        source=OWN_BARS if bars is not None else source,
    )
    asked = GenerationSpec.of(goal=read, risk=risk, count=count, tries=tries, instruments=names, stretch=stretch, base=base)
    spec = _with_proposals(asked, configured_proposer() if proposer is None else proposer or None, tell)
    seen = (
        None
        if bars is None
        else {name: frame.loc[: pd.Timestamp(f"{stretch.seen_until}T23:59:59.999999999Z")] for name, frame in bars.items()}
    )
    lots, untried = measure_all(spec, seen, seed=seed, keep=keep, cancel=cancel, tell=tell)
    result = _ranked(spec, lots, [*read.notes, *told, *spec.proposer_notes, *untried], seed, bars)
    if keep:
        tell(0.99, "storing")
        result.keep()
    tell(1.0, "done")
    return result


def understood(
    goal: str, instruments: Sequence[str] | str | None, bars: Mapping[str, pd.DataFrame] | None
) -> tuple[Goal, tuple[str, ...], list[str]]:
    """The goal as it is read, the instruments that are traded for it, and what to tell about them."""
    read = read_goal(goal, bars if bars is not None else set(data.instruments()["instrument"]))
    return read, *_instruments(read, instruments, bars)


def _instruments(
    goal: Goal, given: Sequence[str] | str | None, bars: Mapping[str, pd.DataFrame] | None
) -> tuple[tuple[str, ...], list[str]]:
    """What is traded, and what to tell about it."""
    if given:
        names = (given,) if isinstance(given, str) else tuple(given)
        known = set(bars) if bars is not None else None
        if known is not None and (unknown := [name for name in names if name not in known]):
            raise UnknownName("instrument", unknown[0], known)
        other = [name for name in goal.instruments if name not in names]
        return names, [
            f"{', '.join(other)} of the goal {'is' if len(other) == 1 else 'are'} not among the instruments given"
        ] * bool(other)
    if goal.instruments:
        return goal.instruments, []
    if bars is not None:
        return tuple(bars), []
    known = set(data.instruments()["instrument"])
    usual = [name for name in USUAL if name in known] or sorted(known)
    needed = Strategy.families[goal.families[0]].min_instruments if goal.votes else 1
    if not usual:
        raise ImpossibleRequest.of("instruments", "are needed: the catalogue is empty")
    names = tuple(usual[:needed])
    return names, [f"no instrument is named: {', '.join(names)} {'is' if len(names) == 1 else 'are'} taken"]


def _with_proposals(spec: GenerationSpec, proposer: Proposer | None, tell: Progress) -> GenerationSpec:
    """The spec with what a proposer offers for it; one that fails is told, and the generation goes on without it."""
    if proposer is None:
        return spec
    tell(0.0, "asking for proposals")
    decided = {family: preset(spec.risk).fixed(Strategy.families[family]) for family in spec.goal.families}
    try:
        found = taken(proposer.propose(_brief(spec)), decided)
    except AureliusError as error:
        return spec.model_copy(update={"proposer": proposer.name, "proposer_notes": (error.message,)})
    more = {"proposals": found.proposals, "proposer_notes": found.notes}
    return spec.model_copy(update={"proposer": proposer.name, **more})


def _brief(spec: GenerationSpec) -> Brief:
    families = {name: {row.pop("parameter"): row for row in describe(Strategy.families[name])} for name in spec.goal.families}
    return Brief(goal=spec.goal.text, risk=str(spec.risk), instruments=spec.instruments, count=spec.count, families=plain(families))


def _ranked(
    spec: GenerationSpec, lots: Sequence[Lot], notes: list[str], seed: int, bars: Mapping[str, pd.DataFrame] | None
) -> Generation:
    tried = [one for lot in lots for one in lot.tried]
    specs = [run for lot in lots for run in lot.specs]
    sure = confidences(tried, max(lot.found.data["bars"] for lot in lots), lots[0].found.data["periods_per_year"])
    votes = {vote.family: vote.votes for vote in spec.goal.votes}
    order = ranked(tried, sure, votes, spec.goal.constraints, spec.count)
    candidates = tuple(
        Candidate(
            spec=specs[at],
            votes=votes.get(tried[at].family, 0),
            metrics=tried[at].metrics,
            confidence=sure[at] or 0.0,
            broken=broken(spec.goal.constraints, tried[at].metrics),
            why=tried[at].why,
        )
        for at in order
    )
    if candidates and all(candidate.broken for candidate in candidates):
        notes.append("no candidate keeps every limit of the goal")
    data_hash = content_hash({lot.found.spec.base.strategy.type: lot.found.identity.data_hash for lot in lots})
    return Generation(
        spec=spec,
        identity=RunIdentity.of(spec_hash=spec.hash, data_hash=data_hash, seed=seed, engine_version=engine.ENGINE_VERSION),
        candidates=candidates,
        tried=tuple(plain({**one._asdict(), "confidence": sure[at]}) for at, one in enumerate(tried)),
        sweeps=tuple(lot.found.hash for lot in lots),
        notes=tuple(dict.fromkeys(notes)),
        trials_ever=_ever_tried(lots),
        bars=bars,
    )


def _ever_tried(lots: Sequence[Lot]) -> int:
    """How many parameter sets of these families were ever tried on these data, these ones among them."""
    asked = {(lot.found.spec.base.strategy.type, lot.found.identity.data_hash) for lot in lots}
    return sum(trials(family, data_hash) for family, data_hash in asked)
