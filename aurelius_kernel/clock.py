"""The one place that reads the wall clock."""

from __future__ import annotations

from datetime import UTC, datetime

__all__ = ["rfc3339", "utc_now"]


def utc_now() -> datetime:
    """The current instant, zone-aware, in UTC."""
    return datetime.now(UTC)


def rfc3339(instant: datetime) -> str:
    """The instant as RFC 3339 in UTC with a `Z`, to the microsecond where there is one."""
    if instant.tzinfo is None:
        raise ValueError("a naive datetime names no instant")
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
