"""Values that are read at the moment of a scrape; a source that does not answer is left out and said to be down."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError

Read = Callable[[], Sequence[Metric]]

# Counting reads an index from end to end: 1 ms for a young shop, longer each year. What was quick is always read
# anew; what was slow is kept so long that reading takes a twentieth of the time, however many ask.
QUICK_SECONDS = 0.1
KEEP_TIMES = 20


class Paced:
    """A reading that limits its own cost."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._last: Sequence[Metric] = ()
        self._good_until = 0.0

    def __call__(self) -> Sequence[Metric]:
        """Return the metrics, perhaps the last ones again."""
        started = time.monotonic()
        if started >= self._good_until:
            self._last = self._read()
            took = time.monotonic() - started
            if took > QUICK_SECONDS:
                self._good_until = started + KEEP_TIMES * took
        return self._last


class ScrapeCollector(Collector):
    """Asks the sources, each by its name."""

    def __init__(self, sources: Mapping[str, Read]) -> None:
        self._sources = sources

    def describe(self) -> Iterator[Metric]:
        """Announce nothing: registering must not touch queue or database."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics whose source answers."""
        up = GaugeMetricFamily("shop_scrape_source_up", "1 when the source answered", labels=["source"])
        for name, read in self._sources.items():
            try:
                yield from read()
            except (RedisError, SQLAlchemyError):
                up.add_metric([name], 0)
            else:
                up.add_metric([name], 1)
        yield up
