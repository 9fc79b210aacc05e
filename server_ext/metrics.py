"""Numbers for Prometheus, in the registry that Jupyter serves at /metrics."""

from __future__ import annotations

from functools import lru_cache

from prometheus_client import Counter, Gauge, Histogram

__all__ = ["REQUESTS", "SECONDS", "SIGN_INS", "SOCKETS", "count_request"]

REQUESTS = Counter("aurelius_requests_total", "Requests to the API.", ["method", "route", "status"])
SECONDS = Histogram(
    "aurelius_request_seconds",
    "Time taken by requests to the API.",
    ["route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0),
)
SOCKETS = Gauge("aurelius_open_sockets", "Sockets that are watched for the end of their session.")
SIGN_INS = Counter("aurelius_sign_ins_total", "Attempts to sign in.", ["outcome"])


def count_request(method: str, route: str, status: int, seconds: float) -> None:
    """Count one request and its time."""
    _requests(method, route, status).inc()
    _seconds(route).observe(seconds)


# Finding the child of a metric by its labels costs more than counting; methods, routes and statuses are few.
_requests = lru_cache(maxsize=4_096)(REQUESTS.labels)
_seconds = lru_cache(maxsize=1_024)(SECONDS.labels)
