"""What can be done with promotions: asked for on a verdict and a scorecard, decided by somebody else, taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, true, update

from aurelius_kernel.artifacts import Store
from aurelius_kernel.clock import rfc3339, utc_now
from aurelius_kernel.errors import NotFound
from aurelius_kernel.gates.keeping import keep_promotion
from aurelius_kernel.gates.promotion import Promotion as Record
from aurelius_kernel.gates.promotion import decide as decided
from aurelius_kernel.gates.promotion import promotion_blocks, propose
from aurelius_kernel.gates.promotion import withdraw as taken_back
from aurelius_kernel.gates.readiness import Scorecard
from aurelius_kernel.gates.verdict import Verdict
from server_ext.access.actor import Actor, Origin
from server_ext.accounts import audit
from server_ext.db.metadata import new_id
from server_ext.errors import Conflict
from server_ext.events import Event, EventLog
from server_ext.evidence.gates import Scored
from server_ext.policy import policies, waivers
from server_ext.promotion.schemas import Decision, Promotion, PromotionFilter, PromotionList
from server_ext.promotion.tables import promotions

__all__ = ["ask", "blocks", "decide", "find", "list_", "withdraw"]


def ask(
    connection: Connection, log: EventLog, origin: Origin, actor: Actor, store: Store, reason: str, given: Row[Any], scored: Scored
) -> Promotion:
    """Ask for a promotion on a verdict of the product gate, given as its row; without two persons it is approved at once.

    Raises Conflict, with every reason, when it may not be promoted.
    """
    if why := blocks(connection, given, scored):
        raise Conflict(f"The promotion is blocked: {'; '.join(why)}.")
    policy, at = policies.in_force(connection), rfc3339(utc_now())
    verdict, scorecard = Verdict.of(given.record), Scorecard.of(scored.record)
    record = propose(verdict, scorecard, policy, by=actor.email, at=at, reason=reason)
    row = {"id": new_id(), "owner_id": actor.id, "team": actor.team, "strategy_id": given.strategy_id, "verdict_id": given.id}
    values = {"state": str(record.state), "hash": keep_promotion(store, record), "record": record.document()}
    connection.execute(insert(promotions).values(**row, **values, created_at=utc_now(), updated_at=utc_now()))
    _tell(connection, log, origin, actor, row["id"], "promotion.requested")
    return find(connection, actor, str(row["id"]))


def blocks(connection: Connection, given: Row[Any], scored: Scored) -> list[str]:
    """Why a strategy may not be promoted on a verdict now; empty when it may."""
    verdict = Verdict.of(given.record)
    other = [] if verdict.policy == policies.in_force(connection).hash else ["the verdict was given under another policy"]
    found = promotion_blocks(verdict, Scorecard.of(scored.record), scored.stale)
    return [*found, *waivers.ended(connection, verdict.waivers), *other]


def find(connection: Connection, actor: Actor, promotion_id: str) -> Promotion:
    """One promotion; raises NotFound for one that is not there, or not the actor's to see."""
    found = connection.execute(select(promotions).where(promotions.c.id == promotion_id, _visible_to(actor))).first()
    if found is None:
        raise NotFound("There is no such promotion.")
    return _promotion(found)


def list_(connection: Connection, actor: Actor, query: PromotionFilter) -> PromotionList:
    """The promotions that the filter matches, newest first."""
    which = [_visible_to(actor)]
    wanted = {"strategy_id": query.strategy_id, "state": query.state}
    which += [promotions.c[name] == value for name, value in wanted.items() if value is not None]
    total = connection.execute(select(func.count()).select_from(promotions).where(*which)).scalar_one()
    newest = select(promotions).where(*which).order_by(promotions.c.created_at.desc(), promotions.c.id.desc())
    rows = connection.execute(newest.offset(query.skip).limit(query.limit))
    return PromotionList(total=total, promotions=[_promotion(row) for row in rows])


def decide(
    connection: Connection,
    log: EventLog,
    origin: Origin,
    actor: Actor,
    store: Store,
    promotion_id: str,
    wanted: Decision,
    stale: Sequence[str],
) -> Promotion:
    """Approve or reject a promotion; raises ImpossibleRequest for whoever asked for it, and once it is decided."""
    at = rfc3339(utc_now())
    step = partial(decided, by=actor.email, decision=wanted.decision, at=at, note=wanted.note, stale=stale)
    return _moved(connection, log, origin, actor, store, promotion_id, step, f"promotion.{wanted.decision}")


def withdraw(connection: Connection, log: EventLog, origin: Origin, actor: Actor, store: Store, promotion_id: str) -> Promotion:
    """Take a promotion back; raises ImpossibleRequest for anybody but whoever asked for it."""
    return _moved(connection, log, origin, actor, store, promotion_id, partial(taken_back, by=actor.email), "promotion.withdrawn")


def _moved(
    connection: Connection,
    log: EventLog,
    origin: Origin,
    actor: Actor,
    store: Store,
    promotion_id: str,
    step: Callable[[Record], Record],
    action: str,
) -> Promotion:
    """The promotion in its next state, the one before as its parent in the store."""
    locked = select(promotions).where(promotions.c.id == promotion_id, _visible_to(actor)).with_for_update()
    row = connection.execute(locked).first()
    if row is None:
        raise NotFound("There is no such promotion.")
    record = step(Record.of(row.record))
    values = {"state": str(record.state), "hash": keep_promotion(store, record), "record": record.document()}
    connection.execute(update(promotions).where(promotions.c.id == promotion_id).values(**values, updated_at=utc_now()))
    _tell(connection, log, origin, actor, promotion_id, action)
    return find(connection, actor, promotion_id)


def _tell(connection: Connection, log: EventLog, origin: Origin, actor: Actor, promotion_id: str | None, action: str) -> None:
    row = connection.execute(select(promotions).where(promotions.c.id == promotion_id)).one()
    audit.record(connection, origin, action, actor=actor, target=row.id, strategy_id=row.strategy_id, state=row.state)
    told = {"promotion_id": row.id, "strategy_id": row.strategy_id, "status": row.state, "by": actor.name}
    log.append(connection, Event(type="promotion_updated", data=told, owner_id=row.owner_id, team=row.team))


def _visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which promotions somebody may see: one's own, and an admin all."""
    return true() if actor.is_admin else promotions.c.owner_id == actor.id


def _promotion(row: Row[Any]) -> Promotion:
    own = ("id", "owner_id", "strategy_id", "verdict_id", "state", "hash", "created_at", "updated_at")
    said = ("two_persons", "requested_by", "reason", "approvals", "verdict", "scorecard", "previous")
    told = {name: row.record[name] for name in said} | {"result": row.record["subject"]["result"]}
    return Promotion(**{name: getattr(row, name) for name in own}, **told)
