"""Faults that testers plan for the next calls of the API."""

from dataclasses import dataclass

from system_under_test.doubles.stripe.errors import ApiError

_KINDS = {400: "invalid_request_error", 401: "invalid_request_error", 402: "card_error"}


@dataclass
class Fault:
    """Trouble for the next ``calls`` calls: a status, a pause in seconds, or both.

    ``after`` lets the call be carried out and then loses its answer, the hardest case for a caller.
    """

    calls: int = 0
    status: int | None = None
    seconds: float = 0.0
    after: bool = False

    def take(self) -> "Fault | None":
        """Return what happens to this call, None if nothing; counts it."""
        if self.calls <= 0:
            return None
        self.calls -= 1
        return self

    def error(self) -> ApiError | None:
        """Return the refusal that the caller sees, if a status is planned."""
        if self.status is None:
            return None
        code = {429: "rate_limit", 409: "lock_timeout"}.get(self.status)
        return ApiError(
            self.status, "A fault planned by a tester.", kind=_KINDS.get(self.status, "api_error"), code=code
        )
