"""Everything that one web process holds open: pools, clients, the relay, the metrics."""

from dataclasses import dataclass, field

from dramatiq.brokers.redis import RedisBroker

from system_under_test.app.relay import OutboxRelay
from system_under_test.db import outbox
from system_under_test.db.engine import Database
from system_under_test.flags.service import Flags
from system_under_test.payments.gateway import Gateway
from system_under_test.printing.service import count_by_status
from system_under_test.printing.storage import ObjectStore
from system_under_test.settings import AppSettings
from system_under_test.telemetry.metrics import Metrics, ScrapeCollector
from system_under_test.worker.queue import QueueGauge, make_broker


@dataclass
class Shop:
    """The open resources of the application.

    ``housekeeping`` is a second, tiny pool for probes, scrapes and the relay: they must work when
    customers have taken every connection of ``database``.
    """

    settings: AppSettings
    database: Database
    housekeeping: Database
    store: ObjectStore
    gateway: Gateway
    flags: Flags
    broker: RedisBroker
    gauge: QueueGauge
    relay: OutboxRelay
    metrics: Metrics
    started: bool = field(default=False)

    def close(self) -> None:
        """Stop the relay and close every connection."""
        self.relay.stop()
        self.broker.close()
        self.gauge.close()
        self.database.dispose()
        self.housekeeping.dispose()


def open_shop(settings: AppSettings) -> Shop:
    """Make the resources; all of them connect lazily, so nothing here fails when a dependency is away."""
    database = Database(settings)
    housekeeping = Database(settings, pool_size=3)
    broker = make_broker(settings.queue_url)
    gauge = QueueGauge(settings.queue_url)
    metrics = Metrics(database.pool)

    def jobs() -> dict[str, int]:
        with housekeeping.read() as session:
            return count_by_status(session)

    def waiting() -> int:
        with housekeeping.read() as session:
            return outbox.pending(session)

    metrics.registry.register(ScrapeCollector(gauge.depth, jobs, waiting))
    return Shop(
        settings=settings,
        database=database,
        housekeeping=housekeeping,
        store=ObjectStore(settings),
        gateway=Gateway(settings),
        flags=Flags(housekeeping),
        broker=broker,
        gauge=gauge,
        relay=OutboxRelay(housekeeping, broker, gauge),
        metrics=metrics,
    )
