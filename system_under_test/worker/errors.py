"""How a job says that there will be no further attempt."""


class GivenUpError(Exception):
    """The last attempt has failed and the job's row says so: the message becomes a dead letter."""
