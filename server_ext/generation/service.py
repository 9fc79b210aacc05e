"""What can be done with goals: candidates found in a process of their own, and kept as strategies with their event."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from aurelius_kernel import data
from aurelius_kernel.generation import read_goal
from aurelius_kernel.metrics import on_the_wire
from server_ext.access.actor import Actor
from server_ext.db.metadata import new_id
from server_ext.events import EventLog
from server_ext.generation.schemas import GeneratedStrategy, Generation, NewGeneration
from server_ext.jobs.asking import ask, environment_of
from server_ext.research.question import wire_names
from server_ext.settings import Settings
from server_ext.strategies import service as strategies
from server_ext.strategies.schemas import NewStrategy, Strategy

__all__ = ["Found", "find", "keep"]

_GENERATE = "aurelius_kernel.research.generate"
LONGEST_NAME = 200


@dataclass(frozen=True, kw_only=True)
class Found:
    """A finished generation as its process tells it, and how long that took."""

    told: Mapping[str, Any]
    seconds: float


def find(settings: Settings, owner_id: str, wanted: NewGeneration) -> Found:
    """Draw and measure the candidates of a goal, for an owner whose trials are counted; raises InvalidInput, naming the field."""
    started = time.monotonic()
    with wire_names():
        read_goal(wanted.goal, set(data.instruments()["instrument"]))
        environment = environment_of(settings, owner_id) | settings.proposer()
        told = ask(_GENERATE, _asked(wanted), "No strategies could be generated", environment)
    return Found(told=told, seconds=time.monotonic() - started)


def keep(connection: Connection, log: EventLog, actor: Actor, found: Found) -> Generation:
    """Keep the candidates as strategies of the actor's, and tell of them all at once."""
    request_id, goal = new_id(), found.told["spec"]["goal"]["text"]
    candidates = found.told["candidates"]
    wanted = [_wanted(rank, goal, one) for rank, one in enumerate(candidates, start=1)]
    made = strategies.create_all(connection, log, actor, wanted, request_id=request_id)
    return Generation(
        request_id=request_id,
        strategies=[_generated(rank, *pair) for rank, pair in enumerate(zip(made, candidates, strict=True), start=1)],
        generation_time_ms=round(1_000 * found.seconds),
        goal=goal,
        stretch=found.told["spec"]["stretch"],
        result=found.told["hash"],
        **{name: found.told[name] for name in ("trials", "trials_ever", "notes")},
    )


def _asked(wanted: NewGeneration) -> dict[str, Any]:
    """What is wanted, by the names of `ak.generate`."""
    return {
        "goal": wanted.goal,
        "risk": wanted.risk_preference,
        "count": wanted.max_strategies,
        "tries": wanted.tries,
        "instruments": wanted.instruments,
        "start": wanted.start_date.isoformat() if wanted.start_date else None,
        "end": wanted.end_date.isoformat() if wanted.end_date else None,
        "source": wanted.data_source,
        "seed": wanted.seed,
    }


def _wanted(rank: int, goal: str, candidate: Mapping[str, Any]) -> NewStrategy:
    named = candidate["spec"]["strategy"]
    name = f"{named['type']} {rank}: {goal}"
    shown = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
    return NewStrategy(name=shown, strategy_type=named["type"], parameters=named["parameters"])


def _generated(rank: int, made: Strategy, candidate: Mapping[str, Any]) -> GeneratedStrategy:
    return GeneratedStrategy(
        **made.model_dump(),
        rank=rank,
        metrics=on_the_wire(candidate["metrics"]),
        keeps_limits=not candidate["broken"],
        **{name: candidate[name] for name in ("confidence", "broken", "why", "spec")},
    )
