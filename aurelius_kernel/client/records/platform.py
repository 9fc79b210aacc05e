"""The platform itself: its components, its data and its events."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aurelius_kernel.client.records.answer import Answer

__all__ = [
    "Bar",
    "BarsPage",
    "Component",
    "Event",
    "EventPage",
    "Health",
    "Imported",
    "Instrument",
    "Instruments",
    "SocketStats",
    "Stats",
]


class Component(Answer):
    """A part of the platform, how it does and why."""

    name: str
    state: str
    reason: str


class Health(Answer):
    """The platform and its components."""

    status: str
    version: str
    components: list[Component]


class Instrument(Answer):
    """An instrument at one frequency from one source."""

    instrument: str
    frequency: str
    source: str
    rows: int
    first: datetime
    last: datetime
    provider: str
    data_hash: str


class Instruments(Answer):
    """The instruments of the catalogue, by name."""

    total: int
    instruments: list[Instrument]


class Bar(Answer):
    """A bar, by the time of its close."""

    time: datetime
    open: float | None
    high: float | None
    low: float | None
    close: float | None
    volume: float | None


class BarsPage(Answer):
    """Bars, oldest first."""

    instrument: str
    frequency: str
    total: int
    bars: list[Bar]


class Imported(Answer):
    """What an import took and what it left out."""

    instrument: str
    source: str
    frequency: str
    rows_taken: int
    rows_refused: int
    first: str
    last: str
    data_hash: str
    refused: list[dict[str, Any]]
    findings: list[dict[str, Any]]


class Event(Answer):
    """Something that happened."""

    type: str
    data: dict[str, Any]
    seq: int
    timestamp: str


class EventPage(Answer):
    """Events in order; ask on with `after=upto`."""

    epoch: str
    oldest: int
    upto: int
    events: list[Event]


class SocketStats(Answer):
    """What goes on at the event sockets of a server."""

    total_connections: int
    unique_users: int
    connections_by_user: dict[str, int]
    messages_sent: int
    queue_high_water: int
    replays: int


class Stats(Answer):
    """The numbers of the overview; rates are percent numbers."""

    strategies: int
    backtests: int
    backtests_completed: int
    jobs_running: int
    jobs_waiting: int
    validations: int
    product_gates_passed: int
    best_backtest_id: str | None
    best_sharpe_ratio: float | None
    best_total_return: float | None
    best_among: int
