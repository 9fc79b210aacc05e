"""The session cookie: host-only, out of scripts' reach, and not sent along from other sites."""

from __future__ import annotations

import re

from tornado.web import RequestHandler

__all__ = ["clear_session_cookie", "session_cookie", "set_session_cookie"]

_DAYS = 90


def session_cookie(handler: RequestHandler) -> str | None:
    """The secret of the session that the cookie names; None without one, or with one that we did not sign."""
    value = handler.get_signed_cookie(_name(handler), max_age_days=_DAYS)
    return value.decode() if value else None


def set_session_cookie(handler: RequestHandler, secret: str, *, secure: bool) -> None:
    """Sign the browser in."""
    handler.set_signed_cookie(
        _name(handler), secret, expires_days=_DAYS, path=_path(handler), httponly=True, samesite="Lax", secure=secure
    )


def clear_session_cookie(handler: RequestHandler) -> None:
    """Sign the browser out."""
    handler.clear_cookie(_name(handler), path=_path(handler))


def _name(handler: RequestHandler) -> str:
    """A name for each host and port: browsers share cookies between the ports of a machine."""
    return "aurelius-" + re.sub(r"[^A-Za-z0-9]", "-", handler.request.host)


def _path(handler: RequestHandler) -> str:
    return str(handler.settings.get("base_url", "/"))
