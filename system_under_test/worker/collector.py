"""Queues and letters as metrics, read at the moment of a scrape; a source that is away is left out."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError

from system_under_test.db.engine import Database
from system_under_test.mail.service import count_by_status
from system_under_test.worker.queue import QueueGauge


class QueueCollector(Collector):
    """Age of the oldest unfinished message, dead letters, and mail by status."""

    def __init__(self, gauge: QueueGauge, database: Database) -> None:
        self._gauge = gauge
        self._database = database

    def describe(self) -> Iterator[Metric]:
        """Announce nothing: registering must not touch queue or database."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics whose source answers."""
        try:
            age = GaugeMetricFamily(
                "shop_queue_age_seconds", "Seconds since the oldest unfinished message was sent", labels=["queue"]
            )
            dead = GaugeMetricFamily("shop_dead_letters", "Messages after their last attempt", labels=["queue"])
            for queue, seconds in self._gauge.ages().items():
                age.add_metric([queue], seconds)
            for queue, count in self._gauge.dead().items():
                dead.add_metric([queue], count)
            yield age
            yield dead
        except RedisError:
            pass
        try:
            with self._database.read() as session:
                counts = count_by_status(session)
            ended = CounterMetricFamily("shop_mail_letters", "Letters that ended", labels=["outcome"])
            for status in ("SENT", "FAILED"):
                ended.add_metric([status.lower()], counts.get(status, 0))
            yield ended
            yield GaugeMetricFamily("shop_mail_letters_waiting", "Letters not sent yet", value=counts.get("QUEUED", 0))
        except SQLAlchemyError:
            pass
