"""One line for each answered request: made without ceremony, and written together with those of the same turn of the loop."""

from __future__ import annotations

import asyncio
import sys
from typing import Any, BinaryIO

import orjson
import structlog

from aurelius_kernel.clock import utc_now
from server_ext.logs import masked
from server_ext.settings import Settings

__all__ = ["RequestLog"]

logger = structlog.get_logger("aurelius.web")


class RequestLog:
    """Writes JSON to `lines` where that is given, else by the log that everything else is written by."""

    def __init__(self, lines: BinaryIO | None = None) -> None:
        self._lines = lines
        self._waiting: list[bytes] = []

    @classmethod
    def of(cls, settings: Settings) -> RequestLog:
        """The log that these settings ask for."""
        quick = settings.log_format == "json" and settings.log_level in {"debug", "info"}
        return cls(sys.stderr.buffer if quick else None)

    def write(self, *, path: str, **told: Any) -> None:
        """Tell of one request; its path, which the client made, is the one field that could hold a secret."""
        if self._lines is None:
            logger.info("request", path=path, **told)
            return
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self.flush)
        stamped = {"timestamp": utc_now(), "level": "info", "event": "request", **told, "path": masked(path)}
        self._waiting.append(orjson.dumps(stamped, option=orjson.OPT_UTC_Z))

    def flush(self) -> None:
        """Write what waits."""
        if self._lines is not None and self._waiting:
            self._lines.write(b"\n".join([*self._waiting, b""]))
            self._lines.flush()
            self._waiting.clear()
