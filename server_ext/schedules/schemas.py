"""Schedules on the wire."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, model_validator

from server_ext.accounts.schemas import Email
from server_ext.web.schema import Paging, Schema

__all__ = [
    "Misfire",
    "NewSchedule",
    "Overlap",
    "Schedule",
    "ScheduleChange",
    "ScheduleFilter",
    "ScheduleList",
    "ScheduleRun",
    "ScheduleRunList",
    "SessionTime",
    "TriggerFields",
]


def _printable(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise ValueError("must hold something, all of it printable")
    return text


Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_printable)]
Recipients = Annotated[list[Email], Field(max_length=20)]


class Misfire(StrEnum):
    """What becomes of times that passed while no server ran: one run for all of them, or none."""

    ONCE = "once"
    SKIP = "skip"


class Overlap(StrEnum):
    """What is done when the run before has not ended: leave this one out, or queue it all the same."""

    SKIP = "skip"
    QUEUE = "queue"


class SessionTime(StrEnum):
    """Which end of a session."""

    OPEN = "open"
    CLOSE = "close"


class TriggerFields(Schema):
    """When: a cron line with its time zone, an interval, or an exchange's sessions; exactly one of them."""

    cron: Annotated[str, Field(min_length=9, max_length=200, examples=["30 16 * * mon-fri"])] | None = None
    timezone: Annotated[str, Field(min_length=1, max_length=60)] = Field(
        "UTC", description="Of the cron line, as America/New_York."
    )
    interval_seconds: Annotated[float, Field(ge=10, le=31_536_000)] | None = None
    calendar: Annotated[str, Field(min_length=1, max_length=20, examples=["XNYS"])] | None = Field(
        None, description="An exchange by its ISO 10383 code: due at each of its sessions."
    )
    at: SessionTime = Field(SessionTime.CLOSE, description="Which end of a session.")
    offset_minutes: Annotated[int, Field(ge=-720, le=720)] = Field(0, description="So long after it; before it where negative.")

    def given(self) -> list[str]:
        """Which of the three ways of saying when was used."""
        return [name for name in ("cron", "interval_seconds", "calendar") if getattr(self, name) is not None]


class NewSchedule(TriggerFields):
    """A notebook to be run again and again."""

    name: Name
    notebook: Annotated[str, Field(min_length=1, max_length=400)]
    parameters: Annotated[dict[str, Any], Field(max_length=200)] = Field(default_factory=dict)
    timeout: Annotated[float, Field(gt=0, le=604_800)] | None = None
    priority: Annotated[int, Field(ge=-10, le=10)] = 0
    misfire: Misfire = Misfire.ONCE
    misfire_seconds: Annotated[float, Field(ge=1, le=604_800)] = Field(300.0, description="How late is still in time.")
    overlap: Overlap = Overlap.SKIP
    mail_to: Recipients = Field(default_factory=list, description="Who gets the outcome of each run, with its reports, by mail.")

    @model_validator(mode="after")
    def _says_when(self) -> Self:
        if len(self.given()) != 1:
            raise ValueError("must say when by exactly one of cron, interval_seconds and calendar")
        return self


class ScheduleChange(TriggerFields):
    """What becomes of a schedule; a new way of saying when replaces the old one."""

    name: Name | None = None
    parameters: Annotated[dict[str, Any], Field(max_length=200)] | None = None
    timeout: Annotated[float, Field(gt=0, le=604_800)] | None = None
    priority: Annotated[int, Field(ge=-10, le=10)] | None = None
    misfire: Misfire | None = None
    misfire_seconds: Annotated[float, Field(ge=1, le=604_800)] | None = None
    overlap: Overlap | None = None
    is_paused: bool | None = None
    mail_to: Recipients | None = Field(None, description="Who gets the outcome from now on; nobody when empty.")

    @model_validator(mode="after")
    def _says_when_once(self) -> Self:
        if len(self.given()) > 1:
            raise ValueError("must say when by one of cron, interval_seconds and calendar")
        return self


class Schedule(Schema):
    """A schedule as it is now."""

    id: str
    owner_id: str
    name: str
    notebook: str
    parameters: dict[str, Any]
    trigger: dict[str, Any]
    timeout: float | None
    priority: int
    misfire: Misfire
    misfire_seconds: float
    overlap: Overlap
    is_paused: bool
    mail_to: list[str]
    next_runs: list[datetime] = Field(description="The next five; none while it is paused.")
    last_at: datetime | None
    created_at: datetime
    updated_at: datetime


class ScheduleFilter(Paging):
    """Which schedules."""

    is_paused: bool | None = None


class ScheduleList(Schema):
    """Schedules, newest first."""

    total: int
    schedules: list[Schedule]


class ScheduleRun(Schema):
    """What came of a time that a schedule was due."""

    id: str
    due_at: datetime
    fired_at: datetime
    outcome: str = Field(description="queued, skipped or refused.")
    reason: str
    job_id: str | None
    status: str | None = Field(description="Of the job.")
    error: str | None


class ScheduleRunList(Schema):
    """What came of a schedule, newest first."""

    total: int
    runs: list[ScheduleRun]
