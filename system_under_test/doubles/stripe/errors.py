"""Refusals in Stripe's error JSON. The library picks its exception by status and ``type``."""

from system_under_test.doubles.stripe.values import Obj

INVALID_REQUEST = "invalid_request_error"


class ApiError(Exception):
    """A refusal; ``started`` tells that the endpoint had begun, so that idempotency keeps the answer."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = INVALID_REQUEST,
        code: str | None = None,
        param: str | None = None,
        started: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.kind = kind
        self.code = code
        self.param = param
        self.started = started

    def body(self) -> Obj:
        """Return the JSON body; absent members are left out, as Stripe does."""
        error: Obj = {"message": self.message, "type": self.kind}
        if self.code is not None:
            error["code"] = self.code
            error["doc_url"] = f"https://stripe.com/docs/error-codes/{self.code.replace('_', '-')}"
        if self.param is not None:
            error["param"] = self.param
        return {"error": error}


def invalid(message: str, *, code: str | None = None, param: str | None = None) -> ApiError:
    """Return the error for a request that breaks a rule before anything was done."""
    return ApiError(400, message, code=code, param=param)


def no_such(kind: str, identifier: str, param: str, status: int = 404) -> ApiError:
    """Return the error for an object that does not exist."""
    return ApiError(status, f"No such {kind}: '{identifier}'", code="resource_missing", param=param)


def wrong_state(message: str, *, code: str | None = None, param: str | None = None) -> ApiError:
    """Return the error for an object that is no longer in a state that allows the request."""
    return ApiError(400, message, code=code, param=param, started=True)
