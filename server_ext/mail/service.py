"""Recipients of schedules and the mails that wait; each function is one transaction of its caller."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from aurelius_kernel.clock import utc_now
from server_ext.db.metadata import new_id
from server_ext.events import Event, EventLog
from server_ext.jobs.states import UNFINISHED
from server_ext.jobs.tables import jobs
from server_ext.mail.tables import mails, schedule_recipients

__all__ = ["claim", "due", "failed", "keep", "recipients_of", "sent", "wait_for"]

ATTEMPTS = 8
FIRST_PAUSE = timedelta(minutes=1)
HOLD = timedelta(minutes=10)
"""How long a mail that somebody sends is left to them; who died meanwhile is made up for by another server."""


def keep(connection: Connection, schedule_id: str, recipients: Sequence[str]) -> None:
    """Let a schedule's runs be mailed to these from now on; to nobody when there are none."""
    connection.execute(delete(schedule_recipients).where(schedule_recipients.c.schedule_id == schedule_id))
    if recipients:
        connection.execute(insert(schedule_recipients).values(schedule_id=schedule_id, recipients=list(recipients)))


def recipients_of(connection: Connection, schedule_ids: Sequence[str]) -> dict[str, list[str]]:
    """Whom the runs of some schedules are mailed to; schedules that nobody hears of are left out."""
    found = select(schedule_recipients).where(schedule_recipients.c.schedule_id.in_(schedule_ids))
    return {row.schedule_id: list(row.recipients) for row in connection.execute(found)}


def wait_for(connection: Connection, schedule: Row[Any], job_id: str) -> None:
    """Have the end of a schedule's job mailed, when anybody is to hear of it."""
    recipients = recipients_of(connection, [schedule.id]).get(schedule.id)
    if recipients:
        now = utc_now()
        about = {"owner_id": schedule.owner_id, "job_id": job_id, "name": schedule.name, "recipients": recipients}
        rest = {"state": "waiting", "attempts": 0, "error": "", "next_at": now, "created_at": now}
        connection.execute(insert(mails).values(id=new_id(), **about, **rest))


def due(connection: Connection, now: datetime) -> list[Row[Any]]:
    """The mails whose job has ended and whose time has come, with what the job left."""
    left = [jobs.c[name] for name in ("executed", "result", "notebook")]
    came = (jobs.c.state.label("job_state"), jobs.c.error.label("job_error"))
    ready = select(mails, *left, *came).join(jobs, jobs.c.id == mails.c.job_id)
    ended = ready.where(mails.c.state == "waiting", mails.c.next_at <= now, jobs.c.state.not_in(UNFINISHED))
    return list(connection.execute(ended.order_by(mails.c.next_at).limit(10)))


def claim(connection: Connection, mail: Row[Any], now: datetime) -> bool:
    """Take a mail to be sent by this server for the next ten minutes; False when another came first."""
    mine = update(mails).where(mails.c.id == mail.id, mails.c.state == "waiting", mails.c.next_at == mail.next_at)
    return connection.execute(mine.values(next_at=now + HOLD, attempts=mails.c.attempts + 1)).rowcount == 1


def sent(connection: Connection, mail_id: str) -> None:
    """Write down that a mail was taken by the mail server."""
    connection.execute(update(mails).where(mails.c.id == mail_id).values(state="sent", sent_at=utc_now(), error=""))


def failed(connection: Connection, log: EventLog, mail: Row[Any], reason: str) -> None:
    """Try a mail again after a pause that doubles; after the eighth time give up, and tell the owner."""
    attempts = mail.attempts + 1
    values: dict[str, Any] = {"error": reason[:400], "next_at": utc_now() + FIRST_PAUSE * 2**mail.attempts}
    if attempts >= ATTEMPTS:
        values["state"] = "failed"
        message = f"The mail of the schedule “{mail.name}” could not be sent: {reason}"
        told = {"message": message, "level": "error", "link": f"/api/v1/jobs/{mail.job_id}"}
        log.append(connection, Event(type="notification", data=told, owner_id=mail.owner_id, team=None))
    connection.execute(update(mails).where(mails.c.id == mail.id).values(**values))
