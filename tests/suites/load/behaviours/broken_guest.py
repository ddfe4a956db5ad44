"""A behaviour with a programming error."""

from typing import ClassVar

from locust import task

from suites.load.users.support.paced import PacedUser


class BrokenGuest(PacedUser):
    """Works once, then breaks."""

    abstract = False
    operations: ClassVar[tuple[str, ...]] = ("page.home",)

    @task
    def look(self) -> None:
        """Looks at the home page, and stumbles."""
        self.operate("page.home", "GET", "/", lambda reply: None)
        raise AttributeError("a slip of the author")
