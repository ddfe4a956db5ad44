"""Feature flags: declared in code, set by administrators, read with a short cache."""

from system_under_test.db.engine import Database


class Flags:
    """The flags of one process."""

    def __init__(self, database: Database) -> None:
        self._database = database
