"""The one handler behind every route: who asks, what is sent, what is answered, in that order."""

from __future__ import annotations

import hashlib
import secrets
import time
import traceback
from collections.abc import Mapping
from http.client import responses
from typing import Any
from urllib.parse import parse_qsl

import structlog
from pydantic import BaseModel
from tornado import httputil
from tornado.web import HTTPError, RequestHandler, stream_request_body

from aurelius_kernel.errors import AureliusError, InvalidField
from server_ext.access.actor import Actor, Origin
from server_ext.access.permissions import PUBLIC, refusal
from server_ext.errors import (
    InvalidToken,
    NotAllowed,
    NotAuthenticated,
    NotHere,
    TooLarge,
    TooManyRequests,
    WrongHost,
    WrongMethod,
    WrongType,
)
from server_ext.metrics import REQUESTS, SECONDS
from server_ext.platform import Platform
from server_ext.web import json
from server_ext.web.call import Call
from server_ext.web.client import client_address
from server_ext.web.cookies import session_cookie
from server_ext.web.cors import cors_headers
from server_ext.web.download import Download
from server_ext.web.hosts import answers_to
from server_ext.web.limits import Limits
from server_ext.web.route import Route
from server_ext.web.schema import ErrorAnswer, ErrorBody
from server_ext.web.status import status_of
from server_ext.web.upload import Upload

__all__ = ["Endpoint"]

_MB = 1024 * 1024
_DRAINED = 256 * 1024
_LAST = {"Connection": "close"}
_BODIES = {"POST", "PUT", "PATCH"}

logger = structlog.get_logger("aurelius.web")


@stream_request_body
class Endpoint(RequestHandler):
    """Serves one path; `routes` holds its rows by method.

    The body is read after the caller is known and allowed, and never beyond its limit.
    """

    def initialize(self, routes: Mapping[str, Route], platform: Platform, limits: Limits) -> None:
        """Take the path's rows and the parts of the server."""
        self.routes, self.platform, self.limits = routes, platform, limits
        self.started = time.perf_counter()
        self.request_id = _request_id(self.request.headers.get("X-Request-ID", ""))
        self.signed_in: Actor | None = None
        self.chunks: list[bytes] = []
        self.received = 0
        self.limit = 0
        self.refused: AureliusError | None = None
        self.standing: dict[str, str] = {}
        self._stand({"X-Request-ID": self.request_id})

    def set_default_headers(self) -> None:
        """Headers of every answer, errors included."""
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
        self.clear_header("Server")
        # tornado starts an error page anew, and asks here before `initialize` too.
        for name, value in getattr(self, "standing", {}).items():
            self.set_header(name, value)

    def check_xsrf_cookie(self) -> None:
        """Do nothing here: tornado asks before it is known whether a cookie signed the request; `prepare` asks after."""

    async def prepare(self) -> None:
        """Let the request in, or remember why not.

        A refusal is answered once a small body has been read, since the connection would have to be cut otherwise; a large body is
        not read for nobody.
        """
        try:
            await self._admit()
        except AureliusError as error:
            self.limit = _DRAINED
            if self._announced() > _DRAINED:
                self._stand(_LAST)
                raise
            self.refused = error

    async def _admit(self) -> None:
        """Ask, in this order: host, cross-origin headers, method, account, forgery, rate, permission, length."""
        if not self.routes:
            raise NotHere("There is no such address; /api/v1/openapi.json lists those there are.")
        settings = self.platform.settings
        if not answers_to(self.request.host_name, settings):
            raise WrongHost
        self._stand(cors_headers(self.request.headers.get("Origin"), settings.cors_origins))
        if self.request.method == "OPTIONS":
            return
        route = self.route
        self.signed_in = await self._authenticate(public=route.permission == PUBLIC)
        self._count()
        self._permit(route)
        self._limit_body(route)

    @property
    def route(self) -> Route:
        """The row that this request asks for; raises WrongMethod."""
        method = "GET" if self.request.method == "HEAD" else str(self.request.method)
        if method not in self.routes:
            raise WrongMethod(str(self.request.method), list(self.routes))
        return self.routes[method]

    @property
    def origin(self) -> Origin:
        """Where the request comes from."""
        agent = self.request.headers.get("User-Agent", "")
        return Origin(address=self.address, user_agent=agent, request_id=self.request_id)

    @property
    def address(self) -> str:
        """The client's address, behind proxies that are trusted."""
        forwarded = self.request.headers.get("X-Forwarded-For", "")
        return client_address(self.request.remote_ip or "", forwarded, self.platform.settings.trusted_proxies)

    def data_received(self, chunk: bytes) -> None:
        """Keep a part of the body, or answer at once when it becomes too large."""
        self.received += len(chunk)
        if self.received > self.limit and not self._finished:
            self.chunks.clear()
            self._stand(_LAST)
            error = self.refused or TooLarge(self.limit)
            self.send_error(status_of(error), exc_info=(type(error), error, None))
        elif self.refused is None:
            self.chunks.append(chunk)

    async def handle(self, **parts: str) -> None:
        """Parse what was sent, let the route's handler answer, and write that."""
        if self.refused is not None:
            raise self.refused
        route = self.route
        call = Call(
            platform=self.platform,
            origin=self.origin,
            signed_in=self.signed_in,
            idempotency_key=self._idempotency_key(),
            request_hash=self._request_hash(),
        )
        answer = await route.handler(call, **parts, **self._sent(route))
        for name, value in call.headers.items():
            self.set_header(name, value)
        self._write(route, answer)

    get = head = post = put = patch = delete = handle

    async def options(self, **_parts: str) -> None:
        """Answer a browser that asks first; the headers say what is allowed."""
        if self.refused is not None:
            raise self.refused
        self.set_header("Access-Control-Allow-Methods", ", ".join(sorted(self.routes)))
        self.set_header("Allow", ", ".join(sorted(self.routes)))
        self.set_status(204)
        self.finish()

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer in the one shape of errors."""
        error = kwargs.get("exc_info", (None, None))[1]
        ours = error if isinstance(error, AureliusError) else _generic(status_code, error)
        status = status_of(ours) if isinstance(error, AureliusError) else status_code
        self.set_status(status)
        self._write_retry(ours, status)
        if isinstance(ours, WrongMethod):
            self.set_header("Allow", ", ".join(ours.allowed))
        if status == 401:
            self.set_header("WWW-Authenticate", "Bearer")
        message = ours.message if status != 500 else "Something went wrong inside the server; the log has it under this request id."
        body = ErrorBody(code=ours.code, message=message, fields=ours.fields, request_id=self.request_id)
        self.set_header("Content-Type", "application/json; charset=UTF-8")
        self.finish(ErrorAnswer(error=body).model_dump_json())

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Log what was not refused on purpose, with its traceback."""
        if isinstance(value, AureliusError) and status_of(value) < 500:
            return
        if isinstance(value, HTTPError) and value.status_code < 500:
            return
        shown = "".join(traceback.format_exception(typ, value, tb))
        logger.error("request failed", request_id=self.request_id, path=self.request.path, error=str(value)[:300], traceback=shown)

    def _stand(self, headers: Mapping[str, str]) -> None:
        """Set headers of this answer, whether it becomes an error or not."""
        self.standing |= headers
        for name, value in headers.items():
            self.set_header(name, value)

    def _write_retry(self, error: AureliusError, status: int) -> None:
        if status in {429, 503}:
            self.set_header("Retry-After", str(getattr(error, "retry_after", 5)))

    async def _authenticate(self, *, public: bool) -> Actor | None:
        """The account behind the request; credentials that are wrong are refused on public routes too."""
        header = self.request.headers.get("Authorization")
        if header is not None:
            scheme, _, token = header.partition(" ")
            if scheme.casefold() != "bearer":
                raise InvalidToken("The Authorization header must read: Bearer <access token>.")
            return None if public else await self.platform.authenticator.bearer(token.strip())
        if public:
            return None
        cookie = session_cookie(self)
        actor = await self.platform.authenticator.cookie(cookie) if cookie else None
        if actor is None:
            raise NotAuthenticated
        if self.request.method not in {"GET", "HEAD"}:
            self._refuse_forgery()
        return actor

    def _refuse_forgery(self) -> None:
        """A browser sends cookies for anybody: what changes something must carry the token that only our pages can read."""
        site = self.request.headers.get("Sec-Fetch-Site", "same-origin")
        if site not in {"same-origin", "none"} or self.request.headers.get("Sec-Fetch-Mode") == "no-cors":
            raise NotAllowed("This request comes from another site.")
        try:
            super().check_xsrf_cookie()
        except HTTPError:
            raise NotAllowed("A request signed in by cookie needs the X-XSRFToken header.") from None

    def _count(self) -> None:
        who = self.signed_in.id if self.signed_in else self.address
        counted = self.limits.count(who)
        told = {"Limit": counted.limit, "Remaining": counted.remaining, "Reset": counted.reset}
        self._stand({f"X-RateLimit-{name}": str(value) for name, value in told.items()})
        if not counted.allowed:
            raise TooManyRequests(counted.reset - time.time())

    def _permit(self, route: Route) -> None:
        if self.signed_in is not None and (reason := refusal(self.signed_in, route.permission)):
            raise NotAllowed(reason)

    def _limit_body(self, route: Route) -> None:
        settings = self.platform.settings
        uploads = route.body is Upload
        self.limit = (settings.max_upload_mb if uploads else settings.max_body_mb) * _MB
        # What tornado itself would refuse, it refuses without an answer: ours comes first.
        connection: Any = self.request.connection
        connection.set_max_body_size(self.limit + 64 * _MB)
        if self._announced() > self.limit:
            raise TooLarge(self.limit)
        kind = self.request.headers.get("Content-Type", "").partition(";")[0].strip().casefold()
        if route.body is not None and not uploads and self.request.method in _BODIES and kind != "application/json":
            raise WrongType("The body must be JSON, with Content-Type: application/json.")
        if self.request.headers.get("Content-Encoding", "identity") != "identity":
            raise WrongType("The body must not be compressed.")

    def _announced(self) -> int:
        length = self.request.headers.get("Content-Length", "0")
        return int(length) if length.isdigit() else 0

    def _sent(self, route: Route) -> dict[str, Any]:
        """The query and the body, as the handler's signature names them."""
        sent: dict[str, Any] = {}
        query = _query(self.request)
        if route.query is not None:
            sent["query"] = json.checked(route.query, query)
        elif query:
            raise InvalidField.of(next(iter(query)), "is not a known field")
        if route.body is Upload:
            sent["body"] = Upload(content=b"".join(self.chunks), content_type=self.request.headers.get("Content-Type", ""))
        elif route.body is not None:
            sent["body"] = json.parse(route.body, b"".join(self.chunks))
        return sent

    def _idempotency_key(self) -> str | None:
        key = self.request.headers.get("Idempotency-Key")
        if key is not None and not (1 <= len(key) <= 200 and key.isprintable()):
            raise InvalidField.of("Idempotency-Key", "must have 1 to 200 printable characters")
        return key

    def _request_hash(self) -> str:
        head = f"{self.request.method} {self.request.uri}\n".encode()
        return hashlib.sha256(head + b"".join(self.chunks)).hexdigest()

    def _write(self, route: Route, answer: BaseModel | None) -> None:
        self.set_status(route.status)
        if answer is None:
            self.finish()
            return
        if route.method == "GET":
            self.set_header("Cache-Control", "private, no-cache")
        if isinstance(answer, Download):
            for name, value in answer.headers().items():
                self.set_header(name, value)
            self.finish(answer.content)
            return
        self.set_header("Content-Type", "application/json; charset=UTF-8")
        self.finish(answer.model_dump_json())

    def on_finish(self) -> None:
        """Log and count the request, without its query."""
        seconds = time.perf_counter() - self.started
        path = next(iter(self.routes.values())).path if self.routes else "none"
        REQUESTS.labels(self.request.method, path, self.get_status()).inc()
        SECONDS.labels(path).observe(seconds)
        logger.info(
            "request",
            request_id=self.request_id,
            method=self.request.method,
            path=self.request.path,
            status=self.get_status(),
            ms=round(seconds * 1000, 1),
            user_id=self.signed_in.id if self.signed_in else None,
            address=self.address,
        )


def _request_id(given: str) -> str:
    return given if given and len(given) <= 64 and given.replace("-", "").isalnum() else secrets.token_hex(8)


def _query(request: httputil.HTTPServerRequest) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in parse_qsl(request.query, keep_blank_values=True):
        if name in found:
            raise InvalidField.of(name, "is given twice")
        found[name] = value
    return found


def _generic(status: int, error: Any) -> AureliusError:
    """Something that tornado refused, or a defect, in our shape."""
    generic = AureliusError(getattr(error, "log_message", None) or responses.get(status, "Error") + ".")
    generic.code = {400: "invalid_request", 404: "no_such_route", 405: "method_not_allowed"}.get(status, "internal_error")
    return generic
