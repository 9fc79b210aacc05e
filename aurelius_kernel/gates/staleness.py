"""Whether a verdict still speaks of what is there: of the strategy, the data and the engine as they are now."""

from __future__ import annotations

from dataclasses import dataclass

from aurelius_kernel.gates.verdict import Subject
from aurelius_kernel.model import StrategySpec

__all__ = ["Present", "stale_reasons"]


@dataclass(frozen=True, kw_only=True)
class Present:
    """What there is now: the strategy of the subject's name and parameters, the hash of its data; None where it is gone."""

    strategy: StrategySpec | None
    data_hash: str | None
    engine_version: str


def stale_reasons(subject: Subject, present: Present) -> tuple[str, ...]:
    """Why a verdict on the subject is stale; empty while it holds."""
    reasons = []
    if present.strategy is None:
        reasons.append(f"the strategy {subject.strategy.type} is gone")
    elif present.strategy != subject.strategy:
        reasons.append(f"the strategy {subject.strategy.type} has changed since")
    if present.data_hash is None:
        reasons.append(f"the data of {', '.join(subject.instruments)} are gone")
    elif present.data_hash != subject.identity.data_hash:
        reasons.append(f"the data of {', '.join(subject.instruments)} have changed since")
    if present.engine_version != subject.identity.engine_version:
        reasons.append(f"the engine is version {present.engine_version} now, and was {subject.identity.engine_version}")
    return tuple(reasons)
