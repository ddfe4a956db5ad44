"""A behaviour that saturates its own process: the system is fast, the generator is not."""

import time
from typing import ClassVar

from locust import task

from suites.load.users.support.paced import PacedUser

BURN = 0.03  # seconds of CPU time per operation


class BusyGuest(PacedUser):
    """Burns CPU after each reply."""

    abstract = False
    operations: ClassVar[tuple[str, ...]] = ("page.home",)

    @task
    def look(self) -> None:
        """Looks at the home page."""
        self.operate("page.home", "GET", "/", lambda reply: None)
        until = time.process_time() + BURN
        while time.process_time() < until:
            pass
