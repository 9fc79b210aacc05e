"""Signing in, up and on: the steps that the API and the login page share."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row

from server_ext.access.actor import Actor, Method, Origin
from server_ext.accounts import audit, service
from server_ext.accounts.passwords import check_password
from server_ext.accounts.schemas import Login, PasswordChange, Registration, SignedIn, User
from server_ext.accounts.tables import sessions
from server_ext.errors import InvalidCredentials, InvalidToken, TooManyRequests
from server_ext.metrics import SIGN_INS
from server_ext.platform import Platform

__all__ = ["change_password", "open_session", "refresh", "register", "sign_in", "sign_out", "tokens"]


async def sign_in(platform: Platform, origin: Origin, given: Login) -> User:
    """The account whose email and password these are.

    An unknown email, a wrong password and a switched-off account are answered alike, after the same work. Raises
    InvalidCredentials, TooManyRequests or Busy.
    """
    email = given.email.strip().casefold()
    row, known = await platform.database.read(_look_up, platform, email, origin.address)
    try:
        await platform.throttle.check_login(email, origin.address, known=known)
    except TooManyRequests:
        SIGN_INS.labels("throttled").inc()
        await platform.database.write(audit.record, origin, "login.throttled", target=email, outcome="refused")
        raise
    matches = await platform.passwords.matches(given.password, row.password_hash if row else None)
    if row is None or not matches or not row.is_active:
        await platform.throttle.failed(email, origin.address)
        SIGN_INS.labels("failed").inc()
        await platform.database.write(audit.record, origin, "login.failed", target=email, outcome="refused")
        raise InvalidCredentials
    SIGN_INS.labels("ok").inc()
    return await platform.database.read(service.find_user, row.id)


async def register(platform: Platform, origin: Origin, given: Registration) -> User:
    """A new account, by invitation or where registration is open; raises InvalidField, NotAllowed, Conflict or TooManyRequests."""
    check_password(given.password)
    await platform.throttle.count_sign_up(origin.address)
    password_hash = await platform.passwords.hash(given.password)
    return await platform.database.write(
        service.register,
        origin,
        email=given.email,
        name=given.name,
        password_hash=password_hash,
        invitation=given.invitation,
        registration=platform.registration,
    )


async def open_session(platform: Platform, origin: Origin, user: User, method: Method) -> tuple[str, str]:
    """A session for the account: its id, and the refresh token or the cookie."""

    def work(connection: Connection) -> tuple[str, str]:
        session_id, secret = platform.sessions.open(connection, user.id, method, origin)
        audit.record(connection, origin, "login.ok", target=user.id, method=method, session=session_id)
        return session_id, secret

    return await platform.database.write(work)


def tokens(platform: Platform, user: User, session_id: str, refresh_token: str) -> SignedIn:
    """A pair of tokens for a session."""
    access = platform.tokens.issue(user_id=user.id, session_id=session_id, role=user.role)
    return SignedIn(access_token=access, refresh_token=refresh_token, expires_in=platform.tokens.seconds, user=user)


async def refresh(platform: Platform, origin: Origin, token: str, retry_key: str | None) -> SignedIn:
    """A new pair for a refresh token, which is spent; raises InvalidToken, and ends the family of one that was spent before."""

    def work(connection: Connection) -> tuple[str, str, User] | None:
        found = platform.sessions.refresh(connection, token, origin, retry_key)
        if found is None:
            return None
        session_id, child = found
        actor = platform.sessions.actor(connection, session_id)
        if actor is None:
            raise InvalidToken
        return session_id, child, service.find_user(connection, actor.id)

    found = await platform.database.write(work)
    if found is None:
        platform.authenticator.ended([])
        raise InvalidToken
    session_id, child, user = found
    return tokens(platform, user, session_id, child)


async def sign_out(platform: Platform, origin: Origin, actor: Actor, *, everywhere: bool = False) -> None:
    """End this session, or all of the account's, at once."""
    which = sessions.c.user_id == actor.id if everywhere else sessions.c.id == actor.session_id

    def work(connection: Connection) -> list[str]:
        ended = platform.sessions.end(connection, which, because="logout")
        audit.record(connection, origin, "logout", actor=actor, target=actor.id, everywhere=everywhere)
        return ended

    platform.authenticator.ended(await platform.database.write(work))


async def change_password(platform: Platform, origin: Origin, actor: Actor, given: PasswordChange) -> None:
    """A new password for the account, the old one being right; every other session ends."""
    check_password(given.new_password, "new_password")
    await sign_in(platform, origin, Login(email=actor.email, password=given.current_password))
    password_hash = await platform.passwords.hash(given.new_password)
    ended = await platform.database.write(service.set_password, origin, actor, password_hash, platform.sessions)
    platform.authenticator.ended(ended)


def _look_up(connection: Connection, platform: Platform, email: str, address: str) -> tuple[Row[Any] | None, bool]:
    row = service.credentials(connection, email)
    return row, row is not None and platform.sessions.knows(connection, row.id, address)
