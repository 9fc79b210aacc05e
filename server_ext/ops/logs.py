"""Logs: one event a line, with its request id, and never a secret."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

__all__ = ["configure"]

_SECRET = re.compile(r"password|secret|token|cookie|authorization|api_key|ticket|otp", re.IGNORECASE)
_IN_TEXT = re.compile(
    r"(eyJ[\w-]+\.[\w-]+\.[\w-]+|(?i:bearer)\s+\S+|\b(?:token|ticket|password|_xsrf|invitation|code)=[^&\s\"']+|//[^/\s:@]+:[^@\s/]+@)",
)


def configure(level: str, fmt: str) -> None:
    """Send every log to standard error, as JSON or for people."""
    renderer = structlog.processors.JSONRenderer() if fmt == "json" else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            without_secrets,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def without_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The event with every secret masked, by the name of its field or by its look."""
    return {name: "***" if _SECRET.search(name) else _masked(value) for name, value in event.items()}


def _masked(value: Any) -> Any:
    return _IN_TEXT.sub("***", value) if isinstance(value, str) else value
