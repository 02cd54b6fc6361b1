"""Metrics in Prometheus' text form: https://prometheus.io/docs/instrumenting/exposition_formats/."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.process_collector import ProcessCollector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["CONTENT_TYPE", "Metrics"]

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5, 30)
STATES = ("pending", "running", "finished", "failed")


class Metrics:
    """The numbers of one service. No label is taken from what clients send."""

    def __init__(self, states: Callable[[], dict[str, int]]) -> None:
        self._registry = CollectorRegistry()
        self._states = states
        self._seconds = Histogram(
            "package_extract_http_request_seconds", "Time to answer.", ["method", "route"],
            buckets=SECONDS, registry=self._registry,
        )  # fmt: skip
        self._answers = Counter(
            "package_extract_http_requests",
            "Answers by status.",
            ["method", "route", "status"],
            registry=self._registry,
        )
        ProcessCollector(registry=self._registry)
        self._registry.register(self)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request is over."""
        method = method if method in {"GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"} else "other"
        self._seconds.labels(method, route).observe(seconds)
        self._answers.labels(method, route, status).inc()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """What the records say at this moment; called by the registry."""
        gauge = GaugeMetricFamily("package_extract_requests", "Accepted requests by state.", labels=["state"])
        counts = self._states()
        for state in STATES:
            gauge.add_metric([state], counts.get(state, 0))
        yield gauge

    def text(self) -> bytes:
        """All of it."""
        return generate_latest(self._registry)
