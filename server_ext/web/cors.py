"""Which pages of other origins may call the API."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["cors_headers"]

_EXPOSED = "ETag, Location, Retry-After, X-Request-ID, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset"
_TAKEN = "Authorization, Content-Type, Idempotency-Key, If-None-Match, X-API-Key, X-Request-ID"


def cors_headers(origin: str | None, allowed: Sequence[str]) -> dict[str, str]:
    """The headers that let a page of `origin` in; none for an origin that is not listed, letter by letter."""
    if origin is None or origin not in allowed:
        return {"Vary": "Origin"}
    return {
        "Vary": "Origin",
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Headers": _TAKEN,
        "Access-Control-Expose-Headers": _EXPOSED,
        "Access-Control-Max-Age": "600",
    }
