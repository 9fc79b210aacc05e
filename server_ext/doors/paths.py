"""Paths that would leave their folder, refused before any handler of the server reads them."""

from __future__ import annotations

import secrets

from tornado.web import RequestHandler

from server_ext.web.schema import ErrorAnswer, ErrorBody

__all__ = ["LEAVING", "LeavingPath"]

_SLASH = r"(?:/|\\|%2f|%5c)"
LEAVING = rf"/(?!api/(?:v1|auth)/)(?i:(?:.*{_SLASH})?(?:\.|%2e){{2}}(?:(?:{_SLASH}|%00).*)?|.*%00.*)"
"""A segment of two dots, or a NUL, however it is written; the calls of our own API say for themselves what is wrong."""


class LeavingPath(RequestHandler):
    """Says no to everybody: some handlers of Jupyter and Voilà stumble over such a path, and none has a use for it."""

    def prepare(self) -> None:
        """Answer 400."""
        message = "The path leaves its folder."
        body = ErrorBody(code="invalid_request", message=message, fields={"path": message}, request_id=secrets.token_hex(8))
        self.set_status(400)
        self.set_header("Content-Type", "application/json; charset=UTF-8")
        self.finish(ErrorAnswer(error=body).model_dump_json())

    def check_xsrf_cookie(self) -> None:
        """Do nothing: nothing is done here."""
