"""Our accounts instead of Jupyter's token and password."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jupyter_server.auth.identity import IdentityProvider, User
from tornado.web import HTTPError, RequestHandler
from tornado.websocket import WebSocketHandler
from traitlets import Bool, Type, Unicode

from server_ext.access.actor import Actor
from server_ext.doors.gate import passes
from server_ext.doors.pages import LoginPage, LogoutPage
from server_ext.errors import InvalidToken
from server_ext.platform import platform_of
from server_ext.web.cookies import session_cookie
from server_ext.web.hosts import answers_to

__all__ = ["AureliusIdentityProvider", "JupyterUser"]


@dataclass
class JupyterUser(User):  # type: ignore[misc]  # jupyter_server has no types
    """An account, as Jupyter knows people."""

    actor: Actor | None = None


class AureliusIdentityProvider(IdentityProvider):  # type: ignore[misc]  # jupyter_server has no types
    """Every page and socket of Jupyter asks here who comes: a bearer token or our session cookie, and nothing in the URL."""

    token = Unicode("").tag(config=False)
    need_token = Bool(default_value=False)
    login_handler_class = Type(LoginPage, klass=RequestHandler)
    logout_handler_class = Type(LogoutPage, klass=RequestHandler)

    auth_enabled = True
    login_available = True
    logout_available = True

    async def get_user(self, handler: Any) -> JupyterUser | None:
        """Who asks, or None; raises HTTPError for a foreign host name and for what the gate keeps closed."""
        if (known := getattr(handler, "_jupyter_current_user", None)) is not None:
            return known  # type: ignore[no-any-return]  # set below
        # An error page asks for the user too, and must not come back here.
        handler.current_user = None
        if not answers_to(handler.request.host_name, platform_of(handler).settings):
            raise HTTPError(400, "This server does not answer to that host name.")
        actor = await self._actor(handler)
        if actor is None:
            return None
        user = JupyterUser(username=actor.id, name=actor.name, display_name=actor.name, initials=_initials(actor), actor=actor)
        handler.current_user = user
        self._pass(handler, actor)
        return user

    async def _actor(self, handler: Any) -> Actor | None:
        """The account; wrong credentials in a header never fall back to the cookie."""
        authenticator = platform_of(handler).authenticator
        if (header := handler.request.headers.get("Authorization")) is not None:
            scheme, _, token = header.partition(" ")
            if scheme.casefold() != "bearer":
                return None
            try:
                actor = await authenticator.bearer(token.strip())
            except InvalidToken:
                return None
            handler._token_authenticated = True  # noqa: SLF001  # how Jupyter marks a request no other site can forge
            return actor
        if isinstance(handler, WebSocketHandler) and "Origin" not in handler.request.headers:
            return None
        cookie = session_cookie(handler)
        return await authenticator.cookie(cookie) if cookie else None

    def _pass(self, handler: Any, actor: Actor) -> None:
        path = "/" + handler.request.path.removeprefix(handler.base_url)
        dashboards = platform_of(handler).settings.dashboards
        if not passes(actor, handler.request.method, path, dashboards=dashboards):
            raise HTTPError(403, f"This is not for the role {actor.role}.")

    def is_token_authenticated(self, handler: Any) -> bool:
        """Whether the request carried a bearer token, which no other site can forge."""
        return bool(getattr(handler, "_token_authenticated", False))

    def should_check_origin(self, handler: Any) -> bool:
        """Whether the Origin matters: it does for cookies, which browsers send by themselves."""
        return not self.is_token_authenticated(handler)

    def identity_model(self, user: JupyterUser) -> dict[str, Any]:
        """What `/api/me` says."""
        actor = user.actor
        return {
            "username": user.username,
            "name": user.name,
            "display_name": user.display_name,
            "initials": user.initials,
            "avatar_url": None,
            "color": None,
            "role": actor.role if actor else None,
        }


def _initials(actor: Actor) -> str:
    return "".join(word[0] for word in actor.name.split()[:2]).upper()
