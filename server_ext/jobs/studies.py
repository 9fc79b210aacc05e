"""What a domain has run as jobs, as its backtests: rows of its own, each with what its job says of it.

They are seen by their owner, an admin, and whom they are shared with; what came of one stands in the row of its job.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, func, insert, select

from aurelius_kernel.clock import utc_now
from aurelius_kernel.errors import NotFound
from server_ext.access.actor import Actor
from server_ext.db.metadata import new_id
from server_ext.events import EventLog
from server_ext.jobs import service
from server_ext.jobs.intake import ask
from server_ext.jobs.queue import NewJob
from server_ext.jobs.schemas import JobQueued
from server_ext.jobs.tables import jobs
from server_ext.platform import Platform
from server_ext.sharing import service as sharing
from server_ext.sharing.service import Kind, Shareable
from server_ext.web.schema import Paging

__all__ = ["Studies"]

_OF_THE_JOB = ("state", "progress", "stage", "error", "found", "result", "executed", "seconds", "started_at", "finished_at")


@dataclass(frozen=True, kw_only=True)
class Studies:
    """The rows of one domain, whose table has `id`, `owner_id`, `team`, `job_id` and `created_at`.

    `kind` is what one of them is called, `name_of` what its row is called to people.
    """

    kind: Kind
    table: Table
    name_of: Callable[[Row[Any]], str]

    def visible_to(self, actor: Actor) -> ColumnElement[bool]:
        """Which of them somebody may see: one's own, what is shared with one, and an admin all."""
        return sharing.visible_to(actor, self.kind, self.table)

    def run(
        self, connection: Connection, platform: Platform, actor: Actor, new: NewJob, about: Mapping[str, str], **values: Any
    ) -> tuple[str, JobQueued]:
        """Take one in as a job; gives its id, and the job.

        `about` is what its events name beside it and its row holds, `values` the rest of its row.
        """
        made = new_id()
        queued = ask(connection, platform, actor, dataclasses.replace(new, subject={f"{self.kind}_id": made, **about}))
        row = {"id": made, "owner_id": actor.id, "team": actor.team, "job_id": queued.job_id, "created_at": utc_now()}
        connection.execute(insert(self.table).values(**row, **about, **values))
        return made, queued

    def joined(self) -> Select[Any]:
        """Their rows with what their jobs say, to be narrowed."""
        return select(self.table, *(jobs.c[name] for name in _OF_THE_JOB)).join(jobs, jobs.c.id == self.table.c.job_id)

    def first(self, connection: Connection, query: Select[Any]) -> Row[Any]:
        """The first row of a query made of `joined`; raises NotFound without one."""
        found = connection.execute(query.limit(1)).first()
        if found is None:
            raise NotFound(f"There is no such {self.kind}.")
        return found

    def row(self, connection: Connection, actor: Actor, wanted: str) -> Row[Any]:
        """One row with what its job says; raises NotFound for one that is not there, or not the actor's to see."""
        return self.first(connection, self.joined().where(self.table.c.id == wanted, self.visible_to(actor)))

    def page(self, connection: Connection, actor: Actor, query: Paging) -> tuple[int, list[Row[Any]]]:
        """How many rows the filter matches, and those of the page, newest first.

        The fields of the filter are columns of the table; `status` is the state of the job.
        """
        columns = {**self.table.c, "status": jobs.c.state}
        wanted = query.model_dump(exclude=set(Paging.model_fields), exclude_none=True)
        which = [self.visible_to(actor), *(columns[name] == value for name, value in wanted.items())]
        counted = select(func.count()).select_from(self.table).join(jobs, jobs.c.id == self.table.c.job_id).where(*which)
        newest = self.joined().where(*which).order_by(self.table.c.created_at.desc(), self.table.c.id.desc())
        rows = connection.execute(newest.offset(query.skip).limit(query.limit))
        return connection.execute(counted).scalar_one(), list(rows)

    def own(self, connection: Connection, actor: Actor, wanted: str) -> Shareable:
        """One that its owner or an admin is about to do something about; raises NotFound, or NotAllowed for a reader of it."""
        row = self.row(connection, actor, wanted)
        return sharing.owned(actor, Shareable(kind=self.kind, id=row.id, name=self.name_of(row), owner_id=row.owner_id))

    def cancel(self, connection: Connection, log: EventLog, actor: Actor, wanted: str) -> None:
        """Cancel one of one's own that waits or runs; raises Conflict for a finished one."""
        self.own(connection, actor, wanted)
        service.cancel(connection, log, actor, self.row(connection, actor, wanted).job_id)
