"""The queue as transactions: a job is taken in, claimed, followed and ended, and every step of a run names its fence.

A claim raises the job's fence. Whatever a run writes names the fence it was claimed under; a run that was given up, whose
job has been claimed anew, therefore changes nothing, however late it comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, select, update

from aurelius_kernel.clock import utc_now
from aurelius_kernel.errors import AureliusError, RunCancelled, RunFailed
from server_ext.access.actor import Method
from server_ext.accounts.tables import sessions, users
from server_ext.db.metadata import new_id
from server_ext.events import EventLog
from server_ext.jobs.states import UNFINISHED, State
from server_ext.jobs.storable import check_storable, storable, storable_text
from server_ext.jobs.tables import job_output, jobs
from server_ext.jobs.telling import about, failure_notice

__all__ = [
    "Claim",
    "NewJob",
    "Result",
    "Step",
    "cancelling",
    "claim",
    "enqueue",
    "finish",
    "give_back",
    "is_unfinished",
    "is_waiting",
    "keep_steps",
    "running",
]

_SESSION_SLACK = timedelta(minutes=2)
ATTEMPTS = 4
"""How often a job is begun at most, when what ran it was lost each time."""


@dataclass(frozen=True, kw_only=True)
class NewJob:
    """What is to be run, and for whom.

    `source` is the hash of the notebook; `identity` names the question, for it to be answered once.
    """

    owner_id: str
    team: str | None
    kind: str
    notebook: str
    source: str
    parameters: Mapping[str, Any]
    subject: Mapping[str, str]
    timeout: float
    priority: int = 0
    identity: str | None = None


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A job that this dispatcher runs, under this fence; its kernel may use the API in a session of its own, as its owner."""

    id: str
    fence: int
    attempt: int
    owner_id: str
    kind: str
    notebook: str
    source: str
    parameters: Mapping[str, Any]
    timeout: float
    session_id: str
    role: str


@dataclass(frozen=True, kw_only=True)
class Step:
    """How far a run is, what it printed since, and where its kernel is once there is one."""

    job_id: str
    fence: int
    progress: Mapping[str, Any] | None = None
    text: str = ""
    host: str | None = None
    pid: int | None = None
    pid_started: float | None = None


@dataclass(frozen=True, kw_only=True)
class Result:
    """What came of a run; the hashes are those of artifacts."""

    state: State
    error: AureliusError | None = None
    result: str | None = None
    found: Mapping[str, Any] = field(default_factory=dict)
    run_key: str | None = None
    executed: str | None = None
    log: str | None = None
    seconds: float | None = None


def enqueue(connection: Connection, log: EventLog, new: NewJob, *, is_kept: Callable[[str], bool]) -> str:
    """Take a job in, with its event, and give its id.

    One whose question was answered before is complete at once, if `is_kept` says of the answer's hash that it is still there.
    """
    check_storable(new.parameters)
    job_id = new_id()
    ended = _answered(connection, new, is_kept)
    connection.execute(insert(jobs).values(_row(new) | {"id": job_id, "created_at": utc_now()} | ended))
    job = _find(connection, job_id)
    events = about(connection, job, "queued")
    if job.state == State.COMPLETED:
        events += about(connection, job, "completed")
    log.append(connection, *events)
    return job_id


def claim(connection: Connection, log: EventLog, *, slots: int, per_owner: int, waiting: Collection[str] = ()) -> list[Claim]:
    """Claim at most `slots` queued jobs, fairly: each owner's turn comes before anybody's next.

    Among an owner's own, the higher priority comes first, then the older. No owner has more than `per_owner` running; those in
    `waiting` are left for later.
    """
    if slots < 1:
        return []
    chosen = _next_in_turn(connection, slots, per_owner, waiting)
    locked = select(jobs.c.id).where(jobs.c.id.in_(chosen), jobs.c.state == State.QUEUED).with_for_update(skip_locked=True)
    taken = connection.execute(locked).scalars().all()
    now = utc_now()
    begun = {"state": State.RUNNING, "fence": jobs.c.fence + 1, "attempt": jobs.c.attempt + 1, "started_at": now, "progress": 0.0}
    connection.execute(update(jobs).where(jobs.c.id.in_(taken)).values(**begun, stage="starting", host=None, pid=None))
    whose = select(jobs, users.c.role).join(users, users.c.id == jobs.c.owner_id).where(jobs.c.id.in_(taken))
    found = {row.id: row for row in connection.execute(whose)}
    in_turn = [found[job_id] for job_id in chosen if job_id in found]
    claims = [_claim(connection, row) for row in in_turn]
    log.append(connection, *(event for row in in_turn for event in about(connection, row, "started")))
    return claims


def keep_steps(connection: Connection, log: EventLog, steps: Sequence[Step]) -> set[str]:
    """Keep what runs told of themselves; gives the ids of those whose fence is the job's no longer."""
    lost, events = set(), []
    for step in steps:
        values = _values(step)
        held = and_(jobs.c.id == step.job_id, jobs.c.fence == step.fence, jobs.c.state == State.RUNNING)
        job = connection.execute(update(jobs).where(held).values(**values).returning(*jobs.c)).first()
        if job is None:
            lost.add(step.job_id)
            continue
        if step.text:
            connection.execute(insert(job_output).values(job_id=step.job_id, fence=step.fence, text=storable_text(step.text)))
        if step.progress is not None:
            events += about(connection, job, "progress", **storable(step.progress))
    log.append(connection, *events)
    return lost


def finish(connection: Connection, log: EventLog, job_id: str, fence: int, result: Result) -> bool:
    """End a run, with its event; False, and nothing is changed, when the job is this run's no longer."""
    values = {
        "state": result.state,
        "error_code": result.error.code if result.error else None,
        "error": storable_text(result.error.message) if result.error else None,
        "result": result.result,
        "found": storable(result.found),
        "run_key": result.run_key,
        "executed": result.executed,
        "log": result.log,
        "seconds": result.seconds,
        "finished_at": utc_now(),
    }
    if result.state is State.COMPLETED:
        values |= {"progress": 1.0, "stage": "done"}
    held = and_(jobs.c.id == job_id, jobs.c.fence == fence, jobs.c.state == State.RUNNING)
    job = connection.execute(update(jobs).where(held).values(**values).returning(*jobs.c)).first()
    if job is None:
        return False
    _clear(connection, job)
    notices = [failure_notice(job)] if result.state is State.FAILED else []
    log.append(connection, *about(connection, job, str(result.state)), *notices)
    return True


def give_back(connection: Connection, log: EventLog, job_id: str, fence: int, *, why: str) -> State | None:
    """Put a run that was lost back into the queue, or end it: when it was to be cancelled, or was begun often enough.

    Gives the job's state then; None when the job is this run's no longer.
    """
    held = and_(jobs.c.id == job_id, jobs.c.fence == fence, jobs.c.state == State.RUNNING)
    job = connection.execute(select(jobs).where(held).with_for_update()).first()
    if job is None:
        return None
    if job.cancel_requested:
        finish(connection, log, job_id, fence, Result(state=State.CANCELLED, error=RunCancelled("The run was cancelled.")))
        return State.CANCELLED
    if job.attempt >= ATTEMPTS:
        error = RunFailed(f"The run was lost {job.attempt} times and is not tried again: {why}.")
        finish(connection, log, job_id, fence, Result(state=State.FAILED, error=error))
        return State.FAILED
    again = {"state": State.QUEUED, "fence": fence + 1, "stage": f"waiting again: {why}"[:200], "progress": 0.0}
    connection.execute(update(jobs).where(held).values(**again))
    _clear(connection, job)
    log.append(connection, *about(connection, _find(connection, job_id), "queued"))
    return State.QUEUED


def is_waiting(connection: Connection) -> bool:
    """Whether any job is queued."""
    return connection.execute(select(jobs.c.id).where(jobs.c.state == State.QUEUED).limit(1)).first() is not None


def is_unfinished(connection: Connection) -> bool:
    """Whether anything is still to come of any job."""
    return connection.execute(select(jobs.c.id).where(jobs.c.state.in_(UNFINISHED)).limit(1)).first() is not None


def running(connection: Connection) -> list[Row[Any]]:
    """The rows of all jobs that are said to run."""
    return list(connection.execute(select(jobs).where(jobs.c.state == State.RUNNING)))


def cancelling(connection: Connection, ids: Collection[str]) -> set[str]:
    """Those of some running jobs that are to be cancelled."""
    asked = select(jobs.c.id).where(jobs.c.id.in_(ids), jobs.c.state == State.RUNNING, jobs.c.cancel_requested.is_(True))
    return set(connection.execute(asked).scalars())


def _find(connection: Connection, job_id: str) -> Row[Any]:
    return connection.execute(select(jobs).where(jobs.c.id == job_id)).one()


def _row(new: NewJob) -> dict[str, Any]:
    return {
        "owner_id": new.owner_id,
        "team": new.team,
        "kind": new.kind,
        "notebook": new.notebook,
        "source": new.source,
        "parameters": dict(new.parameters),
        "subject": dict(new.subject),
        "identity": new.identity,
        "state": State.QUEUED,
        "priority": new.priority,
        "timeout": new.timeout,
        "attempt": 0,
        "fence": 0,
        "cancel_requested": False,
        "progress": 0.0,
        "stage": "waiting",
    }


def _answered(connection: Connection, new: NewJob, is_kept: Callable[[str], bool]) -> dict[str, Any]:
    """The end of the job that answered the same question before, as that of this one; nothing for a new question."""
    if new.identity is None:
        return {}
    same = select(jobs).where(jobs.c.identity == new.identity, jobs.c.state == State.COMPLETED)
    before = connection.execute(same.order_by(jobs.c.created_at.desc()).limit(1)).first()
    if before is None or not is_kept(before.result):
        return {}
    ended = {name: getattr(before, name) for name in ("result", "found", "run_key", "executed", "log", "seconds")}
    return {**ended, "state": State.COMPLETED, "progress": 1.0, "stage": "asked before", "finished_at": utc_now()}


def _next_in_turn(connection: Connection, slots: int, per_owner: int, waiting: Collection[str]) -> list[str]:
    now_running = select(jobs.c.owner_id, func.count().label("busy")).where(jobs.c.state == State.RUNNING)
    busy = now_running.group_by(jobs.c.owner_id).subquery()
    own_turn = func.row_number().over(partition_by=jobs.c.owner_id, order_by=(jobs.c.priority.desc(), jobs.c.created_at, jobs.c.id))
    queued = select(jobs.c.id, jobs.c.owner_id, jobs.c.priority, jobs.c.created_at, own_turn.label("turn"))
    by_active = queued.join(users, users.c.id == jobs.c.owner_id).where(users.c.is_active.is_(True))
    turns = by_active.where(jobs.c.state == State.QUEUED, jobs.c.id.not_in(waiting)).subquery()
    load = func.coalesce(busy.c.busy, 0) + turns.c.turn
    fair = select(turns.c.id).outerjoin_from(turns, busy, turns.c.owner_id == busy.c.owner_id).where(load <= per_owner)
    ordered = fair.order_by(load, turns.c.priority.desc(), turns.c.created_at, turns.c.id)
    return list(connection.execute(ordered.limit(slots)).scalars())


def _claim(connection: Connection, row: Row[Any]) -> Claim:
    """The claim of a job that was just taken, with a session that lasts as long as the job may."""
    session_id, now = new_id(), utc_now()
    connection.execute(
        insert(sessions).values(
            id=session_id,
            user_id=row.owner_id,
            method=Method.BEARER,
            created_at=now,
            used_at=now,
            expires_at=now + timedelta(seconds=row.timeout) + _SESSION_SLACK,
            address="",
            user_agent=f"job {row.id}",
        )
    )
    connection.execute(update(jobs).where(jobs.c.id == row.id).values(session_id=session_id))
    return Claim(
        id=row.id,
        fence=row.fence,
        attempt=row.attempt,
        owner_id=row.owner_id,
        kind=row.kind,
        notebook=row.notebook,
        source=row.source,
        parameters=row.parameters,
        timeout=row.timeout,
        session_id=session_id,
        role=row.role,
    )


def _clear(connection: Connection, job: Row[Any]) -> None:
    """End what a run had for its time only: its session, and what it printed while it ran."""
    connection.execute(sessions.delete().where(sessions.c.id == job.session_id))
    connection.execute(job_output.delete().where(job_output.c.job_id == job.id))


def _values(step: Step) -> dict[str, Any]:
    values: dict[str, Any] = {"host": step.host, "pid": step.pid, "pid_started": step.pid_started} if step.pid else {}
    if step.progress is not None:
        values |= {"progress": step.progress["fraction"], "stage": storable_text(step.progress["stage"])[:200]}
    # An update must set something: the fence stays what it is.
    return values or {"fence": step.fence}
