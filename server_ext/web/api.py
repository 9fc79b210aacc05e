"""The API as one router in front of Jupyter's: which rows of the table an address has, found segment by segment."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from tornado.httputil import HTTPMessageDelegate, HTTPServerRequest
from tornado.routing import AnyMatches, Router, Rule
from tornado.web import Application

from server_ext.platform import Platform
from server_ext.request_log import RequestLog
from server_ext.web.endpoint import Endpoint, Surroundings
from server_ext.web.limits import Limits
from server_ext.web.route import Route

__all__ = ["Api"]

_OURS = ("api/v1/", "api/auth/")
_LONGEST = 200

Found = tuple[dict[str, Route], list[str]]


class Api(Router):
    """Takes the requests that are for the API, known address or not, and leaves Jupyter the others."""

    def __init__(self, routes: Iterable[Route], platform: Platform, application: Application) -> None:
        self._application = application
        self._surroundings = Surroundings(
            platform=platform,
            limits=Limits(platform.settings.rate_limit, platform.settings.redis_url.get_secret_value()),
            log=RequestLog.of(platform.settings),
            application=application,
        )
        self._base = str(application.settings.get("base_url", "/"))
        self._tree = _Branch()
        for route in routes:
            self._tree.add(route)

    def install(self) -> None:
        """Stand before every other rule, so that no other extension takes an address of ours, and finding it is quick."""
        self._application.default_router.rules.insert(0, Rule(AnyMatches(), self))

    def find_handler(self, request: HTTPServerRequest, **_: Any) -> HTTPMessageDelegate | None:
        """Whoever answers this request; None when it is not for the API."""
        path = request.path
        if not path.startswith(self._base):
            return None
        path = path[len(self._base) :]
        found = self._tree.find(path.removesuffix("/").split("/"))
        if found is None and not path.startswith(_OURS):
            return None
        return Endpoint(request, *(found or ({}, [])), surroundings=self._surroundings)


class _Branch:
    """What follows one segment of an address: fixed words before those that stand for a part."""

    def __init__(self) -> None:
        self.words: dict[str, _Branch] = {}
        self.part: _Branch | None = None
        self.routes: dict[str, Route] = {}

    def add(self, route: Route) -> None:
        """Put a row in its place; raises ValueError where there is one already."""
        branch = self
        for segment in route.path.strip("/").split("/"):
            if segment.startswith("{"):
                branch.part = branch = branch.part or _Branch()
            else:
                branch = branch.words.setdefault(segment, _Branch())
        if route.method in branch.routes:
            raise ValueError(f"{route.method} {route.path} stands twice in the route table")
        branch.routes[route.method] = route

    def find(self, segments: list[str], at: int = 0) -> Found | None:
        """The rows of an address by method, and its parts in order."""
        if at == len(segments):
            return (self.routes, []) if self.routes else None
        segment = segments[at]
        if (word := self.words.get(segment)) is not None and (found := word.find(segments, at + 1)) is not None:
            return found
        if self.part is None or (found := self.part.find(segments, at + 1)) is None:
            return None
        value = _decoded(segment)
        return None if value is None else (found[0], [value, *found[1]])


def _decoded(segment: str) -> str | None:
    """A part of an address as it is meant; None for what no address of ours has."""
    if not 0 < len(segment) <= _LONGEST:
        return None
    if "%" not in segment:
        return segment
    try:
        return unquote(segment, errors="strict")
    except UnicodeDecodeError:
        return None
