"""What stands behind every route: who asks, what is sent, what is answered, in that order."""

from __future__ import annotations

import secrets
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import structlog
from pydantic import BaseModel
from tornado.httputil import HTTPServerRequest
from tornado.web import Application

from aurelius_kernel.errors import AureliusError, InvalidField
from server_ext.access.actor import Actor, Origin
from server_ext.access.permissions import PUBLIC, refusal
from server_ext.errors import NotAllowed, NotHere, TooLarge, TooManyRequests, WrongHost, WrongMethod, WrongType
from server_ext.metrics import REQUESTS
from server_ext.platform import Platform
from server_ext.request_log import RequestLog
from server_ext.web import json
from server_ext.web.call import Call
from server_ext.web.caller import caller
from server_ext.web.client import client_address
from server_ext.web.cors import cors_headers
from server_ext.web.download import Download
from server_ext.web.exchange import Exchange
from server_ext.web.hosts import answers_to
from server_ext.web.limits import Limits
from server_ext.web.route import Route
from server_ext.web.schema import ErrorAnswer, ErrorBody
from server_ext.web.status import status_of
from server_ext.web.upload import Upload

__all__ = ["Endpoint", "Surroundings"]

_MB = 1024 * 1024
_BODIES = {"POST", "PUT", "PATCH"}
_STANDING = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}

logger = structlog.get_logger("aurelius.web")


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What every request of one server shares."""

    platform: Platform
    limits: Limits
    log: RequestLog
    application: Application


class Endpoint(Exchange):
    """One request for an address: `routes` holds the address's rows by method, `parts` what stands in the braces."""

    def __init__(
        self,
        request: HTTPServerRequest,
        routes: Mapping[str, Route],
        parts: Sequence[str],
        *,
        surroundings: Surroundings,
    ) -> None:
        super().__init__(request)
        self._routes, self._parts = routes, parts
        self._around, self._platform = surroundings, surroundings.platform
        self._started = time.perf_counter()
        self._request_id = _request_id(self.asked("X-Request-ID"))
        self._address = request.remote_ip or ""
        if proxies := self._platform.settings.trusted_proxies:
            self._address = client_address(self._address, self.asked("X-Forwarded-For"), proxies)
        self._signed_in: Actor | None = None
        self.headers = {**_STANDING, "X-Request-ID": self._request_id}

    async def admit(self) -> None:
        """Ask, in this order: host, cross-origin headers, method, account, forgery, rate, permission, length and type."""
        if not self._routes:
            raise NotHere("There is no such address; /api/v1/openapi.json lists those there are.")
        settings = self._platform.settings
        if not answers_to(self.request.host_name, settings):
            raise WrongHost
        if settings.cors_origins:
            self.headers |= cors_headers(self.asked("Origin") or None, settings.cors_origins)
        if self.method == "OPTIONS":
            return
        route = self.route
        application, public = self._around.application, route.permission == PUBLIC
        self._signed_in = await caller(self._platform, application, self.request, public=public)
        await self._count()
        if self._signed_in is not None and (reason := refusal(self._signed_in, route.permission)):
            raise NotAllowed(reason)
        self._limit_body(route)

    async def answer(self) -> None:
        """Parse what was sent, let the route's handler answer, and write that."""
        if self.method == "OPTIONS":
            self._tell_methods()
            return
        route, key = self.route, self._idempotency_key()
        call = Call(
            platform=self._platform,
            origin=Origin(address=self._address, user_agent=self.asked("User-Agent"), request_id=self._request_id),
            signed_in=self._signed_in,
            idempotency_key=key,
            request_hash=self._request_hash() if key is not None else "",
        )
        answer = await route.handler(call, **dict(zip(route.parts, self._parts, strict=True)), **self._sent(route))
        if call.headers:
            self.headers |= call.headers
        self._answer(route, answer)

    def fail(self, error: Exception) -> None:
        """Answer in the one shape of errors; what was not refused on purpose is logged, and its text kept back."""
        ours = error if isinstance(error, AureliusError) else _defect()
        status = status_of(ours)
        if status >= 500:
            self._log_failure(error)
        if status in {429, 503}:
            self.headers["Retry-After"] = str(getattr(ours, "retry_after", 5))
        if isinstance(ours, WrongMethod):
            self.headers["Allow"] = ", ".join(ours.allowed)
        if status == 401:
            self.headers["WWW-Authenticate"] = "Bearer"
        message = ours.message if status != 500 else "Something went wrong inside the server; the log has it under this request id."
        body = ErrorBody(code=ours.code, message=message, fields=ours.fields, request_id=self._request_id)
        self.send(status, ErrorAnswer(error=body).model_dump_json().encode())

    def too_large(self) -> Exception:
        """What a body beyond the limit is refused with."""
        return TooLarge(self.limit)

    def told(self) -> None:
        """Log and count the request, without its query."""
        seconds = time.perf_counter() - self._started
        path = next(iter(self._routes.values())).path if self._routes else "none"
        REQUESTS.count(self.method, path, self.status, seconds)
        self._around.log.write(
            request_id=self._request_id,
            method=self.method,
            path=self.request.path,
            status=self.status,
            ms=round(seconds * 1000, 1),
            user_id=self._signed_in.id if self._signed_in else None,
            address=self._address,
        )

    @property
    def route(self) -> Route:
        """The row that this request asks for; raises WrongMethod."""
        method = "GET" if self.method == "HEAD" else self.method
        if method not in self._routes:
            raise WrongMethod(self.method, list(self._routes))
        return self._routes[method]

    async def _count(self) -> None:
        counted = await self._around.limits.count(self._signed_in.id if self._signed_in else self._address)
        self.headers["X-RateLimit-Limit"] = str(counted.limit)
        self.headers["X-RateLimit-Remaining"] = str(counted.remaining)
        self.headers["X-RateLimit-Reset"] = str(counted.reset)
        if not counted.allowed:
            raise TooManyRequests(counted.reset - time.time())

    def _limit_body(self, route: Route) -> None:
        settings = self._platform.settings
        uploads = route.body is Upload
        self.limit = (settings.max_upload_mb if uploads else settings.max_body_mb) * _MB
        # What tornado itself would refuse, it refuses without an answer: ours comes first.
        connection: Any = self.request.connection
        connection.set_max_body_size(self.limit + 64 * _MB)
        if self.announced > self.limit:
            raise TooLarge(self.limit)
        if route.body is not None and not uploads and self.method in _BODIES and self._media_type() != "application/json":
            raise WrongType("The body must be JSON, with Content-Type: application/json.")
        if self.asked("Content-Encoding", "identity") != "identity":
            raise WrongType("The body must not be compressed.")

    def _media_type(self) -> str:
        return self.asked("Content-Type").partition(";")[0].strip().casefold()

    def _sent(self, route: Route) -> dict[str, Any]:
        """The query and the body, as the handler's signature names them."""
        sent: dict[str, Any] = {}
        query = _query(self.request.query) if self.request.query else {}
        if route.query is not None:
            sent["query"] = json.checked(route.query, query)
        elif query:
            raise InvalidField.of(next(iter(query)), "is not a known field")
        if route.body is Upload:
            sent["body"] = Upload(content=self.body, content_type=self.asked("Content-Type"))
        elif route.body is not None:
            sent["body"] = json.parse(route.body, self.body.read())
        return sent

    def _idempotency_key(self) -> str | None:
        if "Idempotency-Key" not in self.request.headers:
            return None
        key = self.request.headers["Idempotency-Key"]
        if not (1 <= len(key) <= 200 and key.isprintable()):
            raise InvalidField.of("Idempotency-Key", "must have 1 to 200 printable characters")
        return key

    def _request_hash(self) -> str:
        return self.body.digest(f"{self.method} {self.request.uri}\n".encode())

    def _answer(self, route: Route, answer: BaseModel | None) -> None:
        if route.method == "GET":
            self.headers["Cache-Control"] = "private, no-cache"
        if answer is None:
            self.send(route.status)
        elif isinstance(answer, Download):
            given = answer.headers()
            kind = given.pop("Content-Type")
            self.headers |= given
            self.send(route.status, answer.content, kind)
        else:
            self.send(route.status, answer.__pydantic_serializer__.to_json(answer))

    def _tell_methods(self) -> None:
        """Answer a browser that asks first; the headers say what is allowed."""
        self.headers["Access-Control-Allow-Methods"] = self.headers["Allow"] = ", ".join(sorted(self._routes))
        self.send(204)

    def _log_failure(self, error: Exception) -> None:
        shown = "".join(traceback.format_exception(error))
        logger.error("request failed", request_id=self._request_id, path=self.request.path, error=str(error)[:300], traceback=shown)


def _request_id(given: str) -> str:
    is_fit = given.isascii() and 0 < len(given) <= 64 and given.replace("-", "").isalnum()
    return given if is_fit else secrets.token_hex(8)


def _query(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        if name in found:
            raise InvalidField.of(name, "is given twice")
        found[name] = value
    return found


def _defect() -> AureliusError:
    """A defect of ours, in our shape."""
    defect = AureliusError("Internal error.")
    defect.code = "internal_error"
    return defect
