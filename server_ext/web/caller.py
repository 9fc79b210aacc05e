"""Who asks: by bearer token, or by the session cookie that a browser sends for anybody."""

from __future__ import annotations

from tornado.httputil import HTTPServerRequest
from tornado.web import Application, HTTPError, RequestHandler

from server_ext.access.actor import Actor
from server_ext.errors import InvalidToken, NotAllowed, NotAuthenticated
from server_ext.platform import Platform
from server_ext.web.cookies import session_cookie

__all__ = ["caller"]


async def caller(platform: Platform, application: Application, request: HTTPServerRequest, *, public: bool) -> Actor | None:
    """The account behind a request; wrong credentials in a header never fall back to the cookie.

    Raises InvalidToken, NotAuthenticated, or NotAllowed for a request by cookie that another site could have forged.
    """
    if "Authorization" in request.headers:
        scheme, _, token = request.headers["Authorization"].partition(" ")
        if scheme.casefold() != "bearer":
            raise InvalidToken("The Authorization header must read: Bearer <access token>.")
        return None if public else await platform.authenticator.bearer(token.strip())
    if public:
        return None
    # tornado reads signed cookies and judges forgeries in the handlers of pages: this one is for nothing else.
    page = RequestHandler(application, request)
    cookie = session_cookie(page)
    actor = await platform.authenticator.cookie(cookie) if cookie else None
    if actor is None:
        raise NotAuthenticated
    if request.method not in {"GET", "HEAD"}:
        _refuse_forgery(page)
    return actor


def _refuse_forgery(page: RequestHandler) -> None:
    """What changes something must carry the token that only our pages can read."""
    headers = page.request.headers
    site = headers.get("Sec-Fetch-Site", "same-origin")
    if site not in {"same-origin", "none"} or headers.get("Sec-Fetch-Mode") == "no-cors":
        raise NotAllowed("This request comes from another site.")
    try:
        page.check_xsrf_cookie()
    except HTTPError:
        raise NotAllowed("A request signed in by cookie needs the X-XSRFToken header.") from None
