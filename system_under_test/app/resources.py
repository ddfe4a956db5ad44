"""Everything that one web process holds open: pools, clients, the relay, the metrics."""

from dataclasses import dataclass, field

from dramatiq.brokers.redis import RedisBroker

from system_under_test.app.readings import read_database, read_flags, read_queue
from system_under_test.app.relay import OutboxRelay
from system_under_test.db.engine import Database
from system_under_test.flags.service import Flags
from system_under_test.payments.gateway import Gateway
from system_under_test.printing.storage import ObjectStore
from system_under_test.settings import AppSettings
from system_under_test.status.board import StatusBoard
from system_under_test.telemetry.metrics import Metrics
from system_under_test.telemetry.scrape import Paced, ScrapeCollector
from system_under_test.throttling.limiter import Throttle
from system_under_test.worker.collector import QueueCollector
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
    throttle: Throttle
    status: StatusBoard
    started: bool = field(default=False)
    draining: bool = field(default=False)

    def close(self) -> None:
        """Stop the relay and close every connection."""
        self.relay.stop()
        self.status.stop()
        self.broker.close()
        self.gauge.close()
        self.gateway.close()
        self.database.dispose()
        self.housekeeping.dispose()


def open_shop(settings: AppSettings) -> Shop:
    """Make the resources; all of them connect lazily, so nothing here fails when a dependency is away."""
    database = Database(settings)
    housekeeping = Database(settings, pool_size=3)
    broker = make_broker(settings.queue_url)
    gauge = QueueGauge(settings.queue_url)
    metrics = Metrics(database.pool, settings.release)
    flags = Flags(housekeeping)
    metrics.registry.register(
        ScrapeCollector(
            {
                "queue": lambda: read_queue(gauge),
                "database": Paced(lambda: read_database(housekeeping)),
                "flags": lambda: read_flags(flags),
            }
        )
    )
    metrics.registry.register(QueueCollector(gauge, housekeeping))
    return Shop(
        settings=settings,
        database=database,
        housekeeping=housekeeping,
        store=ObjectStore(settings),
        gateway=Gateway(settings),
        flags=flags,
        broker=broker,
        gauge=gauge,
        relay=OutboxRelay(housekeeping, broker),
        metrics=metrics,
        throttle=Throttle(settings, metrics),
        status=StatusBoard(settings, housekeeping, gauge, flags),
    )
