"""Which HTTP status each error becomes: one table over the codes of both error trees."""

from __future__ import annotations

from aurelius_kernel.errors import AureliusError

__all__ = ["STATUS", "status_of"]

STATUS = {
    "invalid_json": 400,
    "wrong_host": 400,
    "impossible_request": 400,
    "not_authenticated": 401,
    "not_allowed": 403,
    "not_found": 404,
    "no_such_route": 404,
    "method_not_allowed": 405,
    "conflict": 409,
    "too_large": 413,
    "unsupported_type": 415,
    "invalid_input": 422,
    "too_many_requests": 429,
    "run_failed": 500,
    "run_cancelled": 409,
    "corrupt_artifact": 500,
    "storage_unavailable": 503,
    "busy": 503,
    "aurelius_error": 500,
}


def status_of(error: AureliusError) -> int:
    """The status of an error: that of its own code, else of the nearest parent that has one."""
    codes = (getattr(kind, "code", "") for kind in type(error).__mro__)
    return next(STATUS[code] for code in codes if code in STATUS)
