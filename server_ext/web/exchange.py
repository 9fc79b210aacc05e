"""One request and its answer on the wire: a body read within its limit, an answer with its tag, compressed where that helps.

tornado's own request handler does the same for pages, with cookies, templates and arguments that an API has no use for, and takes
half of the time that a read may take.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import re
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, ItemsView
from functools import lru_cache
from http.client import responses
from typing import Any

from tornado.httputil import HTTPHeaders, HTTPMessageDelegate, HTTPServerRequest, ResponseStartLine, format_timestamp

from server_ext.web.body import Body

__all__ = ["JSON", "Exchange"]

JSON = "application/json; charset=UTF-8"

_DRAINED = 256 * 1024
_WORTH_COMPRESSING = 1_024
_COMPRESSED = ("application/json", "text/")
_TAGS = re.compile(r'\*|(?:W/)?"[^"]*"')


class _Headers(dict[str, str]):
    """The headers of an answer, named as they are sent: tornado's own look at each name and value once more, which takes longer."""

    def get_all(self) -> ItemsView[str, str]:
        """Every name with its value, as tornado asks for them."""
        return self.items()


class Exchange(HTTPMessageDelegate, ABC):
    """What is let in and what is answered is for the class that knows it; this one moves the bytes.

    A refusal is answered once a small body has been read, since the connection would have to be cut otherwise; a large body is not
    read for nobody.
    """

    def __init__(self, request: HTTPServerRequest) -> None:
        self.request = request
        self.method = str(request.method)
        self.headers: dict[str, str] = {}
        self.limit = 0
        self.status = 0
        self.body = Body()
        self._received = 0
        self._refused: Exception | None = None
        self._answering: asyncio.Task[None] | None = None
        self._is_read = False
        self._held: tuple[int, _Headers, bytes] | None = None

    @abstractmethod
    async def admit(self) -> None:
        """Let the request in by setting `limit`, the most bytes that its body may have, or raise why not."""

    @abstractmethod
    async def answer(self) -> None:
        """Answer by `send`, the body having been read."""

    @abstractmethod
    def fail(self, error: Exception) -> None:
        """Answer an error by `send`."""

    @abstractmethod
    def too_large(self) -> Exception:
        """What a body beyond the limit is refused with."""

    @abstractmethod
    def told(self) -> None:
        """Do what is to be done after an answer."""

    @property
    def announced(self) -> int:
        """The length that the request says its body has."""
        length = self.asked("Content-Length", "0")
        return int(length) if length.isdigit() else 0

    def asked(self, name: str, default: str = "") -> str:
        """What a header of the request says; `get` would raise and catch where there is none."""
        found = self.request.headers.get_list(name)
        return ",".join(found) if found else default

    def headers_received(self, _start_line: Any, _headers: HTTPHeaders) -> Awaitable[None]:
        """Begin; the body is not read before this is done."""
        return self._begin()

    def data_received(self, chunk: bytes) -> None:
        """Keep a part of the body, or answer at once when it becomes too large."""
        self._received += len(chunk)
        if self.status:
            return
        if self._received > self.limit:
            self.body.close()
            self._refuse_now(self._refused or self.too_large())
        elif self._refused is None:
            self.body.add(chunk)

    def finish(self) -> None:
        """Answer, now that all was read."""
        self._is_read = True
        if self._held is not None:
            self._write(*self._held)
        elif self._refused is not None and not self.status:
            self.fail(self._refused)
        elif not self.status:
            self._answering = asyncio.ensure_future(self._serve())

    def on_connection_close(self) -> None:
        """Let go of what was read: the client is gone; an answer that is being worked on may still need it."""
        if self._answering is None:
            self.body.close()

    def send(self, status: int, body: bytes = b"", content_type: str = JSON) -> None:
        """Write the answer."""
        headers = _Headers(self.headers)
        headers["Date"] = _date(int(time.time()))
        if status == 200 and self.method in {"GET", "HEAD"}:
            headers["ETag"] = tag = f'"{hashlib.sha1(body, usedforsecurity=False).hexdigest()}"'
            if self._has(tag):
                status, body = 304, b""
        if body:
            headers["Content-Type"] = content_type
            if content_type.startswith(_COMPRESSED):
                headers["Vary"] = f"{headers['Vary']}, Accept-Encoding" if "Vary" in headers else "Accept-Encoding"
                if len(body) >= _WORTH_COMPRESSING and "gzip" in self.asked("Accept-Encoding"):
                    headers["Content-Encoding"] = "gzip"
                    body = gzip.compress(body, 6, mtime=0)
        if status not in {204, 304}:
            headers["Content-Length"] = str(len(body))
        if self._is_read:
            self._write(status, headers, body)
        else:
            self._held = status, headers, body

    async def _begin(self) -> None:
        """Let the request in; one without a body is answered on the way, with no task of its own, and written by `finish`."""
        try:
            await self.admit()
            if not self.announced and "Transfer-Encoding" not in self.request.headers:
                await self._serve()
        except Exception as error:  # noqa: BLE001  (answered, whatever it is)
            self.limit = _DRAINED
            if self.announced > _DRAINED:
                self._refuse_now(error)
            else:
                self._refused = error

    async def _serve(self) -> None:
        try:
            await self.answer()
        except Exception as error:  # noqa: BLE001  (answered, whatever it is)
            self.fail(error)

    def _refuse_now(self, error: Exception) -> None:
        """Answer before all was read, which ends the connection."""
        self._is_read = True
        self.headers["Connection"] = "close"
        self.fail(error)

    def _has(self, tag: str) -> bool:
        """Whether the client says that it has this answer already."""
        known = self.asked("If-None-Match")
        return known != "" and any(one in ("*", tag, f"W/{tag}") for one in _TAGS.findall(known))

    def _write(self, status: int, headers: _Headers, body: bytes) -> None:
        self.status = status
        connection: Any = self.request.connection
        line = ResponseStartLine("", status, responses.get(status, "Unknown"))
        connection.write_headers(line, headers, b"" if self.method == "HEAD" else body)
        connection.finish()
        self.told()


@lru_cache(maxsize=8)
def _date(seconds: int) -> str:
    return format_timestamp(seconds)
