"""What the platform answers, as records; fields that a newer platform adds are let pass."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

__all__ = [
    "AuditList",
    "Backtest",
    "BacktestDetail",
    "BacktestQueued",
    "BacktestStatus",
    "Backtests",
    "BarsPage",
    "Event",
    "EventPage",
    "Families",
    "Family",
    "Health",
    "Imported",
    "Instruments",
    "Invitation",
    "Invitations",
    "Job",
    "JobLog",
    "JobQueued",
    "Jobs",
    "Notebook",
    "Notebooks",
    "Schedule",
    "ScheduleRun",
    "ScheduleRuns",
    "Schedules",
    "Share",
    "Shares",
    "SignedIn",
    "SocketStats",
    "Strategies",
    "Strategy",
    "StrategyDetail",
    "Sweep",
    "SweepQueued",
    "Ticket",
    "User",
    "Users",
    "Validity",
    "Verified",
]


class Answer(BaseModel):
    """A frozen record of an answer."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class User(Answer):
    """An account."""

    id: str
    email: str
    name: str
    role: str
    team: str | None
    is_active: bool
    created_at: datetime


class Users(Answer):
    """Accounts, newest first."""

    total: int
    users: list[User]


class SignedIn(Answer):
    """A pair of tokens and whose they are."""

    access_token: str
    refresh_token: str
    expires_in: int
    user: User


class Verified(Answer):
    """Whose token it is."""

    user: User


class Ticket(Answer):
    """A ticket for one WebSocket connection."""

    auth_ticket: str
    expires_in: int


class Invitation(Answer):
    """An invitation; its link is known when it is made, and never again."""

    id: str
    role: str
    team: str | None
    expires_at: datetime
    used_at: datetime | None
    url: str | None = None


class Invitations(Answer):
    """Invitations, newest first."""

    total: int
    invitations: list[Invitation]


class AuditEntry(Answer):
    """Who did what, from where."""

    seq: int
    at: datetime
    actor_id: str | None
    address: str
    action: str
    target: str
    outcome: str
    detail: dict[str, Any]


class AuditList(Answer):
    """The audit log, newest first."""

    total: int
    entries: list[AuditEntry]


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


class Strategy(Answer):
    """A strategy as it is now."""

    id: str
    owner_id: str
    name: str
    strategy_type: str
    status: str
    version: int
    parameters: dict[str, Any]
    created_at: datetime
    updated_at: datetime


class Version(Answer):
    """A strategy as it was."""

    version: int
    name: str
    parameters: dict[str, Any]
    created_at: datetime


class StrategyDetail(Answer):
    """A strategy and every version it had, newest first."""

    strategy: Strategy
    versions: list[Version]


class Strategies(Answer):
    """Strategies, newest first."""

    total: int
    strategies: list[Strategy]


class Issue(Answer):
    """Something about a strategy that a reader should know."""

    field: str
    severity: str
    message: str


class Share(Answer):
    """Somebody, by `email`, or a team, that something is shared with."""

    id: str
    email: str | None
    team: str | None
    shared_by: str
    created_at: datetime


class Shares(Answer):
    """Whom something is shared with, newest first."""

    total: int
    shares: list[Share]


class Validity(Answer):
    """Whether a strategy can be run as it is."""

    valid: bool
    issues: list[Issue]


class Family(Answer):
    """A family of strategies."""

    type: str
    version: int
    summary: str
    parameters: list[dict[str, Any]]


class Families(Answer):
    """Every family."""

    total: int
    strategy_types: list[Family]


class JobQueued(Answer):
    """A job as it was taken in, or cancelled."""

    job_id: str
    status: str


class Job(Answer):
    """A job as it is now."""

    id: str
    owner_id: str
    kind: str
    notebook: str
    parameters: dict[str, Any]
    subject: dict[str, str]
    status: str
    attempt: int
    progress: float
    stage: str
    error: str | None
    error_code: str | None
    result: str | None
    executed_notebook: str | None
    duration: float | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class Jobs(Answer):
    """Jobs, newest first."""

    total: int
    jobs: list[Job]


class JobLog(Answer):
    """What a job printed."""

    job_id: str
    status: str
    log: str


class Notebook(Answer):
    """A shipped notebook and the parameters that it declares."""

    notebook: str
    parameters: list[dict[str, Any]]


class Notebooks(Answer):
    """The shipped notebooks, by name."""

    total: int
    notebooks: list[Notebook]


class BacktestQueued(Answer):
    """A backtest as it was taken in."""

    backtest_id: str
    job_id: str
    status: str
    execution_metadata: dict[str, Any]


class Backtest(Answer):
    """A backtest as it is now; rates are percent numbers."""

    id: str
    owner_id: str
    strategy_id: str
    job_id: str
    status: str
    progress: float
    stage: str
    error: str | None
    instruments: list[str]
    initial_capital: float
    spec: dict[str, Any]
    metrics: dict[str, float | None]
    benchmark_metrics: dict[str, float | None]
    flags: list[str]
    identity: dict[str, Any] | None
    result: str | None
    duration: float | None
    created_at: datetime


class Backtests(Answer):
    """Backtests, newest first."""

    total: int
    backtests: list[Backtest]


class Point(Answer):
    """The account at a bar's close."""

    time: datetime
    equity: float | None


class BacktestDetail(Answer):
    """A backtest with its round trips and its equity."""

    backtest: Backtest
    trades: list[dict[str, Any]]
    equity_curve: list[Point]


class BacktestStatus(Answer):
    """How far a backtest is."""

    backtest_id: str
    status: str
    progress: float
    stage: str
    error: str | None


class SweepQueued(Answer):
    """A sweep as it was taken in."""

    sweep_id: str
    job_id: str
    status: str


class Sweep(Answer):
    """A sweep as it is now; rates are percent numbers."""

    id: str
    owner_id: str
    job_id: str
    strategy_type: str
    status: str
    progress: float
    stage: str
    error: str | None
    objective: str
    trials: int | None
    failed: int | None
    best: dict[str, Any] | None
    surface: list[dict[str, Any]]
    result: str | None
    duration: float | None
    created_at: datetime


class Schedule(Answer):
    """A schedule as it is now, and the next five times that it is due."""

    id: str
    owner_id: str
    name: str
    notebook: str
    parameters: dict[str, Any]
    trigger: dict[str, Any]
    misfire: str
    overlap: str
    is_paused: bool
    next_runs: list[datetime]
    last_at: datetime | None
    created_at: datetime


class Schedules(Answer):
    """Schedules, newest first."""

    total: int
    schedules: list[Schedule]


class ScheduleRun(Answer):
    """What came of a time that a schedule was due."""

    id: str
    due_at: datetime
    fired_at: datetime
    outcome: str
    reason: str
    job_id: str | None
    status: str | None
    error: str | None


class ScheduleRuns(Answer):
    """What came of a schedule, newest first."""

    total: int
    runs: list[ScheduleRun]


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
