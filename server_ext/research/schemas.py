"""Backtests and sweeps on the wire; rates are percent numbers here."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from server_ext.jobs.schemas import StudyFilter
from server_ext.jobs.states import State
from server_ext.web.schema import Paging, Schema

__all__ = [
    "Backtest",
    "BacktestDetail",
    "BacktestFilter",
    "BacktestList",
    "BacktestQueued",
    "BacktestStatus",
    "Instruments",
    "NewBacktest",
    "NewSweep",
    "RunIdentityQuery",
    "Sweep",
    "SweepFilter",
    "SweepList",
    "SweepQueued",
    "SweepSummary",
    "SweepTableQuery",
]

Options = Annotated[dict[str, Any], Field(max_length=50)]
Instruments = Annotated[list[Annotated[str, Field(min_length=1, max_length=100)]], Field(min_length=1, max_length=2_000)]
Numbers = dict[str, float | None]


class NewBacktest(Schema):
    """A strategy to be run over bars."""

    strategy_id: Annotated[str, Field(min_length=1, max_length=36)]
    start_date: date | None = Field(None, description="The first day; the first there is unless given.")
    end_date: date | None = Field(None, description="The last day, included.")
    initial_capital: Annotated[float, Field(gt=0, le=1e15)] = 100_000.0
    instruments: Instruments = Field(default_factory=lambda: ["GOOG"])
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 42
    data_source: Annotated[str, Field(min_length=1, max_length=100)] = "default"
    costs: dict[str, float | None] | None = Field(None, description="As commission_bps and slippage_bps; 5 of each unless given.")
    notebook: Annotated[str, Field(min_length=1, max_length=400)] | None = Field(
        None, description="A notebook of one's own that takes the parameters of the shipped one."
    )
    options: Options = Field(default_factory=dict, description="Any other parameter of the notebook, as leverage or stop_loss.")
    timeout: Annotated[float, Field(gt=0, le=604_800)] | None = Field(None, description="Seconds.")
    priority: Annotated[int, Field(ge=-10, le=10)] = 0


class ExecutionMetadata(Schema):
    """What a run depends on beside its spec."""

    seed: int
    data_source: str


class BacktestQueued(Schema):
    """A backtest that waits, or whose question was answered before."""

    backtest_id: str
    job_id: str
    status: State
    execution_metadata: ExecutionMetadata


class Identity(Schema):
    """What makes two runs the same run."""

    spec_hash: str
    data_hash: str
    seed: int
    engine_version: str


class Backtest(Schema):
    """A backtest as it is now; its numbers are there once it is complete."""

    id: str
    owner_id: str
    strategy_id: str
    job_id: str
    status: State
    progress: float
    stage: str
    error: str | None
    instruments: list[str]
    start_date: date | None
    end_date: date | None
    initial_capital: float
    execution_metadata: ExecutionMetadata
    spec: dict[str, Any]
    metrics: Numbers = Field(description="By the names of the metrics page.")
    benchmark_metrics: Numbers
    flags: list[str]
    identity: Identity | None
    result: str | None = Field(description="The hash of the result.")
    duration: float | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class Point(Schema):
    """The account at a bar's close."""

    time: datetime
    equity: float | None
    benchmark: float | None = Field(description="Buy and hold of the same instruments.")
    exposure: float | None = Field(description="Longs less shorts over equity, in percent; null where equity is not positive.")
    costs: float = Field(description="Commissions, slippage and borrow fees paid so far.")


class BacktestDetail(Schema):
    """A backtest with its round trips and its equity; both are empty until it is complete."""

    backtest: Backtest
    trades: list[dict[str, Any]]
    equity_curve: list[Point]
    costs: dict[str, float] = Field(description="What was paid in all, by kind: commission, slippage, borrow_fees.")
    periods_per_year: float | None = Field(description="Bars a year of the calendar, by which rates are annualised.")


class BacktestStatus(Schema):
    """How far a backtest is."""

    backtest_id: str
    status: State
    progress: float
    stage: str
    error: str | None


class BacktestFilter(StudyFilter):
    """Which backtests."""


class BacktestList(Schema):
    """Backtests, newest first."""

    total: int
    backtests: list[Backtest]


class RunIdentityQuery(Schema):
    """The identity of a run."""

    spec_hash: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    data_hash: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    seed: Annotated[int, Field(ge=0, lt=2**32)]
    engine_version: Annotated[str, Field(min_length=1, max_length=40)]


class NewSweep(Schema):
    """A family to be run under many parameter sets."""

    strategy_type: Annotated[str, Field(min_length=1, max_length=60)]
    grid: dict[str, list[bool | int | float | str | None]] | None = Field(None, description="The values of each parameter.")
    ranges: dict[str, list[float]] | None = Field(None, description="The two ends of an interval to draw from, for each parameter.")
    samples: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    instruments: Instruments = Field(default_factory=lambda: ["GOOG"])
    start_date: date | None = None
    end_date: date | None = None
    initial_capital: Annotated[float, Field(gt=0, le=1e15)] = 100_000.0
    objective: Annotated[str, Field(min_length=1, max_length=60)] = "sharpe_ratio"
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 42
    data_source: Annotated[str, Field(min_length=1, max_length=100)] = "default"
    costs: dict[str, float | None] | None = None
    options: Options = Field(default_factory=dict, description="Any other parameter of the notebook, as where or search.")
    timeout: Annotated[float, Field(gt=0, le=604_800)] | None = None
    priority: Annotated[int, Field(ge=-10, le=10)] = 0


class SweepQueued(Schema):
    """A sweep that waits."""

    sweep_id: str
    job_id: str
    status: State


class SweepSummary(Schema):
    """A sweep as it is now, and how many trials there were."""

    id: str
    owner_id: str
    job_id: str
    strategy_type: str
    status: State
    progress: float
    stage: str
    error: str | None
    objective: str
    asked: dict[str, Any]
    trials: int | None
    failed: int | None
    result: str | None
    duration: float | None
    created_at: datetime
    finished_at: datetime | None


class Sweep(SweepSummary):
    """A sweep with the best of its trials and the surface of the objective."""

    best: dict[str, Any] | None
    surface: list[dict[str, Any]]


class SweepFilter(Paging):
    """Which sweeps."""

    strategy_type: Annotated[str, Field(max_length=60)] | None = None
    status: State | None = None


class SweepList(Schema):
    """Sweeps, newest first."""

    total: int
    sweeps: list[SweepSummary]


class SweepTableQuery(Schema):
    """How much of a sweep's table."""

    limit: int = Field(100_000, ge=1, le=100_000, description="So many combinations at most, the best first.")
