"""Sessions: one for each sign-in, with a chain of refresh tokens or a cookie; ended at once, everywhere."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, RowMapping, Select, and_, bindparam, insert, select, update

from aurelius_kernel.clock import utc_now
from server_ext.access.actor import Actor, Method, Origin, Role
from server_ext.accounts import audit
from server_ext.accounts.tables import refresh_tokens, sessions, tickets, users
from server_ext.db.metadata import new_id
from server_ext.db.prepared import Prepared
from server_ext.errors import InvalidToken
from server_ext.settings import Settings

__all__ = ["Sessions", "digest"]

_RETRY_SECONDS = 10
_TICKET_SECONDS = 30


def digest(secret: str) -> str:
    """What is stored of a random secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _alive(which: ColumnElement[bool]) -> Select[Any]:
    """The accounts behind those of some sessions that are neither over nor forgotten, and may still sign in."""
    columns = [getattr(users.c, name) for name in ("id", "email", "name", "role", "team")]
    return (
        select(*columns, sessions.c.id.label("sid"), sessions.c.method)
        .join_from(sessions, users)
        .where(
            which,
            sessions.c.revoked_at.is_(None),
            sessions.c.expires_at > bindparam("now"),
            sessions.c.used_at > bindparam("idle_since"),
            users.c.is_active.is_(True),
        )
    )


_BY_ID = Prepared(_alive(and_(sessions.c.id == bindparam("id"), sessions.c.method == bindparam("method"))))
_BY_TOKEN = Prepared(_alive(sessions.c.id == bindparam("id")))
_BY_COOKIE = Prepared(_alive(sessions.c.cookie_hash == bindparam("cookie_hash")))


class Sessions:
    """Opens, continues and ends sessions; every method takes the caller's transaction."""

    def __init__(self, settings: Settings) -> None:
        self._idle = timedelta(days=settings.session_idle_days)
        self._whole = timedelta(days=settings.session_days)
        self._key = settings.jwt_secret_key.get_secret_value().encode()

    def open(self, connection: Connection, user_id: str, method: Method, origin: Origin) -> tuple[str, str]:
        """A new session: its id, and the refresh token or the cookie that continues it."""
        session_id, secret, now = new_id(), secrets.token_urlsafe(32), utc_now()
        connection.execute(
            insert(sessions).values(
                id=session_id,
                user_id=user_id,
                method=method,
                cookie_hash=digest(secret) if method is Method.COOKIE else None,
                created_at=now,
                used_at=now,
                expires_at=now + self._whole,
                address=origin.address,
                user_agent=origin.user_agent[:300],
            )
        )
        if method is Method.BEARER:
            connection.execute(insert(refresh_tokens).values(hash=digest(secret), session_id=session_id, issued_at=now))
        return session_id, secret

    def actor(self, connection: Connection, session_id: str, *, method: Method = Method.BEARER) -> Actor | None:
        """The account behind a session that is alive; None for any other."""
        return _actor(_BY_ID.first(connection, id=session_id, method=method, **self._now()))

    def by_token(self, connection: Connection, session_id: str) -> Actor | None:
        """The account behind a token of that session, however it was opened: a page's kernel has one of its cookie's session."""
        actor = _actor(_BY_TOKEN.first(connection, id=session_id, **self._now()))
        return None if actor is None else replace(actor, method=Method.BEARER)

    def actors(self, connection: Connection, session_ids: Sequence[str]) -> list[Actor]:
        """The accounts behind those of some sessions that are alive."""
        return [_as_actor(row) for row in connection.execute(_alive(sessions.c.id.in_(session_ids)), self._now()).mappings()]

    def by_cookie(self, connection: Connection, cookie: str) -> Actor | None:
        """The account behind a cookie; None when its session is over."""
        return _actor(_BY_COOKIE.first(connection, cookie_hash=digest(cookie), **self._now()))

    def touch(self, connection: Connection, session_id: str) -> None:
        """Remember that the session is in use."""
        connection.execute(update(sessions).where(sessions.c.id == session_id).values(used_at=utc_now()))

    def refresh(self, connection: Connection, token: str, origin: Origin, retry_key: str | None) -> tuple[str, str] | None:
        """Spend a refresh token for its child: the session's id and the child.

        A token spent before ends its whole family and gives None, unless the same `Idempotency-Key` asks again within ten
        seconds: an answer was lost, and the same child is given. Raises InvalidToken for a token that is unknown, or whose
        session is over.
        """
        row = connection.execute(select(refresh_tokens).where(refresh_tokens.c.hash == digest(token)).with_for_update()).first()
        if row is None or self.actor(connection, row.session_id) is None:
            raise InvalidToken
        if row.spent_at is None:
            return row.session_id, self._spend(connection, row, token, retry_key)
        if self._is_retry(row, retry_key):
            return row.session_id, self._child(token, row.nonce)
        self.end(connection, sessions.c.id == row.session_id, because="refresh_reuse")
        audit.record(connection, origin, "session.refresh_reused", target=row.session_id, outcome="revoked")
        return None

    def end(self, connection: Connection, which: ColumnElement[bool], *, because: str) -> list[str]:
        """End the sessions that are still alive among `which`, and name them."""
        alive = connection.execute(select(sessions.c.id).where(which, sessions.c.revoked_at.is_(None))).scalars().all()
        if alive:
            ended = update(sessions).where(sessions.c.id.in_(alive))
            connection.execute(ended.values(revoked_at=utc_now(), revoked_because=because))
        return list(alive)

    def issue_ticket(self, connection: Connection, actor: Actor) -> str:
        """A ticket that opens one WebSocket within thirty seconds."""
        ticket, now = secrets.token_urlsafe(32), utc_now()
        connection.execute(tickets.delete().where(tickets.c.expires_at < now))
        expires = now + timedelta(seconds=_TICKET_SECONDS)
        connection.execute(insert(tickets).values(hash=digest(ticket), session_id=actor.session_id, expires_at=expires))
        return ticket

    def use_ticket(self, connection: Connection, ticket: str) -> Actor | None:
        """The account behind a ticket, which is gone with this; None for one that is spent, expired or unknown."""
        spent = tickets.delete().where(tickets.c.hash == digest(ticket)).returning(tickets.c.session_id, tickets.c.expires_at)
        row, now = connection.execute(spent).first(), utc_now()
        # One that has longer to live than a new one is of a clock that was set back since.
        if row is None or not now <= row.expires_at <= now + timedelta(seconds=_TICKET_SECONDS):
            return None
        return _actor(connection.execute(_alive(sessions.c.id == row.session_id), self._now()).mappings().first())

    def knows(self, connection: Connection, user_id: str, address: str) -> bool:
        """Whether the account signed in from this address before."""
        known = select(sessions.c.id).where(sessions.c.user_id == user_id, sessions.c.address == address)
        return connection.execute(known.limit(1)).first() is not None

    def forget(self, connection: Connection) -> int:
        """Drop the sessions that ended long ago; gives how many went."""
        old = utc_now() - timedelta(days=90)
        return connection.execute(sessions.delete().where(sessions.c.expires_at < old)).rowcount

    def _now(self) -> dict[str, datetime]:
        """What the rule of who is alive is reckoned with."""
        now = utc_now()
        return {"now": now, "idle_since": now - self._idle}

    def _spend(self, connection: Connection, row: Row[Any], token: str, retry_key: str | None) -> str:
        now, nonce = utc_now(), secrets.token_hex(32)
        child = self._child(token, nonce)
        spent = update(refresh_tokens).where(refresh_tokens.c.hash == row.hash)
        connection.execute(spent.values(spent_at=now, nonce=nonce, retry_hash=digest(retry_key) if retry_key else None))
        connection.execute(insert(refresh_tokens).values(hash=digest(child), session_id=row.session_id, issued_at=now))
        self.touch(connection, row.session_id)
        return child

    def _child(self, token: str, nonce: str) -> str:
        """The child of a token: made again from the parent, which only the client has, so it need not be stored."""
        return hmac.new(self._key, f"refresh|{token}|{nonce}".encode(), hashlib.sha256).hexdigest()

    @staticmethod
    def _is_retry(row: Row[Any], retry_key: str | None) -> bool:
        recent = abs(utc_now() - row.spent_at) < timedelta(seconds=_RETRY_SECONDS)
        return bool(retry_key) and recent and row.retry_hash == digest(retry_key or "")


def _actor(row: Mapping[str, Any] | RowMapping | None) -> Actor | None:
    return None if row is None else _as_actor(row)


def _as_actor(row: Mapping[str, Any] | RowMapping) -> Actor:
    return Actor(
        id=row["id"],
        email=row["email"],
        name=row["name"],
        role=Role(row["role"]),
        team=row["team"],
        session_id=row["sid"],
        method=Method(row["method"]),
    )
