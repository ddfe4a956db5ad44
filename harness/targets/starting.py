"""Starting services at the same time, each as soon as what it needs is ready."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait

from harness.model.system import Service
from harness.targets.start_order import needs_of


def start_all(services: Sequence[Service], start: Callable[[Service], None], stop: Callable[[], None]) -> None:
    """A thread per service waits for what the service needs, then calls `start`, which returns when it is ready.

    Args:
        services: needed ones first, as `start_order` gives them.
        stop: ends everything that was started and what will be from now on; called before this raises.

    Raises what failed first.
    """
    needs = needs_of(services)
    futures: dict[str, Future[None]] = {}

    def start_in_turn(service: Service) -> None:
        for needed in sorted(needs[service.name]):
            futures[needed].result()
        start(service)

    # needed ones come first in the order, so no thread waits for one that has no thread
    with ThreadPoolExecutor(max_workers=len(services)) as threads:
        try:
            for service in services:
                futures[service.name] = threads.submit(start_in_turn, service)
            done, _ = wait(futures.values(), return_when=FIRST_EXCEPTION)
            for future in done:
                future.result()
        except BaseException:
            stop()  # what the threads wait for ends, and so do they
            raise
