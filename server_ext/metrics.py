"""Numbers for Prometheus, in the registry that Jupyter serves at /metrics."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import REGISTRY, Counter, Gauge
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

__all__ = ["REQUESTS", "SIGN_INS", "SOCKETS", "Requests"]

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Requests(Collector):
    """How many requests there were and how long they took, counted in plain numbers that become metrics when somebody looks."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, str], int] = defaultdict(int)
        self._times: dict[str, list[int]] = defaultdict(lambda: [0] * (len(_BOUNDS) + 1))
        self._sums: dict[str, float] = defaultdict(float)

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request; methods that clients make up are counted as one."""
        self._counts[method if method in _METHODS else "other", route, str(status)] += 1
        self._times[route][bisect_left(_BOUNDS, seconds)] += 1
        self._sums[route] += seconds

    def collect(self) -> Iterator[Metric]:
        """The metrics as they stand."""
        counts = CounterMetricFamily("aurelius_requests", "Requests to the API.", labels=["method", "route", "status"])
        for labels, count in list(self._counts.items()):
            counts.add_metric(labels, count)
        yield counts
        times = HistogramMetricFamily("aurelius_request_seconds", "Time taken by requests to the API.", labels=["route"])
        for route, found in list(self._times.items()):
            names = [*(str(bound) for bound in _BOUNDS), "+Inf"]
            times.add_metric([route], list(zip(names, accumulate(found), strict=True)), self._sums[route])
        yield times


REQUESTS = Requests()
REGISTRY.register(REQUESTS)
SOCKETS = Gauge("aurelius_open_sockets", "Sockets that are watched for the end of their session.")
SIGN_INS = Counter("aurelius_sign_ins_total", "Attempts to sign in.", ["outcome"])
