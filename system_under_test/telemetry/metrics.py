"""Metrics of the web application for Prometheus. Label values are bounded by the code, never by input."""

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError

from system_under_test.db.engine import MeasuredPool

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 2.0, 5.0, 10.0)


class Metrics:
    """The instruments of one application, in a registry of their own."""

    def __init__(self, pool: MeasuredPool) -> None:
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
            "shop_graphql_errors", "GraphQL answers with errors", ["operation"], registry=self.registry
        )
        self._gauge("shop_db_pool_size", "Most connections that the pool may open", pool.size)
        self._gauge("shop_db_pool_in_use", "Connections in use", pool.checkedout)
        self._gauge("shop_db_pool_waiting", "Callers waiting for a connection", lambda: pool.waiting)

    def _gauge(self, name: str, text: str, read: Callable[[], float]) -> None:
        Gauge(name, text, registry=self.registry).set_function(read)


class ScrapeCollector(Collector):
    """Values read from queue and database at the moment of a scrape; a missing source is left out."""

    def __init__(
        self,
        depth: Callable[[], dict[str, int]],
        jobs: Callable[[], dict[str, int]],
        outbox: Callable[[], int],
    ) -> None:
        self._depth = depth
        self._jobs = jobs
        self._outbox = outbox

    def describe(self) -> Iterator[Metric]:
        """Announce nothing: registering must not touch queue or database."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics whose source answers."""
        answers = GaugeMetricFamily("shop_scrape_source_up", "1 when the source answered", labels=["source"])
        try:
            depth = GaugeMetricFamily("shop_queue_depth", "Messages not finished", labels=["queue"])
            for queue, count in self._depth().items():
                depth.add_metric([queue], count)
            yield depth
            answers.add_metric(["queue"], 1)
        except RedisError:
            answers.add_metric(["queue"], 0)
        try:
            counts = self._jobs()
            done = CounterMetricFamily("shop_pdf_jobs", "PDF jobs that ended", labels=["outcome"])
            waiting = GaugeMetricFamily("shop_pdf_jobs_unfinished", "PDF jobs by status", labels=["status"])
            for status in ("DONE", "FAILED"):
                done.add_metric([status.lower()], counts.get(status, 0))
            for status in ("QUEUED", "RUNNING"):
                waiting.add_metric([status.lower()], counts.get(status, 0))
            yield done
            yield waiting
            yield GaugeMetricFamily("shop_outbox_pending", "Messages not yet sent", value=self._outbox())
            answers.add_metric(["database"], 1)
        except SQLAlchemyError:
            answers.add_metric(["database"], 0)
        yield answers
