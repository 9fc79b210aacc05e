"""What can be done with strategies; each function is one transaction of its caller."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Row, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from aurelius_kernel.clock import rfc3339, utc_now
from aurelius_kernel.errors import AureliusError, NotFound
from aurelius_kernel.strategies import Strategy as Family
from server_ext.access.actor import Actor
from server_ext.db.metadata import new_id
from server_ext.db.prepared import Prepared
from server_ext.events import Event, EventLog
from server_ext.sharing import service as sharing
from server_ext.sharing.service import Kind, Shareable
from server_ext.strategies.schemas import (
    Issue,
    NewStrategy,
    Status,
    Strategy,
    StrategyChange,
    StrategyDetail,
    StrategyFilter,
    StrategyList,
    Validity,
    Version,
)
from server_ext.strategies.tables import strategies, strategy_versions

__all__ = ["change", "create", "create_all", "detail", "find", "list_", "own", "remove", "validate", "visible_to"]


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which strategies somebody may see."""
    return sharing.visible_to(actor, Kind.STRATEGY, strategies)


_ONE = {
    is_admin: Prepared(
        select(*(strategies.c[name] for name in Strategy.model_fields)).where(
            strategies.c.id == bindparam("id"),
            visible_to(cast("Actor", SimpleNamespace(id=bindparam("reader"), team=bindparam("team"), is_admin=is_admin))),
        )
    )
    for is_admin in (False, True)
}
_VERSIONS = Prepared(
    select(*(strategy_versions.c[name] for name in Version.model_fields))
    .where(strategy_versions.c.strategy_id == bindparam("id"))
    .order_by(strategy_versions.c.version.desc())
)


def create(connection: Connection, log: EventLog, actor: Actor, wanted: NewStrategy) -> Strategy:
    """A new strategy, its parameters checked and every default filled in."""
    made = _made(connection, actor, wanted)
    log.append(connection, _event(connection, "strategy_created", made))
    return made


def create_all(
    connection: Connection, log: EventLog, actor: Actor, wanted: Sequence[NewStrategy], *, request_id: str
) -> list[Strategy]:
    """New strategies that one request asked for, told of in one event."""
    made = [_made(connection, actor, one) for one in wanted]
    told = {"request_id": request_id, "strategy_count": len(made), "strategies": [_told(one) for one in made]}
    log.append(connection, Event(type="strategy_created", data=told, owner_id=actor.id, team=actor.team))
    return made


def _made(connection: Connection, actor: Actor, wanted: NewStrategy) -> Strategy:
    parameters = Family.create(wanted.strategy_type, **wanted.parameters).document()
    now = utc_now()
    row = {"id": new_id(), "owner_id": actor.id, "team": actor.team, "name": wanted.name, "strategy_type": wanted.strategy_type}
    connection.execute(
        insert(strategies).values(**row, status=Status.ACTIVE, version=1, parameters=parameters, created_at=now, updated_at=now)
    )
    made = find(connection, actor, str(row["id"]))
    _keep_version(connection, actor, made)
    return made


def find(connection: Connection, actor: Actor, strategy_id: str) -> Strategy:
    """One strategy; raises NotFound for one that is not there, or not the actor's to see."""
    row = _ONE[actor.is_admin].first(connection, id=strategy_id, reader=actor.id, team=actor.team)
    if row is None:
        raise NotFound("There is no such strategy.")
    return Strategy.model_validate(row)


def detail(connection: Connection, actor: Actor, strategy_id: str) -> StrategyDetail:
    """One strategy with every version it had."""
    found = find(connection, actor, strategy_id)
    return StrategyDetail(strategy=found, versions=[Version.model_validate(row) for row in _VERSIONS.all(connection, id=found.id)])


def list_(connection: Connection, actor: Actor, query: StrategyFilter) -> StrategyList:
    """The strategies that the filter matches, newest first."""
    which = [visible_to(actor)]
    if query.type is not None:
        which.append(strategies.c.strategy_type == query.type)
    if query.status is not None:
        which.append(strategies.c.status == query.status)
    if query.q:
        which.append(strategies.c.name.icontains(query.q, autoescape=True))
    total = connection.execute(select(func.count()).select_from(strategies).where(*which)).scalar_one()
    newest = select(strategies).where(*which).order_by(strategies.c.created_at.desc(), strategies.c.id.desc())
    rows = connection.execute(newest.offset(query.skip).limit(query.limit))
    return StrategyList(total=total, strategies=[_strategy(row) for row in rows])


def change(connection: Connection, log: EventLog, actor: Actor, strategy_id: str, wanted: StrategyChange) -> Strategy:
    """The strategy as changed; another name or other parameters make a new version."""
    before = _own(connection, actor, strategy_id)
    parameters = before.parameters
    if wanted.parameters is not None:
        parameters = Family.create(before.strategy_type, **{**parameters, **wanted.parameters}).document()
    values: dict[str, Any] = {
        "name": wanted.name or before.name,
        "status": wanted.status or before.status,
        "parameters": parameters,
    }
    versioned = (values["name"], values["parameters"]) != (before.name, before.parameters)
    if not versioned and values["status"] == before.status:
        return before
    values |= {"version": before.version + versioned, "updated_at": utc_now()}
    connection.execute(update(strategies).where(strategies.c.id == strategy_id).values(**values))
    after = find(connection, actor, strategy_id)
    if versioned:
        _keep_version(connection, actor, after)
    log.append(connection, _event(connection, "strategy_updated", after))
    return after


def remove(connection: Connection, log: EventLog, actor: Actor, strategy_id: str) -> None:
    """Delete a strategy; one that other rows depend on, such as its runs, is archived instead."""
    found = _own(connection, actor, strategy_id)
    told = _event(connection, "strategy_updated", found.model_copy(update={"status": "deleted"}))
    try:
        with connection.begin_nested():
            sharing.forget(connection, Kind.STRATEGY, strategy_id)
            connection.execute(strategies.delete().where(strategies.c.id == strategy_id))
    except IntegrityError:
        change(connection, log, actor, strategy_id, StrategyChange(status=Status.ARCHIVED))
        return
    log.append(connection, told)


def validate(connection: Connection, actor: Actor, strategy_id: str) -> Validity:
    """Whether a strategy can be run as it is: its family is known, its parameters are in range, it is not archived."""
    found = find(connection, actor, strategy_id)
    issues = []
    try:
        Family.create(found.strategy_type, **found.parameters)
    except AureliusError as error:
        problems = error.fields or {"strategy_type": error.message}
        issues += [Issue(field=name, severity="error", message=problem) for name, problem in problems.items()]
    if found.status is Status.ARCHIVED:
        issues.append(Issue(field="status", severity="warning", message="The strategy is archived."))
    return Validity(valid=not any(issue.severity == "error" for issue in issues), issues=issues)


def own(connection: Connection, actor: Actor, strategy_id: str) -> Shareable:
    """A strategy that its owner or an admin is about to share."""
    return _shareable(_own(connection, actor, strategy_id))


def _own(connection: Connection, actor: Actor, strategy_id: str) -> Strategy:
    """A strategy that its owner or an admin is about to change; raises NotFound, or NotAllowed for one that is shared with one."""
    connection.execute(select(strategies.c.id).where(strategies.c.id == strategy_id).with_for_update())
    found = find(connection, actor, strategy_id)
    sharing.owned(actor, _shareable(found))
    return found


def _shareable(strategy: Strategy) -> Shareable:
    return Shareable(kind=Kind.STRATEGY, id=strategy.id, name=strategy.name, owner_id=strategy.owner_id)


def _keep_version(connection: Connection, actor: Actor, strategy: Strategy) -> None:
    connection.execute(
        insert(strategy_versions).values(
            strategy_id=strategy.id,
            version=strategy.version,
            name=strategy.name,
            parameters=strategy.parameters,
            created_by=actor.id,
            created_at=strategy.updated_at,
        )
    )


def _told(strategy: Strategy) -> dict[str, Any]:
    return {
        "id": strategy.id,
        "name": strategy.name,
        "strategy_type": strategy.strategy_type,
        "status": strategy.status,
        "version": strategy.version,
        "updated_at": rfc3339(strategy.updated_at),
    }


def _event(connection: Connection, kind: str, strategy: Strategy) -> Event:
    data = {"strategy_count": 1, "strategies": [_told(strategy)]}
    return Event(type=kind, data=data, owner_id=strategy.owner_id, **sharing.told_to(connection, (Kind.STRATEGY, strategy.id)))


def _strategy(row: Row[Any]) -> Strategy:
    values = row._asdict()
    return Strategy.model_validate({name: values[name] for name in Strategy.model_fields})


def _version(row: Row[Any]) -> Version:
    values = row._asdict()
    return Version.model_validate({name: values[name] for name in Version.model_fields})
