"""Logs: one event a line, with its request id, and never a secret."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any

import orjson
import structlog

__all__ = ["configure", "masked", "to_json", "without_secrets"]

_SECRET = re.compile(r"password|secret|token|cookie|authorization|api_key|ticket|otp", re.IGNORECASE)
_IN_TEXT = re.compile(
    r"(eyJ[\w-]+\.[\w-]+\.[\w-]+|(?i:bearer)\s+\S+|\b(?:token|ticket|password|_xsrf|invitation|code)=[^&\s\"']+|//[^/\s:@]+:[^@\s/]+@)",
)


def configure(level: str, fmt: str) -> None:
    """Send every log to standard error, as JSON or for people."""
    as_json = fmt == "json"
    renderer: Any = structlog.processors.JSONRenderer(serializer=to_json) if as_json else _console()
    factory: Any = structlog.BytesLoggerFactory(sys.stderr.buffer) if as_json else structlog.PrintLoggerFactory(sys.stderr)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            without_secrets,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=factory,
        cache_logger_on_first_use=True,
    )


def _console() -> structlog.dev.ConsoleRenderer:
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())


def to_json(event: Any, **options: Any) -> bytes:
    """One line of JSON, whatever is in it: orjson refuses huge integers and half characters, which the standard library takes."""
    try:
        return orjson.dumps(event, **options)
    except TypeError:
        return json.dumps(event, **options).encode()


def without_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The event with every secret masked, by the name of its field or by its look."""
    for name in event:
        if _names_a_secret(name):
            event[name] = "***"
    return {name: masked(value) if isinstance(value, str) else value for name, value in event.items()}


def masked(text: str) -> str:
    """A text with what looks like a secret taken out; nearly none holds any, and a look for their signs is quick."""
    suspicious = "=" in text or "//" in text or "eyJ" in text or "bearer" in text.casefold()
    return _IN_TEXT.sub("***", text) if suspicious else text


@lru_cache(maxsize=1_024)
def _names_a_secret(name: str) -> bool:
    return _SECRET.search(name) is not None
