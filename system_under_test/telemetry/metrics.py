"""Metrics of the web application for Prometheus. Label values are bounded by the code, never by input."""

import platform
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

from system_under_test.db.engine import MeasuredPool

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 2.0, 5.0, 10.0)


class Metrics:
    """The instruments of one application, in a registry of their own."""

    def __init__(self, pool: MeasuredPool, release: str = "unreleased") -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter(
            "shop_http_requests", "HTTP requests", ["route", "method", "status"], registry=self.registry
        )
        self.request_seconds = Histogram(
            "shop_http_request_seconds",
            "Seconds from request to end of response",
            ["route"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.operation_seconds = Histogram(
            "shop_graphql_operation_seconds",
            "Seconds to carry out a GraphQL operation",
            ["operation"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.operation_errors = Counter(
            "shop_graphql_errors", "GraphQL answers with errors", ["operation", "code"], registry=self.registry
        )
        self.limited = Counter(
            "shop_rate_limited", "Requests refused because a budget was used up", ["budget"], registry=self.registry
        )
        self.unlimited = Counter(
            "shop_rate_limits_unread", "Times that Valkey did not say how much was left", registry=self.registry
        )
        Gauge("shop_build_info", "What runs", ["release", "python"], registry=self.registry).labels(
            release, platform.python_version()
        ).set(1)
        self._gauge("shop_db_pool_size", "Most connections that the pool may open", pool.size)
        self._gauge("shop_db_pool_in_use", "Connections in use", pool.checkedout)
        self._gauge("shop_db_pool_waiting", "Callers waiting for a connection", lambda: pool.waiting)

    def _gauge(self, name: str, text: str, read: Callable[[], float]) -> None:
        Gauge(name, text, registry=self.registry).set_function(read)
