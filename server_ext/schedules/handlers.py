"""The calls of schedules."""

from __future__ import annotations

from sqlalchemy import Row

from aurelius_kernel.errors import InvalidField
from server_ext import mail
from server_ext.schedules import firing, service
from server_ext.schedules.schemas import (
    NewSchedule,
    Schedule,
    ScheduleChange,
    ScheduleFilter,
    ScheduleList,
    ScheduleRun,
    ScheduleRunList,
)
from server_ext.sharing import calls as sharing
from server_ext.sharing.schemas import NewShare, Share, ShareList
from server_ext.web.call import Call
from server_ext.web.schema import Paging

__all__ = ["change", "create", "detail", "list_", "list_shares", "remove", "run", "runs", "share", "unshare"]


async def list_(call: Call, query: ScheduleFilter) -> ScheduleList:
    """List schedules."""
    return await call.read(service.list_, call.actor, query)


async def create(call: Call, body: NewSchedule) -> Schedule:
    """Make a schedule: a notebook that runs by the clock or by an exchange's sessions."""
    mail.check(call.platform.settings, body.mail_to)
    await call.work(service.check, call.actor, body.notebook, body.parameters, body, folder=call.platform.folder)
    made = await call.once(service.create, call.actor, body)
    call.headers["Location"] = f"/api/v1/schedules/{made.id}"
    return made


async def detail(call: Call, schedule_id: str) -> Schedule:
    """Give one schedule with its next five times."""
    return await call.read(service.find, call.actor, schedule_id)


async def change(call: Call, schedule_id: str, body: ScheduleChange) -> Schedule:
    """Change a schedule, pause it, or let it go on."""
    if not body.model_fields_set:
        raise InvalidField.of("body", "must change something, as is_paused")
    mail.check(call.platform.settings, body.mail_to)
    before = await call.read(service.own_row, call.actor, schedule_id)
    parameters = before.parameters if body.parameters is None else body.parameters
    await call.work(service.check, call.actor, before.notebook, parameters, body, folder=call.platform.folder)
    return await call.write(service.change, call.actor, schedule_id, body)


async def remove(call: Call, schedule_id: str) -> None:
    """Delete a schedule; the jobs it started stay."""
    await call.write(service.remove, call.actor, schedule_id)


async def run(call: Call, schedule_id: str) -> ScheduleRun:
    """Run a schedule's notebook now, beside its own times."""
    row: Row[tuple[object, ...]] = await call.read(service.own_row, call.actor, schedule_id)
    new = await call.work(firing.job_of, call.platform.settings, call.platform.folder, call.actor, row)
    return await call.once(firing.start_now, call.platform, call.actor, schedule_id, new)


async def runs(call: Call, schedule_id: str, query: Paging) -> ScheduleRunList:
    """Give what came of a schedule, newest first."""
    return await call.read(service.runs, call.actor, schedule_id, query)


async def list_shares(call: Call, schedule_id: str) -> ShareList:
    """List whom a schedule of one's own is shared with."""
    return await sharing.listed(call, service.own, schedule_id)


async def share(call: Call, schedule_id: str, body: NewShare) -> Share:
    """Share a schedule with an account or a team, who may then read it and its history, and hear when it fires."""
    return await sharing.shared(call, service.own, schedule_id, body, where=f"/api/v1/schedules/{schedule_id}/shares/")


async def unshare(call: Call, schedule_id: str, share_id: str) -> None:
    """Take a share of a schedule back."""
    await sharing.taken_back(call, service.own, schedule_id, share_id)
