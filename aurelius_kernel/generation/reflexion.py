"""What to change about a run that failed: one thing at a time, for a reason that is said.

Failed checks and the reader's words are complaints. Each kind of complaint has remedies, in the order in which they are tried:
another range of parameters, a filter, a stop, another size. A remedy that changes nothing, or gives a run that was tried before,
is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias

from aurelius_kernel.errors import ImpossibleRequest, InvalidField, InvalidInput
from aurelius_kernel.model import BacktestSpec, FractionOfEquity, Record, VolatilityTarget
from aurelius_kernel.strategies import Strategy

__all__ = ["CHECKS", "Change", "Complaint", "changed"]

LONGEST_FEEDBACK = 5_000


class Complaint(StrEnum):
    """What is wrong, in kinds."""

    DEEP = "it falls too deep"
    LARGE = "its positions are too large"
    BUSY = "it trades too much for its costs"
    LATE = "it reacts too late"
    WEAK = "it earns too little for its risk"
    UNSTABLE = "it does not hold up out of sample"
    LUCKY = "it may be luck"


CHECKS: Mapping[str, Complaint] = {
    "max_drawdown": Complaint.DEEP,
    "drawdown_limit": Complaint.DEEP,
    "leverage_limit": Complaint.LARGE,
    "concentration_limit": Complaint.LARGE,
    "turnover_limit": Complaint.BUSY,
    "cost_fragility": Complaint.BUSY,
    "sharpe_ratio": Complaint.WEAK,
    "total_return": Complaint.WEAK,
    "validation_passed": Complaint.UNSTABLE,
    "deflated_sharpe": Complaint.LUCKY,
    "multiple_testing": Complaint.LUCKY,
}
"""The complaint behind a failed check; what is not here no parameter can mend."""

WORDS: Mapping[Complaint, str] = {
    Complaint.DEEP: r"draw-?\s?downs?|loss(?:es)?|falls?|crash\w*|stop(?:-?\s?loss)?\b",
    Complaint.LARGE: r"too large|too big|smaller|less risk\w*|leverage\w*|siz(?:e|ing)|concentrat\w+|volatil\w+",
    Complaint.BUSY: r"too (?:many|much) trad\w+|over-?trad\w+|turnover|churn\w*|costs?|fees?|slower|less often|whipsaw\w*",
    Complaint.LATE: r"too slow|too late|late|lags?|lagging|faster|quicker|sooner",
    Complaint.WEAK: r"sharpe|returns?|profit\w*|weak\w*|too little|under-?perform\w*",
    Complaint.UNSTABLE: r"unstable|stabil\w+|over-?fit\w*|out of sample|robust\w*|degrad\w+",
    Complaint.LUCKY: r"luck\w*|deflated|too many trials|simpler|significan\w+",
}
LENGTHS = ("lookback", "fast", "slow", "window", "exit_lookback", "carry_window", "swing_window", "regime_window", "beta_window")
"""Parameters that count bars of the past: longer ones trade less often."""
FILTERS: Mapping[str, tuple[str, float]] = {
    "ts_momentum": ("dead_band", 0.25),
    "breakout": ("atr_mult", 0.25),
    "mean_reversion": ("num_std", 0.5),
    "pairs_trading": ("entry_z", 0.5),
    "volatility_trading": ("threshold", -0.25),
    "ml_classifier": ("threshold", 0.05),
    "trend_following": ("atr_stop", 3.0),
}
"""What makes a family pickier, and by how much."""
SIZES = ("max_position", "vol_target", "gross")
SLOWER = {"bar": "day", "day": "week", "week": "month"}


class Change(Record):
    """One change: the run as it shall be, what was changed from what to what, and why."""

    spec: BacktestSpec
    changed: dict[str, tuple[Any, Any]]
    cause: str
    reason: str


class _Remedied(NamedTuple):
    """A spec after a remedy, and what the remedy did, in words."""

    spec: BacktestSpec
    words: str


Remedy: TypeAlias = Callable[[BacktestSpec], _Remedied | None]


def changed(spec: BacktestSpec, failed: Sequence[str], feedback: str = "", tried: Collection[str] = ()) -> Change:
    """The next change to a run, for the reader's words first and then for the checks that failed, in their order.

    `tried` are the hashes of specs that need not be tried again. Raises InvalidField for feedback that is too long,
    ImpossibleRequest where nothing is wrong that a parameter could mend, or everything was tried.
    """
    if len(feedback) > LONGEST_FEEDBACK:
        raise InvalidField.of("feedback", f"must be at most {LONGEST_FEEDBACK:,} characters, not {len(feedback):,}")
    found = 0
    for cause, remedy, why in _remedies(spec, failed, feedback):
        found += 1
        remedied = _tried(remedy, spec)
        if remedied and remedied.spec != spec and remedied.spec.hash not in tried:
            return Change(
                spec=remedied.spec,
                changed=_difference(spec, remedied.spec),
                cause=cause,
                reason=f"{why[0].upper()}{why[1:]}: {remedied.words}.",
            )
    if found:
        raise ImpossibleRequest.of("parent", "has been changed in every way that is known for these complaints")
    named = f" ({', '.join(failed)})" if failed else ""
    raise ImpossibleRequest.of("feedback", f"names nothing that a parameter could mend, and neither do the failed checks{named}")


def _remedies(spec: BacktestSpec, failed: Sequence[str], feedback: str) -> Iterator[tuple[str, Remedy, str]]:
    """Every remedy with its cause and the reason, best first."""
    family = Strategy.families.get(spec.strategy.type)
    if family is None:
        return
    words = " ".join(feedback.lower().split())
    yield from _asked_for(family, words)
    for complaint, pattern in WORDS.items():
        if re.search(rf"\b(?:{pattern})", words):
            yield from (("the reader", remedy, f"the reader says that {complaint}") for remedy in REMEDIES[complaint])
    for check in failed:
        if check in CHECKS:
            yield from ((check, remedy, f"the check {check} failed because {CHECKS[check]}") for remedy in REMEDIES[CHECKS[check]])


def _asked_for(family: type[Strategy], words: str) -> Iterator[tuple[str, Remedy, str]]:
    """What the reader asks for by name: a parameter or a stop, with its value."""
    for name in family.model_fields:
        value = re.search(rf"\b{re.escape(name)}\b\s?(?:=|:|to|of)?\s?(-?\d{{1,9}}(?:\.\d{{1,9}})?)", words)
        if value:
            number = float(value[1]) if "." in value[1] else int(value[1])
            yield "the reader", _set(name, number), f"the reader asks for {name} {number}"
    for name, phrase in (("stop_loss", "stop loss"), ("trailing_stop", "trailing stop"), ("take_profit", "take profit")):
        share = re.search(rf"{phrase.replace(' ', '[ _-]?')}\D{{0,6}}(\d{{1,2}}(?:\.\d{{1,4}})?)\s?%", words)
        if share:
            yield "the reader", _exit(name, float(share[1]) / 100.0), f"the reader asks for a {phrase} of {share[1]}%"


def _tried(remedy: Remedy, spec: BacktestSpec) -> _Remedied | None:
    """What the remedy gives; None where it has nothing to work on, or the family does not take what it gives."""
    try:
        return remedy(spec)
    except InvalidInput:
        return None


def _difference(before: BacktestSpec, after: BacktestSpec) -> dict[str, tuple[Any, Any]]:
    own, other = ({**one.document(), **one.strategy.parameters} for one in (before, after))
    names = [name for name in own if name != "strategy" and own[name] != other.get(name)]
    return {name: (own[name], other.get(name)) for name in names}


def _with(spec: BacktestSpec, **parameters: Any) -> BacktestSpec:
    """The run with other parameters; raises InvalidInput for those that the family does not take."""
    strategy = Strategy.create(spec.strategy.type, **{**spec.strategy.parameters, **parameters})
    return spec.model_copy(update={"strategy": strategy.spec()})


def _set(name: str, value: float) -> Remedy:
    def remedy(spec: BacktestSpec) -> _Remedied:
        kept = float(value) if isinstance(spec.strategy.parameters[name], float) else value
        return _Remedied(_with(spec, **{name: kept}), f"{name} is set to {value:g}")

    return remedy


def _exit(name: str, share: float) -> Remedy:
    def remedy(spec: BacktestSpec) -> _Remedied:
        other = BacktestSpec.of({**{key: getattr(spec, key) for key in type(spec).model_fields}, name: share})
        return _Remedied(other, f"a {name.replace('_', ' ')} of {share:.4g} is set")

    return remedy


def _tighter_stop(spec: BacktestSpec) -> _Remedied | None:
    """A trailing stop at 15 %, or seven tenths of the one there is, down to 3 %."""
    now = spec.trailing_stop
    share = 0.15 if now is None else round(0.7 * now, 4)
    if share < 0.03:
        return None
    how = f"a trailing stop of {share:.3g} is set" if now is None else f"the trailing stop is tightened to {share:.3g}"
    return _Remedied(spec.model_copy(update={"trailing_stop": share}), how)


def _smaller(spec: BacktestSpec) -> _Remedied | None:
    """Six tenths of the size of positions, wherever it is decided."""
    own = {name: spec.strategy.parameters[name] for name in SIZES if name in spec.strategy.parameters}
    if own:
        less = {name: round(0.6 * float(value), 4) for name, value in own.items() if isinstance(value, int | float)}
        return _Remedied(_with(spec, **less), "positions are made smaller, to six tenths")
    sizing = spec.effective_sizing
    if isinstance(sizing, FractionOfEquity):
        fraction = FractionOfEquity(round(0.6 * sizing.fraction, 4))
        return _Remedied(spec.model_copy(update={"sizing": fraction}), "positions are made smaller, to six tenths")
    return None


def _to_volatility(spec: BacktestSpec) -> _Remedied | None:
    """Positions sized by forecast volatility, where a fixed fraction sizes them."""
    sizing = spec.effective_sizing
    if not isinstance(sizing, FractionOfEquity) or any(name in spec.strategy.parameters for name in SIZES):
        return None
    target = VolatilityTarget(annual_volatility=0.15, max_weight=sizing.fraction)
    return _Remedied(spec.model_copy(update={"sizing": target}), "positions are sized to a yearly volatility of 15%")


def _scaled(factor: float, words: str) -> Remedy:
    def remedy(spec: BacktestSpec) -> _Remedied | None:
        own = {name: value for name, value in spec.strategy.parameters.items() if name in LENGTHS and isinstance(value, int)}
        if not own:
            return None
        return _Remedied(_with(spec, **{name: max(round(factor * value), 2) for name, value in own.items()}), words)

    return remedy


def _pickier(spec: BacktestSpec) -> _Remedied | None:
    """A filter that lets fewer signals through."""
    if spec.strategy.type not in FILTERS:
        return None
    name, step = FILTERS[spec.strategy.type]
    value = spec.strategy.parameters[name]
    if not isinstance(value, int | float) or (name == "atr_stop" and value):
        return None
    stricter = round(float(value) + step, 4)
    return _Remedied(_with(spec, **{name: stricter}), f"{name} goes from {value:g} to {stricter:g}, so that fewer signals pass")


def _less_often(spec: BacktestSpec) -> _Remedied | None:
    """The next slower rhythm of rebalancing."""
    now = spec.strategy.parameters.get("rebalance")
    if now not in SLOWER:
        return None
    return _Remedied(_with(spec, rebalance=SLOWER[str(now)]), f"positions are brought to target every {SLOWER[str(now)]}")


_longer = _scaled(1.5, "lengths of the past are made longer by half")
_shorter = _scaled(1 / 1.5, "lengths of the past are made shorter by a third")

REMEDIES: Mapping[Complaint, tuple[Remedy, ...]] = {
    Complaint.DEEP: (_tighter_stop, _smaller, _to_volatility, _pickier),
    Complaint.LARGE: (_smaller, _to_volatility),
    Complaint.BUSY: (_longer, _less_often, _pickier),
    Complaint.LATE: (_shorter, _tighter_stop),
    Complaint.WEAK: (_longer, _shorter, _pickier, _to_volatility),
    Complaint.UNSTABLE: (_longer, _to_volatility, _pickier, _less_often),
    Complaint.LUCKY: (_longer, _pickier, _to_volatility),
}
