"""The calls of accounts."""

from __future__ import annotations

from aurelius_kernel.errors import InvalidField
from server_ext.access.actor import Method
from server_ext.access.permissions import granted
from server_ext.accounts import service, signing_in
from server_ext.accounts.passwords import check_password
from server_ext.accounts.schemas import (
    AuditList,
    InvitationLink,
    InvitationList,
    Login,
    NewInvitation,
    NewUser,
    PasswordChange,
    Refresh,
    Registration,
    SignedIn,
    Ticket,
    User,
    UserChange,
    UserFilter,
    UserList,
    Verified,
)
from server_ext.web.call import Call
from server_ext.web.schema import Paging

__all__ = [
    "audit",
    "change_password",
    "change_user",
    "create_user",
    "get_user",
    "invitations",
    "invite",
    "login",
    "logout",
    "logout_all",
    "refresh",
    "register",
    "remove_user",
    "users",
    "verify",
    "withdraw",
    "ws_ticket",
]


async def register(call: Call, body: Registration) -> SignedIn:
    """Make an account and sign in."""
    user = await signing_in.register(call.platform, call.origin, body)
    session_id, secret = await signing_in.open_session(call.platform, call.origin, user, Method.BEARER)
    call.headers["Location"] = f"/api/auth/users/{user.id}"
    return signing_in.tokens(call.platform, user, session_id, secret)


async def login(call: Call, body: Login) -> SignedIn:
    """Sign in by email and password."""
    user = await signing_in.sign_in(call.platform, call.origin, body)
    session_id, secret = await signing_in.open_session(call.platform, call.origin, user, Method.BEARER)
    return signing_in.tokens(call.platform, user, session_id, secret)


async def refresh(call: Call, body: Refresh) -> SignedIn:
    """Spend a refresh token for a new pair; one that was spent before ends its whole family."""
    return await signing_in.refresh(call.platform, call.origin, body.refresh_token, call.idempotency_key)


async def logout(call: Call) -> None:
    """End this session: its tokens stop working at once."""
    await signing_in.sign_out(call.platform, call.origin, call.actor)


async def logout_all(call: Call) -> None:
    """End every session of the account."""
    await signing_in.sign_out(call.platform, call.origin, call.actor, everywhere=True)


async def verify(call: Call) -> Verified:
    """Say whose token or cookie this is, and what it may be used for."""
    return Verified(user=await call.read(service.find_user, call.actor.id), permissions=granted(call.actor))


async def change_password(call: Call, body: PasswordChange) -> None:
    """Change the password; every other session ends."""
    await signing_in.change_password(call.platform, call.origin, call.actor, body)


async def ws_ticket(call: Call) -> Ticket:
    """Give a ticket that opens one WebSocket within thirty seconds."""
    ticket = await call.write(call.platform.sessions.issue_ticket, call.actor)
    return Ticket(auth_ticket=ticket, expires_in=30)


async def users(call: Call, query: UserFilter) -> UserList:
    """List the accounts."""
    return await call.read(service.list_users, query)


async def create_user(call: Call, body: NewUser) -> User:
    """Make an account for somebody."""
    check_password(body.password)
    password_hash = await call.platform.passwords.hash(body.password)
    user = await call.once(
        service.create_user,
        call.origin,
        email=body.email,
        name=body.name,
        password_hash=password_hash,
        role=body.role,
        team=body.team,
        by=call.actor,
    )
    call.headers["Location"] = f"/api/auth/users/{user.id}"
    return user


async def get_user(call: Call, user_id: str) -> User:
    """Give one account."""
    return await call.read(service.find_user, user_id)


async def change_user(call: Call, user_id: str, body: UserChange) -> User:
    """Change an account's name, role, team or whether it is active; a change of role signs it out."""
    if not body.model_fields_set:
        raise InvalidField.of("body", "must change something: name, role, team or is_active")
    user, ended = await call.write(service.change_user, call.origin, call.actor, user_id, body, call.platform.sessions)
    call.platform.authenticator.ended(ended)
    return user


async def remove_user(call: Call, user_id: str) -> None:
    """Switch an account off."""
    ended = await call.write(service.remove_user, call.origin, call.actor, user_id, call.platform.sessions)
    call.platform.authenticator.ended(ended)


async def invite(call: Call, body: NewInvitation) -> InvitationLink:
    """Invite somebody; the link is shown once."""
    token, invitation = await call.write(service.invite, call.origin, call.actor, body)
    start = call.platform.settings.public_url.rstrip("/")
    return InvitationLink(**invitation.model_dump(), token=token, url=f"{start}/register?invitation_token={token}")


async def invitations(call: Call, query: Paging) -> InvitationList:
    """List the invitations."""
    total, found = await call.read(service.list_invitations, query)
    return InvitationList(total=total, invitations=found)


async def withdraw(call: Call, invitation_id: str) -> None:
    """Take an invitation back."""
    await call.write(service.withdraw, call.origin, call.actor, invitation_id)


async def audit(call: Call, query: Paging) -> AuditList:
    """List who did what."""
    return await call.read(service.list_audit, query)
