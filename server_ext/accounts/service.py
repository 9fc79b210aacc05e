"""What can be done with accounts; each function is one transaction of its caller."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, or_, select, true, update
from sqlalchemy.exc import IntegrityError

from aurelius_kernel.clock import utc_now
from aurelius_kernel.errors import InvalidField, NotFound
from server_ext.access.actor import Actor, Origin, Role
from server_ext.accounts import audit as audit_log
from server_ext.accounts.schemas import (
    AuditEntry,
    AuditList,
    Invitation,
    NewInvitation,
    User,
    UserChange,
    UserFilter,
    UserList,
)
from server_ext.accounts.sessions import Sessions, digest
from server_ext.accounts.tables import audit, invitations, sessions, users
from server_ext.db.ledger import take_ledger_lock
from server_ext.db.metadata import new_id
from server_ext.errors import Conflict, NotAllowed
from server_ext.settings import Registration
from server_ext.web.schema import Paging

__all__ = [
    "change_user",
    "create_setup_link",
    "create_user",
    "credentials",
    "find_user",
    "has_admin",
    "invite",
    "list_audit",
    "list_invitations",
    "list_users",
    "register",
    "remove_user",
    "set_password",
    "set_role",
    "withdraw",
]


def has_admin(connection: Connection) -> bool:
    """Whether there is an admin yet."""
    return connection.execute(select(users.c.id).where(users.c.role == Role.ADMIN).limit(1)).first() is not None


def credentials(connection: Connection, email: str) -> Row[Any] | None:
    """The row of the account of that email that may sign in; None for none."""
    return connection.execute(select(users).where(users.c.email == email.strip().casefold())).first()


def find_user(connection: Connection, user_id: str) -> User:
    """The account of that id; raises NotFound."""
    row = connection.execute(select(users).where(users.c.id == user_id)).first()
    if row is None:
        raise NotFound("There is no such account.")
    return _user(row)


def create_user(
    connection: Connection,
    origin: Origin,
    *,
    email: str,
    name: str,
    password_hash: str,
    role: Role,
    team: str | None = None,
    by: Actor | None = None,
) -> User:
    """A new account; raises Conflict for an email that has one."""
    now = utc_now()
    row = {"id": new_id(), "email": email, "name": name, "role": role, "team": team or None, "password_hash": password_hash}
    try:
        connection.execute(insert(users).values(**row, is_active=True, created_at=now, updated_at=now))
    except IntegrityError:
        raise Conflict("There is an account with this email already.", fields={"email": "is taken"}) from None
    audit_log.record(connection, origin, "user.created", actor=by, target=row["id"] or "", role=role)
    return find_user(connection, str(row["id"]))


def register(
    connection: Connection,
    origin: Origin,
    *,
    email: str,
    name: str,
    password_hash: str,
    invitation: str | None,
    registration: Registration,
) -> User:
    """A new account for whoever asks: of the invitation's role, else an analyst where registration is open."""
    role, team, used = Role.ANALYST, None, None
    if invitation is not None:
        used = _open_invitation(connection, invitation)
        role, team = Role(used.role), used.team
    elif registration is not Registration.OPEN:
        raise NotAllowed("Accounts are made by invitation here: ask an admin for one.")
    user = create_user(connection, origin, email=email, name=name, password_hash=password_hash, role=role, team=team)
    if used is not None:
        spent = update(invitations).where(invitations.c.id == used.id, invitations.c.used_at.is_(None))
        if connection.execute(spent.values(used_at=utc_now(), used_by=user.id)).rowcount != 1:
            raise _invitation_refusal()
    return user


def set_password(connection: Connection, origin: Origin, actor: Actor, password_hash: str, live: Sessions) -> list[str]:
    """A new password; every other session of the account ends, and these are their ids."""
    connection.execute(update(users).where(users.c.id == actor.id).values(password_hash=password_hash, updated_at=utc_now()))
    others = (sessions.c.user_id == actor.id) & (sessions.c.id != actor.session_id)
    ended = live.end(connection, others, because="password_changed")
    audit_log.record(connection, origin, "user.password_changed", actor=actor, target=actor.id)
    return ended


def list_users(connection: Connection, query: UserFilter) -> UserList:
    """The accounts that the filter matches, newest first."""
    which: list[ColumnElement[bool]] = [true()]
    if query.role is not None:
        which.append(users.c.role == query.role)
    if query.q:
        which.append(or_(users.c.email.icontains(query.q, autoescape=True), users.c.name.icontains(query.q, autoescape=True)))
    total = connection.execute(select(func.count()).select_from(users).where(*which)).scalar_one()
    newest = select(users).where(*which).order_by(users.c.created_at.desc(), users.c.id.desc())
    rows = connection.execute(newest.offset(query.skip).limit(query.limit))
    return UserList(total=total, users=[_user(row) for row in rows])


def change_user(
    connection: Connection, origin: Origin, actor: Actor | None, user_id: str, change: UserChange, live: Sessions
) -> tuple[User, list[str]]:
    """The account as changed, and the sessions that ended by it: a new role or a switched-off account takes effect at once."""
    values = {name: value for name, value in change.model_dump(exclude_unset=True).items() if value is not None}
    if "team" in values:
        values["team"] = values["team"] or None
    take_ledger_lock(connection)
    before = find_user(connection, user_id)
    demoted = values.get("role", before.role) is not Role.ADMIN or values.get("is_active") is False
    if before.role is Role.ADMIN and demoted and _last_admin(connection, user_id):
        raise Conflict("This is the last admin: make another one first.")
    connection.execute(update(users).where(users.c.id == user_id).values(**values, updated_at=utc_now()))
    after = find_user(connection, user_id)
    ended: list[str] = []
    if after.role != before.role or after.is_active != before.is_active:
        ended = live.end(connection, sessions.c.user_id == user_id, because="account_changed")
    was = {name: getattr(before, name) for name in values}
    audit_log.record(connection, origin, "user.changed", actor=actor, target=user_id, before=was, after=values)
    return after, ended


def set_role(connection: Connection, origin: Origin, user_id: str, role: Role, live: Sessions) -> User:
    """The account in another role, as whoever owns the machine wants it; its sessions end."""
    user, _ = change_user(connection, origin, None, user_id, UserChange(role=role), live)
    return user


def remove_user(connection: Connection, origin: Origin, actor: Actor, user_id: str, live: Sessions) -> list[str]:
    """Switch an account off for good; what it owns stays, and so does its name in the audit log."""
    if user_id == actor.id:
        raise Conflict("You cannot remove your own account.")
    _, ended = change_user(connection, origin, actor, user_id, UserChange(is_active=False), live)
    return ended


def create_setup_link(connection: Connection) -> str | None:
    """The token of a link that makes the first admin; None once there is one. Earlier links stop working."""
    if has_admin(connection):
        return None
    connection.execute(invitations.delete().where(invitations.c.is_setup.is_(True)))
    token, _ = _invitation(connection, role=Role.ADMIN, team=None, days=1, by=None, is_setup=True)
    return token


def invite(connection: Connection, origin: Origin, actor: Actor, wanted: NewInvitation) -> tuple[str, Invitation]:
    """A new invitation and its token, which is not kept."""
    token, invitation_id = _invitation(connection, role=wanted.role, team=wanted.team, days=wanted.days, by=actor, is_setup=False)
    audit_log.record(connection, origin, "invitation.created", actor=actor, target=invitation_id, role=wanted.role)
    row = connection.execute(select(invitations).where(invitations.c.id == invitation_id)).one()
    return token, _as_invitation(row)


def list_invitations(connection: Connection, query: Paging) -> tuple[int, list[Invitation]]:
    """The invitations, newest first."""
    which = invitations.c.is_setup.is_(False)
    total = connection.execute(select(func.count()).select_from(invitations).where(which)).scalar_one()
    newest = select(invitations).where(which).order_by(invitations.c.created_at.desc(), invitations.c.id.desc())
    return total, [_as_invitation(row) for row in connection.execute(newest.offset(query.skip).limit(query.limit))]


def withdraw(connection: Connection, origin: Origin, actor: Actor, invitation_id: str) -> None:
    """Take an unused invitation back; raises NotFound."""
    unused = invitations.delete().where(invitations.c.id == invitation_id, invitations.c.used_at.is_(None))
    if connection.execute(unused).rowcount != 1:
        raise NotFound("There is no such invitation, or it was used.")
    audit_log.record(connection, origin, "invitation.withdrawn", actor=actor, target=invitation_id)


def list_audit(connection: Connection, query: Paging) -> AuditList:
    """The audit log, newest first."""
    total = connection.execute(select(func.count()).select_from(audit)).scalar_one()
    newest = select(audit).order_by(audit.c.seq.desc()).offset(query.skip).limit(query.limit)
    names = set(AuditEntry.model_fields)
    entries = [{name: value for name, value in row._asdict().items() if name in names} for row in connection.execute(newest)]
    return AuditList(total=total, entries=[AuditEntry.model_validate(entry) for entry in entries])


def _invitation(
    connection: Connection, *, role: Role, team: str | None, days: int, by: Actor | None, is_setup: bool
) -> tuple[str, str]:
    token, invitation_id, now = secrets.token_urlsafe(32), new_id(), utc_now()
    row = {"role": role, "team": team, "is_setup": is_setup, "invited_by": by.id if by else None}
    expires = now + timedelta(days=days)
    connection.execute(
        insert(invitations).values(id=invitation_id, token_hash=digest(token), created_at=now, expires_at=expires, **row)
    )
    return token, invitation_id


def _open_invitation(connection: Connection, token: str) -> Row[Any]:
    query = select(invitations).where(invitations.c.token_hash == digest(token)).with_for_update()
    row = connection.execute(query).first()
    if row is None or row.used_at is not None or row.expires_at < utc_now() or (row.is_setup and has_admin(connection)):
        raise _invitation_refusal()
    return row


def _invitation_refusal() -> InvalidField:
    return InvalidField.of("invitation", "is not valid, or no longer: ask for a new one")


def _last_admin(connection: Connection, user_id: str) -> bool:
    others = (users.c.role == Role.ADMIN) & users.c.is_active.is_(True) & (users.c.id != user_id)
    return connection.execute(select(users.c.id).where(others).limit(1)).first() is None


def _user(row: Row[Any]) -> User:
    values = row._asdict()
    return User.model_validate({name: values[name] for name in User.model_fields})


def _as_invitation(row: Row[Any]) -> Invitation:
    values = row._asdict()
    return Invitation.model_validate({name: values[name] for name in Invitation.model_fields})
