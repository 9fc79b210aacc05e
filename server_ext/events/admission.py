"""Who may open a socket: decided before the upgrade, by one way of signing in and no other."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from tornado.httputil import HTTPServerRequest
from tornado.web import RequestHandler

from aurelius_kernel.errors import InvalidField
from server_ext.access.actor import Actor
from server_ext.access.permissions import refusal
from server_ext.errors import InvalidToken, NotAllowed, WrongHost
from server_ext.events.subscriptions import Subscriptions
from server_ext.platform import Platform
from server_ext.settings import Settings
from server_ext.web.cookies import session_cookie
from server_ext.web.hosts import answers_to

__all__ = ["Admitted", "Wishes", "admit", "wishes"]

_PERMISSION = "events:read"
_CREDENTIALS = {"auth_ticket", "token"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Admitted:
    """An account at the door; `expires_at` is when its access token does, by the clock that never jumps."""

    actor: Actor
    expires_at: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Wishes:
    """What the address of a socket asks for."""

    after: int | None = None
    epoch: str | None = None
    subscriptions: Subscriptions | None = None


async def admit(handler: RequestHandler, platform: Platform) -> Admitted:
    """The account that opens a socket; raises WrongHost, or NotAllowed, which says no more than that the way in is closed."""
    if not answers_to(handler.request.host_name, platform.settings):
        raise WrongHost
    try:
        admitted = await _signed_in(handler, platform)
    except InvalidToken:
        raise _refused() from None
    if (reason := refusal(admitted.actor, _PERMISSION)) is not None:
        raise NotAllowed(reason)
    return admitted


def wishes(arguments: Mapping[str, str]) -> Wishes:
    """What the query asks for; raises InvalidField or UnknownName.

    `after` and `epoch` resume; `events`, comma-separated or `all`, takes the place of the default subscriptions, and every other
    field narrows them.
    """
    named = {name: value for name, value in arguments.items() if name not in _CREDENTIALS}
    after, epoch, events = named.pop("after", None), named.pop("epoch", None), named.pop("events", None)
    subscriptions = None
    if events is not None:
        subscriptions = Subscriptions.of([name.strip() for name in events.split(",") if name.strip()], named)
    return Wishes(after=_number(after), epoch=epoch or None, subscriptions=subscriptions)


async def _signed_in(handler: RequestHandler, platform: Platform) -> Admitted:
    """By ticket, bearer token or cookie, in this order; what is wrong in one never falls back to the next."""
    request, authenticator = handler.request, platform.authenticator
    ticket, token = (_argument(request, name) for name in ("auth_ticket", "token"))
    if ticket is not None:
        if (actor := await authenticator.ticket(ticket)) is None:
            raise InvalidToken
        return Admitted(actor=actor)
    if (header := request.headers.get("Authorization")) is not None:
        scheme, _, token = header.partition(" ")
        if scheme.casefold() != "bearer":
            raise InvalidToken
    if token is not None:
        actor = await authenticator.bearer(token.strip())
        return Admitted(actor=actor, expires_at=_monotonic(platform.tokens.read(token.strip()).exp))
    return await _by_cookie(handler, platform)


async def _by_cookie(handler: RequestHandler, platform: Platform) -> Admitted:
    """By the cookie, which browsers send along for any page: the Origin must be there, and ours."""
    cookie = session_cookie(handler)
    if cookie is None or not _is_ours(handler.request, platform.settings):
        raise _refused()
    if (actor := await platform.authenticator.cookie(cookie)) is None:
        raise _refused()
    return Admitted(actor=actor)


def _is_ours(request: HTTPServerRequest, settings: Settings) -> bool:
    """Whether the page that opens the socket came from this server, under the name it is asked by or its public one."""
    origin = urlsplit(request.headers.get("Origin", "")).netloc.casefold()
    return bool(origin) and origin in {request.host.casefold(), urlsplit(settings.public_url).netloc.casefold()}


def _argument(request: HTTPServerRequest, name: str) -> str | None:
    found = request.query_arguments.get(name, [])
    if len(found) > 1:
        raise InvalidToken
    return found[0].decode("utf-8", "replace") if found else None


def _number(text: str | None) -> int | None:
    if text is None or text == "":
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 16):
        raise InvalidField.of("after", "must be the number of an event")
    return int(text)


def _monotonic(instant: int) -> float:
    return time.monotonic() + instant - time.time()


def _refused() -> NotAllowed:
    return NotAllowed("Sign in first: ask for a ticket, send a bearer token, or open the page of this server.")
