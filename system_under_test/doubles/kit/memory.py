"""What a double remembers: a bounded list, and a bell that wakes those who wait for something new."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")
Found = TypeVar("Found")


class Bell:
    """Wakes every waiter at each ring; ``waiting`` counts them. Belongs to one event loop, not to threads."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()
        self.waiting = 0

    def ring(self) -> None:
        """Let every waiter look again."""
        self._rung.set()
        self._rung = asyncio.Event()

    async def until(self, look: Callable[[], Found | None], seconds: float) -> Found | None:
        """Return what ``look`` finds, now or after a ring; None when it found nothing within ``seconds``."""
        self.waiting += 1
        try:
            async with asyncio.timeout(seconds):
                while (found := look()) is None:
                    # No await between the look and here, so no ring can be missed.
                    await self._rung.wait()
                return found
        except TimeoutError:
            return None
        finally:
            self.waiting -= 1


class Memory(Generic[Item]):
    """The newest items, at most ``max_items`` of them and ``max_bytes`` together; older ones are forgotten.

    ``size`` tells the bytes of an item. The newest item is kept even when it alone is larger.
    """

    def __init__(self, *, max_items: int, max_bytes: int, size: Callable[[Item], int]) -> None:
        self.bell = Bell()
        self.forgotten = 0
        self._items: deque[Item] = deque()
        self._max_items, self._max_bytes = max_items, max_bytes
        self._size = size
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._items)

    @property
    def bytes_held(self) -> int:
        """Return the size of all remembered items together."""
        return self._bytes

    def add(self, item: Item) -> None:
        """Remember ``item``, forget the oldest ones that no longer fit, wake the waiters."""
        self._items.append(item)
        self._bytes += self._size(item)
        while len(self._items) > self._max_items or (self._bytes > self._max_bytes and len(self._items) > 1):
            self._bytes -= self._size(self._items.popleft())
            self.forgotten += 1
        self.bell.ring()

    def newest_first(self) -> Iterator[Item]:
        """Return the items, the newest first."""
        return reversed(self._items)

    def first(self, match: Callable[[Item], bool]) -> Item | None:
        """Return the newest item that matches, or None."""
        return next(filter(match, self.newest_first()), None)

    async def wait(self, match: Callable[[Item], bool], seconds: float) -> Item | None:
        """Return the newest item that matches, waiting for one up to ``seconds``; then None."""
        return await self.bell.until(lambda: self.first(match), seconds)

    def clear(self) -> None:
        """Forget everything."""
        self._items.clear()
        self._bytes = self.forgotten = 0
